"""Curves over epochs: errors, angles, rates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator, MultipleLocator, NullLocator

from spikingfa.plots.figure import single_column
from spikingfa.plots.style import GREY, LINE_PT, RUN_COLOURS, colour_of, in_style, literal
from spikingfa.run_folder.held_out import error_column, part_in
from spikingfa.training.analysis import mean_interval
from spikingfa.training.train_sample import while_learning

DASHES = (0, (3, 1.5))
FEW_EPOCHS = 20  # up to so many get dots, without which a single one would not be seen
FINAL = "final error"
#: Columns of a run's history, each (n_epochs,).
History = Mapping[str, Sequence[float]] | Mapping[str, np.ndarray]
COMPACT = {"handlelength": 1.5, "handletextpad": 0.5, "columnspacing": 1, "labelspacing": 0.3}


@in_style
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
        Where to draw; a new single-column figure by default.
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
    ax = single_column(ax, f"{metric} (%)", "epoch")
    colour = RUN_COLOURS[len(ax.lines) // 2 % len(RUN_COLOURS)]
    _line(ax, epoch[0], 100 * train, color=colour, linestyle=DASHES)
    _line(ax, epoch[0], 100 * test, color=colour, label=label)
    _span_epochs(ax, room=0.26 if ax.collections else 0.15)  # for the final error
    scale_percent(ax)
    _name_runs(ax, colour, len(histories), (_about_training(histories), part))
    _write_final(ax, epoch[0], 100 * test, colour)
    return ax


@in_style
def plot_alignment(history: History | Sequence[History], *, ax: Axes | None = None) -> Axes:
    """Draw the angle between forward and feedback weights of each layer over epochs.

    Parameters
    ----------
    history : mapping of str to sequence, or a sequence of such
        Columns `epoch` and `angle_<layer>_deg`, each (n_epochs,), angles in degrees; of several
        runs mean and 95 % interval, as in `plot_learning_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new single-column figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        One line per layer and a dashed one at 90 degrees, where unrelated directions lie.

    Raises
    ------
    ValueError
        If there is no column `epoch` or no angle, one is empty, or the epochs of the runs differ.
    """
    ax = single_column(ax, r"angle between $W$ and $B^\mathsf{T}$", "epoch")
    runs = _draw_columns(ax, history, "angle_", "_deg")
    ax.set_ylim(0, _values(ax).max(initial=96) + 5)
    ax.axhline(90, color=GREY, linestyle="--", linewidth=0.7, zorder=1)
    place = {"xycoords": ax.get_yaxis_transform(), "textcoords": "offset points"}
    ax.annotate("orthogonal (chance)", (1, 90), (-2, 2), ha="right", color=GREY, **place)
    ax.yaxis.set_major_locator(MultipleLocator(30))
    ax.yaxis.set_major_formatter("{x:g}°")
    ax.legend(loc="best", title=runs, **COMPACT)
    return ax


@in_style
def plot_rates(history: History | Sequence[History], *, ax: Axes | None = None) -> Axes:
    """Draw the mean firing rate of each population over epochs.

    Parameters
    ----------
    history : mapping of str to sequence, or a sequence of such
        Columns `epoch` and `rate_<population>_hz`, each (n_epochs,), rates in Hz per neuron; of
        several runs mean and 95 % interval, as in `plot_learning_curve`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new single-column figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        One line per population, in the colours of `plot_raster`.

    Raises
    ------
    ValueError
        If there is no column `epoch` or no rate, one is empty, or the epochs of the runs differ.
    """
    ax = single_column(ax, "mean rate (Hz)", "epoch")
    runs = _draw_columns(ax, history, "rate_", "_hz")
    room = 1.4 if runs is None else 1.6  # for the legend
    ax.set_ylim(0, room * _values(ax).max(initial=0) or 1)
    look = {"ncols": 3, "borderaxespad": 0, "alignment": "left"}
    ax.legend(loc="upper left", title=runs, **look, **COMPACT)
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
    marker = "o" if len(x) <= FEW_EPOCHS else None
    (line,) = ax.plot(x, y.mean(axis=0), marker=marker, markersize=2.5, **look)
    if len(y) > 1:
        draw_range(ax, x, *mean_interval(y), line.get_color())


def draw_range(ax: Axes, x: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> None:
    """Draw a band from `low` to `high`, over x."""
    ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)


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


def _values(ax: Axes) -> np.ndarray:
    """All finite y values drawn so far."""
    values = np.concatenate([line.get_ydata() for line in ax.lines])
    return values[np.isfinite(values)]


def _span_epochs(ax: Axes, room: float = 0) -> None:
    """Leave this share of the epoch axis free at its end; ticks are whole numbers."""
    epochs = np.concatenate([line.get_xdata() for line in ax.lines])
    low, high = epochs.min(), epochs.max()
    margin = 0.02 * (high - low) or 0.5
    ax.set_xlim(low - margin, low + (high + margin - low) / (1 - room))
    ticks = MaxNLocator(integer=True, nbins=7, min_n_ticks=1, steps=(1, 2, 5, 10))
    ax.set_xticks([t for t in ticks.tick_values(low, high) if low <= t <= high])


def scale_percent(ax: Axes) -> None:
    """Percent from zero on, or logarithmic where they span more than a factor of ten."""
    values = _values(ax)
    values = values[values > 0]
    low, high = values.min(initial=100), values.max(initial=0) or 100
    if high > 10 * low:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
        ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylim(low / 1.2 if high > 10 * low else 0, 1.05 * high)
    ax.yaxis.set_major_formatter("{x:g}")


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
    look = {"color": GREY if runs else colour, "linewidth": 1.0}
    lines = [
        Line2D([], [], label=name, linestyle=style, **look)
        for name, style in zip(names, (DASHES, "-"))
    ]
    ax.legend(handles=[*lines, *runs], loc="best", title=_n_runs(n), **COMPACT)


def _write_final(ax: Axes, epoch: np.ndarray, percent: np.ndarray, colour: str) -> None:
    """Write the last error at its end, apart from those of other runs."""
    mean = percent.mean(axis=0)
    known = np.flatnonzero(np.isfinite(mean))
    if len(known):
        at = epoch[known[-1]], mean[known[-1]]
        look = {"color": colour, "va": "center", "annotation_clip": False, "gid": FINAL}
        final = percent[:, known[-1]]
        spread = f" ± {final.std(ddof=1):.2g}" if len(final) > 1 else ""
        text = f"{final.mean():.3g}{spread} %"
        ax.annotate(text, at, (5, 0), textcoords="offset points", **look)
    free = -np.inf
    notes = (note for note in ax.texts if note.get_gid() == FINAL)
    for note in sorted(notes, key=lambda note: note.xy[1]):
        height = 72 / ax.figure.dpi * ax.transData.transform(note.xy)[1]
        free = max(height, free + LINE_PT)
        note.set_position((5, free - height))
