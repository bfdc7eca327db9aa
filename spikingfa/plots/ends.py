"""Names at the ends of curves, in place of a legend."""

import numpy as np
from matplotlib.axes import Axes

from spikingfa.plots.text import line


def name_ends(ax: Axes, ends: dict[str, tuple[float, str]]) -> None:
    """Write texts right of the curves' ends, apart from each other.

    Call it when scales and limits are what they will be.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    ends : dict of (float, str)
        By text, the last value of its curve, and its colour.
    """
    right, free = ax.get_xlim()[1], -np.inf
    for text, (value, colour) in sorted(ends.items(), key=lambda item: item[1][0]):
        height = 72 / ax.figure.dpi * ax.transData.transform((right, value))[1]
        free = max(height, free + line())
        look = {"color": colour, "va": "center", "annotation_clip": False}
        at = {"xytext": (3, free - height), "textcoords": "offset points"}
        ax.annotate(text, (right, value), **at, **look)
