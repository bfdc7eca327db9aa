"""Errors over epochs: how they are drawn, and held against the article's levels."""

import textwrap
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullLocator

from spikingfa.paper.drawing import Curve, Place, angle_axis, draw_curves, panel
from spikingfa.paper.experiment import Claim
from spikingfa.paper.tables import Table, at_end, picked

TICKS = (0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100)  # percent
ANGLE_TO_BP = "angle of the FA to the BP update"
NEAR = 0.3  # percentage points that a level may be off


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


def turns(claim: str, table: Table, column: str, by: float, above: float) -> Claim:
    """Judge whether a mean angle falls from above so many degrees, by more than so many."""
    first = float(picked(table, epoch=0)[column].mean())
    last = float(at_end(table, column).mean())
    return Claim(
        claim,
        f"mean angle {first:.0f} degrees before, {last:.0f} after training",
        first > above and last < first - by,
        {"first": first, "last": last},
    )


def comes_under(claim: str, table: Table, column: str, degrees: float) -> Claim:
    """Judge whether a mean angle is under so many degrees at the end."""
    angle = float(at_end(table, column).mean())
    measured = f"mean angle {angle:.0f} degrees after training"
    return Claim(claim, measured, angle < degrees, {"angle": angle})


def curves_of(table: Table, column: str, looks: dict[str, tuple[str, str]]) -> dict[str, Curve]:
    """Curves by name; `looks` are names and colours by what stands for {} in the column."""
    return {
        name: Curve(table, column.format(which), colour) for which, (name, colour) in looks.items()
    }


def draw_errors(figure: Figure, place: Place, curves: dict[str, Curve]) -> Axes:
    """Mean and range over seeds from the first epoch on; names are written at the ends."""
    ax = panel(figure, place, "test error", "epoch")
    curves = {name: curve._replace(table=_later(curve.table)) for name, curve in curves.items()}
    percent(ax, (curve.table[curve.column] for curve in curves.values()))
    return _draw(ax, curves)


def draw_angles(
    figure: Figure, place: Place, curves: dict[str, Curve], label: str = ANGLE_TO_BP
) -> Axes:
    """Mean and range over seeds."""
    ax = panel(figure, place, label, "epoch")
    angle_axis(ax)
    return _draw(ax, curves)


def draw_ends(figure: Figure, place: Place, curves: dict[str, Curve]) -> Axes:
    """Mean and range over seeds after the last epoch, side by side."""
    ax = panel(figure, place, "test error", "")
    last = {name: at_end(curve.table, curve.column) for name, curve in curves.items()}
    percent(ax, last.values())
    for at, (name, errors) in enumerate(last.items()):
        mean = errors.mean()
        reach = [[mean - errors.min()], [errors.max() - mean]]
        ax.errorbar(at, mean, reach, color=curves[name].colour, marker="o", markersize=3)
    ax.set_xticks(range(len(last)), [textwrap.fill(name, 9) for name in last])
    ax.set_xlim(-0.5, len(last) - 0.5)
    return ax


def percent(ax: Axes, errors: Iterable[np.ndarray]) -> None:
    """A logarithmic axis for these errors."""
    errors = np.concatenate([*errors])
    first = np.searchsorted(TICKS, errors.min(), "right") - 1
    ticks = TICKS[first : np.searchsorted(TICKS, errors.max()) + 1]
    ax.set_yscale("log")
    ax.set(ylim=(ticks[0], ticks[-1]), yticks=ticks)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g} %")


def _later(table: Table) -> Table:
    return {name: column[table["epoch"] > 0] for name, column in table.items()}


def _draw(ax: Axes, curves: dict[str, Curve]) -> Axes:
    last = max(curve.table["epoch"].max() for curve in curves.values())
    ax.set_xlim(0, last + 0.01 * last)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10], integer=True))
    draw_curves(ax, "epoch", curves)
    return ax
