"""Errors over epochs: how they are drawn, and held against the article's levels."""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullLocator

from spikingfa.paper.experiment import Claim
from spikingfa.paper.tables import Table
from spikingfa.plots.ends import name_ends
from spikingfa.plots.style import style_axes

TICKS = (0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)  # percent
NEAR = 0.3  # percentage points that a level may be off


def at_end(table: Table, column: str) -> np.ndarray:
    """The values after the last epoch."""
    return table[column][table["epoch"] == table["epoch"].max()]


def level(name: str, table: Table, column: str, article: float, quick: bool) -> Claim:
    """Judge whether the mean error at the end is the article's; say whether it still fell then."""
    errors = at_end(table, column)
    mean, last = float(errors.mean()), table["epoch"].max()
    late = max(1, last // 5)
    fell = float(table[column][table["epoch"] == last - late].mean() - mean)
    return Claim(
        f"The test error of {name} is {article:g} %, within {NEAR:g} points.",
        f"mean {mean:.2f} %, seeds {errors.min():.2f} to {errors.max():.2f} %, {fell:.2f} points"
        f" less than {late:.0f} epochs before",
        None if quick else abs(mean - article) <= NEAR,
        {"mean": mean, "article": article, "fell": fell},
    )


def draw_errors(ax: Axes, table: Table, curves: dict[str, tuple[str, str]]) -> None:
    """Mean and range over seeds from the first epoch on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    table : dict of ndarray
    curves : dict of (str, str)
        By what is written at its end, the column of a curve, and its colour.
    """
    later = table["epoch"] > 0
    table = {name: column[later] for name, column in table.items()}
    percent(ax, np.concatenate([table[column] for column, _ in curves.values()]))
    _draw(ax, table, curves)


def draw_angles(ax: Axes, table: Table, curves: dict[str, tuple[str, str]]) -> None:
    """Mean and range over seeds; `curves` as for `draw_errors`."""
    degrees(ax)
    _draw(ax, table, curves)


def draw_ends(ax: Axes, table: Table, curves: dict[str, tuple[str, str]]) -> None:
    """Mean and range over seeds after the last epoch, side by side; `curves` as there."""
    last = {name: at_end(table, column) for name, (column, _) in curves.items()}
    percent(ax, np.concatenate(list(last.values())))
    for at, (name, errors) in enumerate(last.items()):
        mean = errors.mean()
        reach = [[mean - errors.min()], [errors.max() - mean]]
        ax.errorbar(at, mean, reach, color=curves[name][1], marker="o", markersize=3)
    ax.set_xticks(range(len(last)), [textwrap.fill(name, 9) for name in last])
    ax.set_xlim(-0.5, len(last) - 0.5)


def percent(ax: Axes, errors: np.ndarray) -> None:
    """A logarithmic axis for these errors."""
    style_axes(ax, "test error")
    first = np.searchsorted(TICKS, errors.min(), "right") - 1
    ticks = TICKS[first : np.searchsorted(TICKS, errors.max()) + 1]
    ax.set_yscale("log")
    ax.set(ylim=(ticks[0], ticks[-1]), yticks=ticks)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g} %")


def degrees(ax: Axes) -> None:
    """An axis for the angle between what FA and BP tell."""
    style_axes(ax, "angle of the FA to the BP update")
    ax.set(ylim=(0, 95), yticks=[0, 30, 60, 90])
    ax.yaxis.set_major_formatter("{x:g}°")


def _draw(ax: Axes, table: Table, curves: dict[str, tuple[str, str]]) -> None:
    n, ends = len(np.unique(table["seed"])), {}
    at = table["epoch"].reshape(n, -1)[0]
    for name, (column, colour) in curves.items():
        values = table[column].reshape(n, -1)
        ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
        ax.plot(at, values.mean(0), color=colour)
        ends[name] = values[:, -1].mean(), colour
    ax.set_xlim(0, at[-1] + 0.01 * at[-1])
    ax.set_xlabel("epoch", fontsize="medium")
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    name_ends(ax, ends)
