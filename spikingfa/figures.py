"""The figures that every run folder has."""

from spikingfa import plots
from spikingfa.metrics import label_of
from spikingfa.run_folder import Run
from spikingfa.run_writer import RunWriter

RASTER_TRIALS = 3


def draw_figures(run: Run, writer: RunWriter) -> None:
    """Draw what the run recorded into ``figures/`` of its folder."""
    for name, figure in _figures(run).items():
        writer.write(f"figures/{name}.png", lambda path, figure=figure: plots.save(figure, path))


def _figures(run: Run) -> dict:
    curve = plots.plot_learning_curve(run.history, metric=label_of(run.metrics))
    figures = {"learning_curve": curve.figure}
    if any(column.startswith("angle_") for column in run.history):
        figures["alignment"] = plots.plot_alignment(run.history).figure
    if run.model.recording.trials:
        trials = slice(min(RASTER_TRIALS, run.model.recording.trials))
        figures["raster"] = plots.plot_raster(run.spikes, trials=trials)
    return figures
