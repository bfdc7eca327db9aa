"""Text in points: how large it is, how wide, and where lines break."""

import textwrap
from functools import lru_cache

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

LEAST_PT = 4.5  # smaller text is not read


def em() -> float:
    """Points of the user's text."""
    return float(rcParams["font.size"])


def line() -> float:
    """Points from one line of text to the next."""
    return 9 / 7 * em()


def text_width(text: str, size: float | str | None = None, weight: str = "bold") -> float:
    """Points that the longest line of a label takes."""
    font = FontProperties(family=rcParams["font.family"], weight=weight, size=size or em())
    points = font.get_size_in_points()
    families = tuple(font.get_family()), tuple(rcParams["font.sans-serif"])
    return max(_width(part, points, weight, families) for part in text.split("\n"))


@lru_cache(maxsize=4096)
def _width(text: str, points: float, weight: str, families: tuple) -> float:
    if not text.strip():
        return 0.0  # which has no path
    font = FontProperties(family=families[0], weight=weight)
    return float(TextPath((0, 0), text, points, prop=font).get_extents().width)


def broken(text: str, points: float, most: int = 2) -> tuple[str, float]:
    """The text in lines that are no longer than so many points, and how much smaller it has to be.

    Parameters
    ----------
    most : int
        How many lines it may take.
    """
    for n in range(1, most + 1):
        lines = _in_lines(text, n)
        wide = text_width(lines, weight="normal")
        if wide <= points:
            return lines, 1.0
    return lines, max(points / wide, min(1.0, 0.8 * LEAST_PT / em()))


def _in_lines(text: str, n: int) -> str:
    """About equally long lines, broken at spaces."""
    if n == 1:
        return text
    for width in range(-(-len(text) // n), len(text) + 1):
        lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        if len(lines) <= n:
            return "\n".join(lines)
    return text


def points_of(size: float | str) -> float:
    """Points of a size such as "medium"."""
    return FontProperties(size=size).get_size_in_points()


def room_beneath() -> float:
    """Points that ticks, their labels and a label take beneath axes."""
    ticks = rcParams["xtick.major.size"] + rcParams["xtick.major.pad"]
    texts = points_of(rcParams["xtick.labelsize"]) + points_of(rcParams["axes.labelsize"])
    return ticks + 1.3 * texts + 3


def length_of(ax: Axes) -> np.ndarray:
    """Width and height of axes in points."""
    return 72 / ax.figure.dpi * ax.bbox.size


def label(
    ax: Axes,
    ylabel: str = "",
    xlabel: str = "",
    labelpad: float | None = None,
    beneath: float = 0.0,
) -> None:
    """Write labels of the axes, in two lines or smaller where they would be longer than these.

    Parameters
    ----------
    beneath : float
        Points of the height that names of ticks will take.
    """
    wide, high = 0.95 * (length_of(ax) - (0, beneath))  # less where others take room
    size = points_of(rcParams["axes.labelsize"])
    if ylabel:
        text, part = broken(ylabel, high * em() / size)
        ax.set_ylabel(text, linespacing=1.1, fontsize=part * size)
    if xlabel:
        text, part = broken(xlabel, wide * em() / size)
        ax.set_xlabel(text, linespacing=1.1, fontsize=part * size, labelpad=labelpad)
