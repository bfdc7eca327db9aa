"""Curves over epochs: errors, angles, rates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.colours import colour_of, cycle, muted
from spikingfa.plots.figure import relative, single_panel
from spikingfa.plots.legends import legend_above, put_legend
from spikingfa.plots.scales import draw_range, scale_degrees, scale_percent
from spikingfa.plots.style import literal
from spikingfa.plots.text import length_of, line, text_width
from spikingfa.run_folder.held_out import error_column, part_in
from spikingfa.training.analysis import mean_interval
from spikingfa.training.train_sample import while_learning

DASHES = (0, (3, 1.5))
FEW_EPOCHS = 20  # up to so many get dots, without which a single one would not be seen
FINAL = "final error"
#: Columns of a run's history, each (n_epochs,).
History = Mapping[str, Sequence[float]] | Mapping[str, np.ndarray]


def plot_learning_curve(
    history: History | Sequence[History],
    *,
    ax: Axes | None = None,
    label: str | None = None,
    metric: str = "error",
) -> Axes:
    """Draw training error, and test or validation error, over epochs.

    Several calls with one `ax` compare runs. The legend says which of the two errors it is, and how
    the training error was measured: on a sample of the training stimuli, without teacher, or, in
    runs of older versions, which have none before the first epoch, while learning.

    Parameters
    ----------
    history : mapping of str to sequence, or a sequence of such
        Columns `epoch`, `train_error`, and `test_error` or `validation_error`, each (n_epochs,),
        errors as fractions from 0 to 1; NaN leaves a gap. Of several runs, such as seeds, lines
        are means, and bands their 95 % intervals (bootstrap; `mean_interval`).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    label : str, optional
        Name of this run in the legend.
    metric : str
        What the errors are, such as ``"NSE"``: see `spikingfa.training.metrics.Metric`.

    Returns
    -------
    matplotlib.axes.Axes
        Error in percent, logarithmic if it spans more than a factor of ten; an error of zero
        then falls out of the bottom of the axes.

    Raises
    ------
    ValueError
        If a column is missing or empty, or the epochs of the runs differ.
    """
    histories = _several(history)
    part = part_in(histories[0])
    columns = ("epoch", "train_error", error_column(part))
    epoch, train, test = (_columns(histories, name) for name in columns)
    ax = single_panel(ax, f"{metric} (%)", "epoch")
    colour = cycle()[len(ax.lines) // 2 % len(cycle())]
    _line(ax, epoch[0], 100 * train, color=colour, linestyle=DASHES)
    _line(ax, epoch[0], 100 * test, color=colour, label=label)
    _note_final(ax, epoch[0], 100 * test, colour)
    notes = [note for note in ax.texts if note.get_gid() == FINAL]
    _span_epochs(ax, room=max((text_width(note.get_text()) + 8 for note in notes), default=0))
    scale_percent(ax)
    _name_runs(ax, colour, len(histories), (_about_training(histories), part))
    _part_notes(ax, notes)
    return ax


def plot_alignment(history: History | Sequence[History], *, ax: Axes | None = None) -> Axes:
    """Draw the angle between forward and feedback weights of each layer over epochs.

    Parameters
    ----------
    history : mapping of str to sequence, or a sequence of such
        Columns `epoch` and `angle_<layer>_deg`, each (n_epochs,), angles in degrees; of several
        runs mean and 95 % interval, as in `plot_learning_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        One line per layer and a dashed one at 90 degrees, where unrelated directions lie.

    Raises
    ------
    ValueError
        If there is no column `epoch` or no angle, one is empty, or the epochs of the runs differ.
    """
    ax = single_panel(ax, r"angle between $W$ and $B^\mathsf{T}$", "epoch")
    runs = _draw_columns(ax, history, "angle_", "_deg")
    scale_degrees(ax)
    place = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points"}
    ax.annotate("orthogonal (chance)", (1, 90), (-2, 2), ha="right", color=muted(), **place)
    put_legend(ax, loc="best", title=runs)
    return ax


def plot_rates(history: History | Sequence[History], *, ax: Axes | None = None) -> Axes:
    """Draw the mean firing rate of each population over epochs.

    Parameters
    ----------
    history : mapping of str to sequence, or a sequence of such
        Columns `epoch` and `rate_<population>_hz`, each (n_epochs,), rates in Hz per neuron; of
        several runs mean and 95 % interval, as in `plot_learning_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        One line per population, in the colours of `plot_raster`.

    Raises
    ------
    ValueError
        If there is no column `epoch` or no rate, one is empty, or the epochs of the runs differ.
    """
    ax = single_panel(ax, "mean rate (Hz)", "epoch")
    runs = _draw_columns(ax, history, "rate_", "_hz")
    legend_above(ax, runs)
    return ax


def _several(history: History | Sequence[History]) -> Sequence[History]:
    """The histories of the runs, of which there is one at least."""
    histories = [history] if isinstance(history, Mapping) else list(history)
    if not histories:
        raise ValueError("there is no history to draw")
    epochs = [_column(one, "epoch") for one in histories]
    if not all(np.array_equal(epochs[0], other) for other in epochs):
        raise ValueError("the histories of the runs have different epochs")
    return histories


def _column(history: History, name: str) -> np.ndarray:
    if name not in history:
        raise ValueError(f"history has no column {name!r}; it has: {', '.join(history)}")
    if not len(history[name]):
        raise ValueError(f"history has no epochs: column {name!r} is empty")
    return np.array(history[name], dtype=float)


def _columns(histories: Sequence[History], name: str) -> np.ndarray:
    """Shape (n_runs, n_epochs)."""
    return np.array([_column(history, name) for history in histories])


def _line(ax: Axes, x: np.ndarray, y: np.ndarray, **look: Any) -> None:
    """The mean of the rows of `y` and, where there are several, its 95 % interval."""
    look = {"linestyle": "-", "marker": "o" if len(x) <= FEW_EPOCHS else ""} | look
    ax.plot(x, y.mean(axis=0), markersize=relative(2.5), **look)
    if len(y) > 1:
        draw_range(ax, x, *mean_interval(y), look["color"])


def _draw_columns(
    ax: Axes, history: History | Sequence[History], before: str, after: str
) -> str | None:
    """A line for each column of this kind; returns what is said of several runs."""
    histories = _several(history)
    first = histories[0]
    columns = [c for c in first if c.startswith(before) and c.endswith(after)]
    if not columns:
        raise ValueError(f"history has no {before}...{after}; it has: {', '.join(first)}")
    for column in columns:
        name = column.removeprefix(before).removesuffix(after)
        look = {"color": colour_of(name), "label": literal(name.replace("_", " "))}
        _line(ax, _column(first, "epoch"), _columns(histories, column), **look)
    _span_epochs(ax)
    return _n_runs(len(histories))


def _n_runs(n: int) -> str | None:
    return f"mean, 95 % interval of {n} runs" if n > 1 else None


def _span_epochs(ax: Axes, room: float = 0) -> None:
    """Leave so many points of the epoch axis free at its end; ticks are whole numbers."""
    epochs = np.concatenate([one.get_xdata() for one in ax.lines])
    low, high = epochs.min(), epochs.max()
    margin = 0.02 * (high - low) or 0.5
    wide = length_of(ax)[0]
    ax.set_xlim(low - margin, low + (high + margin - low) / (1 - min(room / wide, 0.5)))
    bins = int(np.clip(wide / (3.5 * line()), 1, 7))
    ticks = MaxNLocator(integer=True, nbins=bins, min_n_ticks=1, steps=(1, 2, 5, 10))
    ax.set_xticks([t for t in ticks.tick_values(low, high) if low <= t <= high])


def _about_training(histories: Sequence[History]) -> str:
    """The label that says how the training errors were measured."""
    kinds = {while_learning(one) for one in histories}
    if len(kinds) > 1 or histories[0]["epoch"][0] != 0:  # both, or not known
        return "training"
    return "training, while learning" if kinds.pop() else "training sample, no teacher"


def _name_runs(ax: Axes, colour: str, n: int, names: tuple[str, str]) -> None:
    """Legend for line styles once, then for the colour of each run that has a name.

    `names` are those of the training errors and of the others.
    """
    runs = ax.get_legend_handles_labels()[0]
    look = {"color": muted() if runs else colour}
    lines = [
        Line2D([], [], label=name, linestyle=style, **look)
        for name, style in zip(names, (DASHES, "-"))
    ]
    put_legend(ax, handles=[*lines, *runs], loc="best", title=_n_runs(n))


def _note_final(ax: Axes, epoch: np.ndarray, percent: np.ndarray, colour: str) -> None:
    """Write the last error at its end."""
    mean = percent.mean(axis=0)
    known = np.flatnonzero(np.isfinite(mean))
    if len(known):
        at = epoch[known[-1]], mean[known[-1]]
        look = {"color": colour, "va": "center", "annotation_clip": False, "gid": FINAL}
        final = percent[:, known[-1]]
        spread = f" ± {final.std(ddof=1):.2g}" if len(final) > 1 else ""
        text = f"{final.mean():.3g}{spread} %"
        ax.annotate(text, at, (5, 0), textcoords="offset points", **look)


def _part_notes(ax: Axes, notes: list[Annotation]) -> None:
    """Put notes at the ends of curves apart from each other, and into the axes."""
    free, bottom = -np.inf, ax.get_ylim()[0]
    for note in sorted(notes, key=lambda note: note.xy[1]):
        note.xy = note.xy[0], max(note.xy[1], bottom)  # zero has no place on a logarithmic axis
        height = 72 / ax.figure.dpi * ax.transData.transform(note.xy)[1]
        free = max(height, free + line())
        note.set_position((5, free - height))
