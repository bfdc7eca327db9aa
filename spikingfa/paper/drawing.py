"""Drawing of experiments: panels, and curves over seeds."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spikingfa.paper.tables import Table
from spikingfa.plots.colours import muted
from spikingfa.plots.ends import name_ends

BANDS = "bands"  # the text that says what they are

Place = tuple[float, float, float, float]  # left, bottom, width, height as parts of the figure


class Curve(NamedTuple):
    """A curve of a table of all seeds: a column, its colour and line."""

    table: Table
    column: str
    colour: str
    line: str = "-"


def panel(figure: Figure, place: Place, ylabel: str, xlabel: str) -> Axes:
    """Axes with their labels."""
    ax = figure.add_axes(place)
    ax.set(ylabel=ylabel, xlabel=xlabel)
    return ax


def angle_axis(ax: Axes) -> None:
    """From 0 to 95 degrees."""
    ax.set(ylim=(0, 95), yticks=[0, 30, 60, 90])
    ax.yaxis.set_major_formatter("{x:g}°")


def draw_curves(ax: Axes, x: str, curves: dict[str, Curve], **look) -> None:
    """Draw curves, and write their names at their ends; scales must be what they will be.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x : str
        The column that they are drawn against.
    curves : dict of Curve
        By name.
    **look
        As for `draw_curve`.
    """
    name_ends(ax, {name: draw_curve(ax, x, curve, **look) for name, curve in curves.items()})


def draw_curve(
    ax: Axes, x: str, curve: Curve, middle: Callable = np.mean, shade: float = 0.15, **look
) -> tuple[float, str]:
    """Draw the middle and the range over seeds; return the middle at the end, and the colour."""
    at, colour = np.unique(curve.table[x]), curve.colour
    values = [curve.table[curve.column][curve.table[x] == value] for value in at]
    low, line, high = ([of(v) for v in values] for of in (np.min, middle, np.max))
    ax.fill_between(at, low, high, color=colour, alpha=shade, lw=0)
    _say_bands(ax.figure, max(map(len, values)))
    ax.plot(at, line, color=colour, linestyle=curve.line, **look)
    return float(line[-1]), colour


def _say_bands(figure: Figure, n_seeds: int) -> None:
    """Say in the lower right corner what bands are."""
    if n_seeds > 1 and not any(text.get_gid() == BANDS for text in figure.texts):
        about = f"bands: least to most of {n_seeds} seeds"
        look = {"ha": "right", "va": "bottom", "color": muted(), "fontsize": "small"}
        figure.text(0.998, 0.004, about, gid=BANDS, **look)
