"""The figures of a run and of a test, each drawn by the function of its kind."""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spikingfa import plots
from spikingfa.base.errors import ModelError, SpikingFAError
from spikingfa.base.progress import Waiting
from spikingfa.base.text import nearest
from spikingfa.model.model import layer_names
from spikingfa.plots.kinds import DRAWN, FIGURES, KINDS, FigureOptions, file_name
from spikingfa.plots.raster import inhibitory_in
from spikingfa.plots.saving import about_size
from spikingfa.plots.style import STYLE, style
from spikingfa.run_folder.layout import TRACES
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.writer import RunWriter
from spikingfa.training.evaluation import Evaluation
from spikingfa.training.evaluation_files import read_confusion
from spikingfa.training.metrics import label_of
from spikingfa.training.perturbation import Perturbation

FEW_TRIALS = slice(3)  # of a raster and of traces, by default
SIZE = STYLE["figure.figsize"]  # of a single panel


def write_figure(run: Run, kind: str, path: Path, view: FigureOptions | None = None) -> str:
    """Draw a figure of a run into a file, which is there whole or not at all.

    Returns
    -------
    str
        Size of the figure and of the file, and what of it became a bitmap; see `save_figure`.

    Raises
    ------
    ModelError
        There is no such kind of figure, or it cannot be drawn of this run or of this view.
    RunFolderError
        The run lacks what it needs.
    """
    view = view or FigureOptions()
    if kind not in KINDS:
        raise ModelError(f"there is no kind of figure {kind!r}{nearest(kind, KINDS)}")
    view.check(kind, KINDS[kind].accepts)
    with as_model_error():
        return _write(kind, run, view, path)


@contextlib.contextmanager
def as_model_error() -> Iterator[None]:
    """Turn what a function says of its parameters into a ModelError."""
    try:
        yield
    except SpikingFAError:
        raise
    except (ValueError, IndexError, KeyError) as error:
        raise ModelError(str(error)) from None


def write_figures(
    run: Run, folder: Path, view: FigureOptions | None = None
) -> Iterator[tuple[str, Path | None, str]]:
    """Draw every figure that a run has the data for.

    Yields
    ------
    kind : str
    path : Path or None
        The file that was written.
    about : str
        Its size, or why none was.
    """
    for kind in KINDS:
        path = folder / file_name(kind)
        accepted = {name: getattr(view, name, None) for name in KINDS[kind].accepts}
        try:
            yield kind, path, write_figure(run, kind, path, FigureOptions(**accepted))
        except SpikingFAError as error:
            yield kind, None, str(error)


def draw_figures(run: Run, writer: RunWriter) -> None:
    """Draw what a run that is done recorded into ``figures/`` of its folder."""
    has = {
        "learning-curve": True,
        "alignment": _has_angles(run),
        "raster": run.model.recording.trials > 0,
    }
    for kind in DRAWN:
        if has[kind]:
            writer.write(
                f"{FIGURES}/{file_name(kind)}",
                lambda path, k=kind: _write(k, run, FigureOptions(), path),
            )


def figures_of_test(evaluation: Evaluation) -> dict[str, Callable[[Path], None]]:
    """The figures of a test by their names, each as what writes it to a path."""
    drawn = {}
    with style():
        if evaluation.classes:
            ax = plots.plot_confusion(evaluation.confusion, evaluation.classes)
            drawn["confusion.png"] = ax
        if len(evaluation.durations) > 1:
            times, label = evaluation.durations, evaluation.label
            ax = plots.plot_error_over_time(times, evaluation.errors, metric=label)
            drawn["error_over_time.png"] = ax
    return {name: partial(plots.save, figure) for name, figure in drawn.items()}


def _has_angles(run: Run) -> bool:
    """Whether feedback reaches a hidden layer."""
    return any(column.startswith("angle_") for column in run.history)


def _write(kind: str, run: Run, view: FigureOptions, path: Path) -> str:
    with style():
        if kind == "animation":
            animation(run, view, path)
            return about_size(path)
        size = (view.width, SIZE[1]) if view.width else SIZE
        with Waiting(f"drawing {path.name}"), rc_context({"figure.figsize": size}):
            drawn = DRAWING[kind](run, view)
            return plots.save(drawn, path, **({"dpi": view.dpi} if view.dpi else {}))


def raster(run: Run, view: FigureOptions) -> Figure:
    """Recorded spikes of some trials."""
    chosen = {"trials": FEW_TRIALS, "inhibitory": inhibitory_in(run)} | view.parameters
    return plots.plot_raster(chosen_spikes(run, view), **chosen)


def traces(run: Run, view: FigureOptions) -> Figure:
    """Recorded variables over time."""
    chosen = {"trials": FEW_TRIALS} | view.parameters
    names = chosen.pop("populations", None)
    return plots.plot_traces(run.recording(view.recording or TRACES), names, **chosen)


def learning_curve(run: Run, view: FigureOptions) -> Axes:
    """Errors over epochs."""
    return plots.plot_learning_curve(run.history, metric=label_of(run.metrics))


def alignment(run: Run, view: FigureOptions) -> Axes:
    """Angles over epochs."""
    if not _has_angles(run):
        raise ModelError("no feedback reaches a hidden layer, so there are no angles")
    return plots.plot_alignment(run.history)


def receptive_fields(run: Run, view: FigureOptions) -> Figure:
    """Incoming weights of the first hidden layer."""
    names = ("hidden", layer_names(run.model)[0])
    given = [chosen for name, chosen in (view.neurons or {}).items() if name in names]
    return plots.plot_receptive_fields(run, *given[-1:], width=view.width)


def of_spikes(plot: Callable, *names: str) -> Callable[[Run, FigureOptions], Axes | Figure]:
    """What draws recorded spikes by a function that has these parameters."""

    def draw(run: Run, view: FigureOptions) -> Axes | Figure:
        given = {name: value for name, value in view.parameters.items() if name in names}
        return plot(chosen_spikes(run, view), view.populations, **given)

    return draw


def of_one(plot: Callable, *names: str) -> Callable[[Run, FigureOptions], Axes | Figure]:
    """The same of a function that draws one population."""

    def draw(run: Run, view: FigureOptions) -> Axes | Figure:
        populations, neurons = view.populations or [None], view.neurons or {}
        if len(populations) > 1 or len(neurons) > 1:
            raise ModelError(f"{plot.__name__} draws one population, got {', '.join(populations)}")
        population = next(iter(neurons), populations[0]) or populations[0]
        given = {name: value for name, value in view.parameters.items() if name in names}
        chosen = next(iter(neurons.values()), None)
        return plot(chosen_spikes(run, view), population, neurons=chosen, **given)

    return draw


def animation(run: Run, view: FigureOptions, path: Path) -> None:
    """Animation of the first trial, or of the one that is chosen."""
    source = chosen_spikes(run, view) if view.recording else run
    trial = 0 if view.trials is None else view.trials
    plots.animate_trial(source, path, trial=trial, populations=view.populations)


def chosen_spikes(run: Run, view: FigureOptions) -> Spikes:
    """The spikes of the run, or of the recording that is named."""
    return run.recording(view.recording).spikes if view.recording else run.spikes


#: The function of each kind of figure; that of an animation writes its file itself.
DRAWING = {
    "raster": raster,
    "traces": traces,
    "learning-curve": learning_curve,
    "alignment": alignment,
    "rates": lambda run, view: plots.plot_rates(run.history),
    "depth": lambda run, view: plots.plot_depth(run.history, width=view.width),
    "weights": lambda run, view: plots.plot_weights(run, width=view.width),
    "receptive-fields": receptive_fields,
    "confusion": lambda run, view: plots.plot_confusion(
        *read_confusion(run.folder / "tests" / Perturbation().name)
    ),
    "population-rates": of_spikes(plots.plot_population_rates, "trials", "window"),
    "psth": of_spikes(plots.plot_psth, "trials", "window", "neurons"),
    "tuning": of_one(plots.plot_tuning, "trials", "window"),
    "selectivity": of_spikes(plots.plot_selectivity, "trials", "window"),
    "isi": of_spikes(plots.plot_isi, "trials", "window"),
    "correlation": of_one(plots.plot_correlation, "trials", "window", "sort", "width"),
    "fi": lambda run, view: plots.plot_fi(run.trained_model),
    "animation": animation,
}
