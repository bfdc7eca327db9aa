"""Axes of what is drawn: percent, degrees; and bands."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MultipleLocator, NullLocator

from spikingfa.plots.colours import muted


def values_of(ax: Axes) -> np.ndarray:
    """All finite y values drawn so far, of lines and bands."""
    lines = [np.asarray(one.get_ydata(), float) for one in ax.lines]
    bands = [path.vertices[:, 1] for band in ax.collections for path in band.get_paths()]
    values = np.concatenate([np.empty(0), *lines, *bands])
    return values[np.isfinite(values)]


def scale_percent(ax: Axes) -> None:
    """Percent from zero on, or logarithmic where they span more than a factor of ten."""
    values = values_of(ax)
    values = values[values > 0]
    low, high = values.min(initial=100), values.max(initial=0) or 100
    if high > 10 * low:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=20))
        ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylim(low / 1.2 if high > 10 * low else 0, 1.05 * high)
    ax.yaxis.set_major_formatter("{x:g}")


def scale_degrees(ax: Axes) -> None:
    """Degrees from zero on, with a dashed line at 90, where unrelated directions lie."""
    low, high = values_of(ax).min(initial=90), values_of(ax).max(initial=96)
    ax.set_ylim(0 if low > 4 else low - 5, high + 5)  # so that markers are whole
    ax.axhline(90, color=muted(), linestyle="--", linewidth=0.7, zorder=1)
    ax.yaxis.set_major_locator(MultipleLocator(30))
    ax.yaxis.set_major_formatter("{x:g}°")


def draw_range(ax: Axes, x: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str) -> None:
    """Draw a band from `low` to `high`, over x."""
    ax.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
