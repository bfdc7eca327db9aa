"""Figures of a sweep: error against a parameter, or over two."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import LogLocator, NullLocator

from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, RUN_COLOURS, TICKS, in_style, literal, style_axes
from spikingfa.run_folder.held_out import TEST, VALIDATION, error_column
from spikingfa.training.analysis import mean_interval

if TYPE_CHECKING:
    from pandas import DataFrame, Series

PANEL, WIDE = 2.3, 3  # inches, and panels in a row
MANY = 8  # values of a parameter of which each has its tick
LABELLED = 64  # fields of a heat map that say their number


@in_style
def plot_sweep(
    table: "DataFrame",
    parameters: list[str] | None = None,
    *,
    metric: str = "error",
    title: str = "",
) -> Figure:
    """Draw test or validation errors against each varied parameter, in a panel each.

    Parameters
    ----------
    table : pandas.DataFrame
        As `spikingfa.sweep` returns it.
    parameters : list of str, optional
        Columns to draw; all that have several values by default.
    metric : str
        What the errors are called.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
        A point is the mean over seeds of a combination, a bar its 95 % interval (bootstrap). Lines
        join combinations that differ in nothing else where one or two parameters have a few values
        each; else they go through the medians of all that have a value.
    """
    means, varied = combined(table), parameters_of(table)
    varied = [name for name in varied if table[name].nunique() > 1] or varied
    names = parameters or varied
    rows, columns = -(-len(names) // WIDE), min(len(names), WIDE)
    size = (0.35 + PANEL * columns, 2.3 * rows)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    for ax, name in zip(panels, names):
        first = ax is panels[0] or ax.get_subplotspec().is_first_col()
        style_axes(ax, f"{parts_of(table)} {metric} (%)" if first else "", literal(name))
        _panel(ax, means, name, [other for other in varied if other != name])
    panels[0].set_ylim(bottom=0)
    for ax in panels[len(names) :]:
        ax.set_visible(False)
    if title:
        panels[0].set_title(title, loc="left", fontsize="medium", fontweight="bold")
    return figure


@in_style
def plot_sweep_map(
    table: "DataFrame", x: str, y: str, *, metric: str = "error", title: str = ""
) -> Figure:
    """Draw the mean test or validation error over two parameters as a heat map.

    Parameters
    ----------
    table : pandas.DataFrame
        As `spikingfa.sweep` returns it.
    x, y : str
        Columns across and up.
    metric, title : str

    Returns
    -------
    matplotlib.figure.Figure
        Where a combination was not run or failed, its field is left white.
    """
    means = combined(table).groupby([x, y], sort=True)["mean"].mean().unstack(x)
    errors = 100 * means.to_numpy(float)
    figure = Figure(figsize=(3.5, 2.8), layout="constrained")
    ax = figure.subplots()
    style_axes(ax, literal(y), literal(x))
    ax.spines[["left", "bottom"]].set_visible(False)
    image = ax.pcolormesh(np.ma.masked_invalid(errors), cmap="viridis_r", rasterized=True)
    _ticks(ax.xaxis, means.columns, ax.set_xticks)
    _ticks(ax.yaxis, means.index, ax.set_yticks)
    ax.tick_params(length=0)
    if errors.size <= LABELLED:
        for (row, column), error in np.ndenumerate(errors):
            if np.isfinite(error):
                red, green, blue, _ = image.cmap(image.norm(error))
                light = 0.299 * red + 0.587 * green + 0.114 * blue > 0.55
                look = {"ha": "center", "va": "center", "color": "black" if light else "white"}
                ax.text(column + 0.5, row + 0.5, f"{error:.3g}", **look)
    bar = figure.colorbar(image, ax=ax, label=f"{parts_of(table)} {metric} (%)", aspect=25)
    bar.ax.tick_params(length=2, **TICKS)
    bar.outline.set_visible(False)
    if title:
        ax.set_title(title, loc="left", fontsize="medium", fontweight="bold")
    return figure


def parameters_of(table: "DataFrame") -> list[str]:
    """Columns of a sweep's table that are varied parameters."""
    return [name for name in table.columns if "." in name]


def parts_of(table: "DataFrame") -> str:
    """The part of the data that a sweep's errors are of: ``validation``, ``test``, or either."""
    parts = [part for part in (VALIDATION, TEST) if error_column(part) in table]
    return " or ".join(parts)


def _errors(done: "DataFrame") -> "Series":
    """The error of each run, whichever of the two it has."""
    columns = [done[error_column(p)] for p in (VALIDATION, TEST) if error_column(p) in done]
    return columns[0].fillna(columns[-1])


def combined(table: "DataFrame") -> "DataFrame":
    """A row for each combination, as a DataFrame.

    Its columns are parameters, ``mean`` and ``sd`` of the error over seeds, ``low`` and ``high``,
    the ends of the mean's 95 % interval, ``angle_deg``, ``ms_per_trial``, and ``seeds``, how many
    runs were finished.
    """
    done = table[table["status"] == "finished"]
    return (
        done.assign(error=_errors(done))
        .groupby(parameters_of(table), sort=False, dropna=False)
        .agg(
            mean=("error", "mean"),
            sd=("error", "std"),
            low=("error", lambda errors: float(mean_interval(errors)[0])),
            high=("error", lambda errors: float(mean_interval(errors)[1])),
            angle_deg=("angle_deg", "mean"),
            ms_per_trial=("ms_per_trial", "mean"),
            seeds=("error", "size"),
        )
        .reset_index()
    )


def _panel(ax: Axes, means: "DataFrame", name: str, others: list[str]) -> None:
    values = means[name]
    numbers = values.dtype.kind in "if"
    levels = sorted(set(values)) if numbers else list(dict.fromkeys(values))
    at = values if numbers else values.map(levels.index)
    _ticks_of_values(ax, levels, numbers)
    families = [means[other].map(_text) for other in others]
    few = len(others) <= 1 and all(family.nunique() <= len(RUN_COLOURS) for family in families)
    if few and len(levels) <= MANY:
        groups = means.groupby(families, sort=False) if families else [((None,), means)]
        for ((label,), group), colour in zip(groups, RUN_COLOURS):
            _points(ax, at[group.index], group, colour, joined=numbers, label=label)
        if families:
            ax.legend(
                title=literal(others[0]), fontsize="small", title_fontsize="small", handlelength=1
            )
        return
    _points(ax, at if numbers else _spread(at), means, BLUE)
    if len(levels) <= MANY:
        middle = (100 * means["mean"]).groupby(at).median()
        style = {"color": BLUE, "zorder": 2, "linewidth": 0.8}
        if numbers:
            ax.plot(middle.index, middle, **style)
        else:
            ax.hlines(middle, middle.index - 0.25, middle.index + 0.25, **style)


def _points(
    ax: Axes,
    at: "Series",
    means: "DataFrame",
    colour: str,
    joined: bool = False,
    label: str | None = None,
) -> None:
    order = at.argsort()
    mean = 100 * means["mean"]
    below, above = mean - 100 * means["low"], 100 * means["high"] - mean
    look = {"color": colour, "ms": 3, "mew": 0, "elinewidth": 0.6, "zorder": 3}
    style = "o-" if joined else "o"
    points = (values.to_numpy()[order.to_numpy()] for values in (at, mean, below, above))
    x, y, *error = points
    ax.errorbar(
        x, y, yerr=np.array(error), fmt=style, linewidth=0.8, label=label, alpha=0.85, **look
    )


def _spread(at: "Series") -> "Series":
    """Positions of categories, points of one beside each other."""
    number = at.groupby(at).cumcount()
    size = at.groupby(at).transform("size")
    return at + 0.4 * ((number + 0.5) / size - 0.5)


def _ticks_of_values(ax: Axes, levels: list[Any], numbers: bool) -> None:
    if numbers and levels and levels[0] > 0 and levels[-1] / levels[0] >= 10:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_locator(NullLocator())
    if not numbers:
        ax.set_xlim(-0.6, len(levels) - 0.4)
    if len(levels) <= MANY:
        labels = [_text(level) for level in levels]
        places = levels if numbers else range(len(levels))
        ax.set_xticks(list(places), labels, rotation=_tilt(labels, PANEL))


def _tilt(labels: list[str], inches: float) -> int:
    """Degrees that labels are turned by, so that they do not overlap."""
    letters = sum(len(label) + 1 for label in labels)
    return 30 if letters > 16 * inches else 0


def _ticks(axis: Axis, levels: Sequence[Any], set_ticks: Callable[..., Any]) -> None:
    step = -(-len(levels) // 12)
    labels = [_text(value) for value in levels][::step]
    turned = _tilt(labels, 2.2) if axis.axis_name == "x" else 0
    set_ticks(np.arange(len(levels))[::step] + 0.5, labels, rotation=turned)


def _text(value: Any) -> str:
    return literal(value) if isinstance(value, str) else f"{value:g}"
