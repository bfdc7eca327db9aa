"""The figures of a run, each drawn by the function of its kind; see `spikingfa.figures`."""

from pathlib import Path

from matplotlib.figure import Figure

from spikingfa import plots
from spikingfa.errors import ModelError
from spikingfa.evaluation_files import read_confusion
from spikingfa.figures import View
from spikingfa.metrics import label_of
from spikingfa.model import layer_names
from spikingfa.perturbation import Perturbation
from spikingfa.recording import Spikes
from spikingfa.run_folder import TRACES, Run

FEW_TRIALS = slice(3)  # of a raster and of traces, by default


def write(draw, run: Run, view: View, path: Path) -> None:
    """Draw by one of the functions below, and write what it draws."""
    if draw is animation:
        animation(run, view, path)
    else:
        plots.save(draw(run, view), path)


def raster(run: Run, view: View) -> Figure:
    """Recorded spikes of some trials."""
    return plots.plot_raster(
        _spikes(run, view),
        trials=FEW_TRIALS if view.trials is None else view.trials,
        populations=view.populations,
        neurons=view.neurons,
        sort=view.sort,
        window=view.window,
        title=view.title,
        width=view.width,
    )


def traces(run: Run, view: View) -> Figure:
    """Recorded variables over time."""
    recording = run.recording(view.recording or TRACES)
    return plots.plot_traces(
        recording,
        view.populations,
        neurons=view.neurons,
        trials=FEW_TRIALS if view.trials is None else view.trials,
        window=view.window,
        title=view.title,
        width=view.width,
    )


def learning_curve(run: Run, view: View) -> Figure:
    """Errors over epochs."""
    ax = plots.plot_learning_curve(run.history, metric=label_of(run.metrics))
    return _as_wide(ax.figure, view)


def alignment(run: Run, view: View) -> Figure:
    """Angles over epochs."""
    if not any(column.startswith("angle_") for column in run.history):
        raise ModelError("no feedback reaches a hidden layer, so there are no angles")
    return _as_wide(plots.plot_alignment(run.history).figure, view)


def rates(run: Run, view: View) -> Figure:
    """Mean rates over epochs."""
    return _as_wide(plots.plot_rates(run.history).figure, view)


def weights(run: Run, view: View) -> Figure:
    """Weights before and after learning."""
    return plots.plot_weights(run, width=view.width)


def receptive_fields(run: Run, view: View) -> Figure:
    """Incoming weights of the first hidden layer."""
    names = ("hidden", layer_names(run.model)[0])
    given = [chosen for name, chosen in (view.neurons or {}).items() if name in names]
    return plots.plot_receptive_fields(run, *given[-1:], width=view.width)


def confusion(run: Run, view: View) -> Figure:
    """Which class is taken for which, as an unperturbed test found it."""
    found = read_confusion(run.folder / "tests" / Perturbation().name)
    return _as_wide(plots.plot_confusion(*found).figure, view)


def population_rates(run: Run, view: View) -> Figure:
    """Rates over the time of a trial."""
    ax = plots.plot_population_rates(
        _spikes(run, view), view.populations, trials=view.trials, window=view.window
    )
    return _as_wide(ax.figure, view)


def fi(run: Run, view: View) -> Figure:
    """f-I curves of its neurons."""
    return _as_wide(plots.plot_fi(run.model).figure, view)


def animation(run: Run, view: View, path: Path) -> None:
    """Its first trial, or the one that is chosen."""
    source = _spikes(run, view) if view.recording else run
    trial = 0 if view.trials is None else view.trials
    plots.animate_trial(source, path, trial=trial, populations=view.populations)


def _spikes(run: Run, view: View) -> Spikes:
    return run.recording(view.recording).spikes if view.recording else run.spikes


def _as_wide(figure: Figure, view: View) -> Figure:
    if view.width:
        figure.set_figwidth(view.width)
    return figure
