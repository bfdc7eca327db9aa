"""Legends that fit into their axes."""

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.figure import COMPACT
from spikingfa.plots.scales import values_of
from spikingfa.plots.text import LEAST_PT, broken, length_of, line, points_of, text_width


def legend_above(ax: Axes, title: str | None = None, widest: float = 210.0) -> None:
    """From zero on, with room at the top for a legend of what has a label.

    Parameters
    ----------
    widest : float
        Points that it may take of the width.
    """
    named = ax.get_legend_handles_labels()[1]
    wide, high = length_of(ax)
    entry = max(map(text_width, named), default=0) + 3 * line()  # and the line before it
    columns = max(1, int(min(widest, 1.15 * wide) / entry))
    title = title and broken(title, wide - 4)[0]
    lines = max((name.count("\n") + 1 for name in named), default=0)
    rows = lines * -(-len(named) // columns) + (title.count("\n") + 1 if title else 0)
    needed = (1.1 * line() * rows + 3) / high
    part = min(needed, 0.5)
    low, top = values_of(ax).min(initial=0), values_of(ax).max(initial=0) or 1
    ax.set_ylim(low, low + (top - low) / (1 - part))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=(1, 2, 5, 10)))
    look = {"ncols": columns, "borderaxespad": 0, "alignment": "left", "title": title}
    put_legend(ax, part / needed, loc="upper left", **look)


def put_legend(ax: Axes, part: float = 1.0, **look) -> None:
    """Draw a legend, smaller where it would be wider than the axes.

    Parameters
    ----------
    part : float
        Of the user's size of text, at most.
    **look
        As for ``Axes.legend``.
    """
    # matplotlib warns where it looks for them itself and there are none
    handles = look.setdefault("handles", ax.get_legend_handles_labels()[0])
    names = [handle.get_label() for handle in handles]
    entry = max(map(text_width, names), default=0) + 3 * line()
    entry = max(entry * look.get("ncols", 1), text_width(look.get("title") or ""))
    size = points_of(rcParams["legend.fontsize"])
    part = min(part, length_of(ax)[0] / entry)
    size *= max(part, min(1.0, LEAST_PT / size))
    ax.legend(fontsize=size, title_fontsize=size, **look, **COMPACT)
