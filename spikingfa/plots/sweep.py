"""Errors of a sweep against each of its parameters."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from spikingfa.plots.colours import cycle, muted
from spikingfa.plots.figure import relative
from spikingfa.plots.layout import Where, canvas, panels, size_of, text_that_fits
from spikingfa.plots.legends import put_legend
from spikingfa.plots.style import literal
from spikingfa.plots.sweep_map import tilt, value_text
from spikingfa.plots.sweep_table import column_of, combined, parameters_of, parts_of
from spikingfa.plots.text import em, label, length_of, line, room_beneath

if TYPE_CHECKING:
    from pandas import DataFrame, Series

PANEL, WIDE = 2.3, 3  # inches where text has 7 points, and panels in a row
MANY = 8  # values of a parameter of which each has its tick


def plot_sweep(
    table: "DataFrame",
    parameters: list[str] | None = None,
    *,
    metric: str = "error",
    title: str = "",
    figure: Where | None = None,
    width: float | None = None,
) -> FigureBase:
    """Draw test or validation errors against each varied parameter, in a panel each.

    Parameters
    ----------
    table : pandas.DataFrame
        As `spikingfa.sweep` returns it.
    parameters : list of str, optional
        What to draw, as columns or without their units; all that have several values by default.
    metric : str
        What the errors are called.
    title : str
    figure, width : optional
        As in `plot_raster`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into. A point is the mean over seeds of a combination, a bar its 95 %
        interval (bootstrap). Lines join combinations that differ in nothing else where one or two
        parameters have a few values each; else they go through the medians of all that have a
        value.

    Raises
    ------
    ValueError
        A parameter was not varied.
    """
    means, varied = combined(table), parameters_of(table)
    varied = [name for name in varied if table[name].nunique() > 1] or varied
    names = [column_of(table, name) for name in parameters or varied]
    new, inch = figure is None, em() / 7
    columns = min(len(names), WIDE)
    figure = canvas(figure, width, inch * (0.35 + PANEL * columns))
    columns = min(columns, max(1, int(size_of(figure)[0] / (72 * inch) / 1.5)))
    rows = -(-len(names) // columns)
    if new:
        figure.set_figheight(inch * 2.3 * rows)
    with text_that_fits(figure, 8 + 8 * columns, 13 * rows):
        margins = (5.6 * em(), 0.8 * em(), room_beneath() + line(), 1.3 * line() + 5)
        gaps = (1.5 * em(), room_beneath() + 2 * line())
        axes = panels(figure, [1] * columns, [1] * rows, margins=margins, gaps=gaps).ravel()
        for ax, name in zip(axes, names):
            _panel(ax, means, name, [other for other in varied if other != name])
            first = ax in axes[::columns]
            label(ax, f"{parts_of(table)} {metric} (%)" if first else "", literal(name))
            ax.tick_params(labelleft=first)
        top = max(ax.get_ylim()[1] for ax in axes[: len(names)])
        for ax in axes[: len(names)]:
            ax.set_ylim(0, top)
        for ax in axes[len(names) :]:
            ax.remove()
        if title:
            axes[0].set_title(title, loc="left", fontsize="medium", fontweight="bold", pad=3)
        if (n := int(means["seeds"].max())) > 1:
            _say_interval(axes[min(columns, len(names)) - 1], n, below=title and len(names) == 1)
    return figure


def _say_interval(ax: Axes, n_seeds: int, below: bool) -> None:
    """Say above a panel what its bars are; within it where a title is above."""
    place = {"xycoords": "axes fraction", "textcoords": "offset points", "color": muted()}
    about, at = f"95 % interval of {n_seeds} seeds", (-2, -2) if below else (0, 3)
    ax.annotate(about, (1, 1), at, ha="right", va="top" if below else "bottom", **place)


def _panel(ax: Axes, means: "DataFrame", name: str, others: list[str]) -> None:
    values = means[name]
    numbers = values.dtype.kind in "if"
    levels = sorted(set(values)) if numbers else list(dict.fromkeys(values))
    at = values if numbers else values.map(levels.index)
    _ticks_of_values(ax, levels, numbers)
    families = [means[other].map(value_text) for other in others]
    few = len(others) <= 1 and all(family.nunique() <= len(cycle()) for family in families)
    if few and len(levels) <= MANY:
        groups = means.groupby(families, sort=False) if families else [((None,), means)]
        for ((label,), group), colour in zip(groups, cycle()):
            _points(ax, at[group.index], group, colour, joined=numbers, label=label)
        if families:
            part = min(0.85, length_of(ax)[1] / (3 * line() * (1 + families[0].nunique())))
            put_legend(ax, part, title=literal(others[0]))
        return
    _points(ax, at if numbers else _spread(at), means, cycle()[0])
    if len(levels) <= MANY:
        middle = (100 * means["mean"]).groupby(at).median()
        style = {"color": cycle()[0], "zorder": 2, "linewidth": relative(0.8)}
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
    look = {"color": colour, "ms": relative(3), "mew": 0, "elinewidth": relative(0.6), "zorder": 3}
    style = "o-" if joined else "o"
    points = (values.to_numpy()[order.to_numpy()] for values in (at, mean, below, above))
    x, y, *error = points
    ax.errorbar(
        x,
        y,
        yerr=np.array(error),
        fmt=style,
        linewidth=relative(0.8),
        label=label,
        alpha=0.85,
        **look,
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
        labels = [value_text(level) for level in levels]
        places = levels if numbers else range(len(levels))
        ax.set_xticks(list(places), labels)
        tilt(ax, labels)
    elif numbers and ax.get_xscale() == "linear":
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))
