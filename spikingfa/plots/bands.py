"""A band of a raster: the spikes of a population, a row a neuron, and what stands beside it."""

import re
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from spikingfa.plots.colours import colour_of, ink, mixed, muted
from spikingfa.plots.figure import relative
from spikingfa.plots.headings import OFFSET
from spikingfa.plots.selection import SORTS, Order
from spikingfa.plots.style import literal
from spikingfa.plots.text import em, length_of, line, text_width

COUNTABLE = 20  # up to so many neurons rows are numbered
MANY_SPIKES = 20_000  # of a band, from which on it is a bitmap in svg, pdf and eps: else huge
EDGE, PAD = 1.5, 4.0  # points from a band to its left edge, and on to numbers of neurons
INK = 0.35  # part of a band that spikes may cover before they let the ground through


@dataclass(frozen=True)
class Band:
    """What is drawn of a population.

    Attributes
    ----------
    name : str
    order : Order
        Its neurons from the lowest row up, and how they are grouped.
    size : int
        How many it has.
    inhibitory : ndarray of bool, shape (size,), optional
        Which ones inhibit, where Dale's law holds.
    """

    name: str
    order: Order
    size: int
    sort: str | None = None
    inhibitory: np.ndarray | None = None

    @property
    def which(self) -> np.ndarray:
        """Numbers of the neurons, from the lowest row up."""
        return self.order.which

    @property
    def colours(self) -> list[tuple[str, np.ndarray]]:
        """Colours, and the rows that have them."""
        colour = colour_of(self.name)
        if self.inhibitory is None:
            return [(colour, np.ones(len(self.which), bool))]
        inhibits = self.inhibitory[self.which]
        return [(colour, ~inhibits), (inhibitory_colour(colour), inhibits)]


def inhibitory_colour(colour: str) -> str:
    """The colour of the inhibitory neurons of a population: its own, nearer to that of text."""
    return muted(0.45) if colour == ink() else mixed(colour, 0.4, ink())


def draw_spikes(
    ax: Axes, band: Band, t: np.ndarray, i: np.ndarray, rasterize: bool | str = "auto"
) -> None:
    """Draw them; the thick left edge gives the colour of the line in the rate panel: a legend."""
    t, rows = _rows(band.which, t, i)
    size = len(band.which)
    wide, high = length_of(ax)
    row = high / size
    length = float(np.clip(0.8 * row, relative(1.2), relative(6.0)))
    thick = float(np.clip(0.1 * row, relative(0.5), relative(1.2)))
    cover = len(t) * length * thick / max(wide * high, 1)
    bitmap = len(t) > MANY_SPIKES if rasterize == "auto" else rasterize
    look = {"ms": length, "mew": thick, "linestyle": "", "rasterized": bool(bitmap)}
    look["alpha"] = None if cover < INK else float(np.clip(INK / cover, 0.01, 1))
    for colour, which in band.colours:
        drawn = which[rows]
        ax.plot(1e3 * t[drawn], rows[drawn], marker="|", color=colour, **look)
    ax.set_ylim(-0.5, size - 0.5)
    ax.grid(False)
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    left = {"color": band.colours[0][0], "linewidth": 2, "visible": True}
    ax.spines["left"].set(position=("outward", EDGE), **left)
    hidden = {"bottom": False, "top": False, "left": False, "right": False}
    ax.tick_params(which="both", labelbottom=False, labelleft=True, length=0, pad=PAD, **hidden)
    _number(ax, band, row)


def _rows(which: np.ndarray, t: np.ndarray, i: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of the neurons `which`, and the row of each: where its neuron stands among them."""
    row = np.full(max(which.max(), i.max(initial=0)) + 1, -1)
    row[which] = np.arange(len(which))
    drawn = row[i] >= 0
    return t[drawn], row[i[drawn]]


def _number(ax: Axes, band: Band, row: float) -> None:
    """Numbers of the neurons, where they can be counted: all, or as many as there is room for."""
    n = len(band.which)
    step = max(1, int(np.ceil(0.95 * em() / row)))
    ends = range(0, n, step) if n // step > 2 else [0, n - 1]
    ends = list(ends) if 1 < n <= COUNTABLE and (n - 1) * row >= 0.95 * em() else []
    ax.set_yticks(ends, [str(band.which[k]) for k in ends])


def name_lines(band: Band) -> list[str]:
    """What it is, how many neurons it has of how many, which ones are silent, their order."""
    n = len(band.which)
    lines = [literal(re.sub("_(?=hidden)", "\n", band.name).replace("_", " "))]
    lines += [f"n = {n}" if n == band.size else f"{n} of {band.size}"]
    if band.sort:
        lines += [f"{band.order.n_silent} silent"] if band.order.n_silent else []
        lines += [SORTS[band.sort]]
    return lines


def numbers_width(bands: list[Band]) -> float:
    """Points from bands to the names at their left, between which numbers of neurons stand."""
    few = [str(number) for band in bands if len(band.which) <= COUNTABLE for number in band.which]
    numbers = max((text_width(number, weight="normal") for number in few), default=0)
    return EDGE + PAD + numbers + (0.6 * em() if numbers else 0)


def write_name(ax: Axes, band: Band, beside: float) -> None:
    """Write left of a band what it is, in as many lines as there is room for.

    Parameters
    ----------
    beside : float
        Points from the band to its name.
    """
    high, lines = length_of(ax)[1], name_lines(band)
    room = (high + 0.4 * line()) / line()
    while len(lines) > 1 and "\n".join(lines).count("\n") + 1 > room:
        lines.pop()
    text = "\n".join(lines)
    if text.count("\n") + 1 > room:
        text = literal(band.name.replace("_", " "))
    size = min(em(), 0.95 * (high + 0.6 * line()) / (text.count("\n") + 1) / 1.2)
    look = {"va": "center", "ha": "right", "fontsize": size, "linespacing": 1.15}
    ax.annotate(text, (0, 0.5), (-beside, 0), **OFFSET, **look)


def name_width(bands: list[Band]) -> float:
    """Points that the names of bands take at their left."""
    texts = ["predicted", "true class", *(text for band in bands for text in name_lines(band))]
    return numbers_width(bands) + max(text_width(text, weight="normal") for text in texts) + 2


def draw_groups(ax: Axes, band: Band) -> None:
    """Lines between groups of neurons, and their names at the right where there is room."""
    row = length_of(ax)[1] / len(band.which)
    groups = band.order.groups
    edges = np.cumsum([n for _, n in groups])
    for edge in edges[:-1]:
        ax.axhline(edge - 0.5, color=muted(0.35), linewidth=0.3, linestyle="-", zorder=0.9)
    free = -np.inf
    for edge, (name, n) in zip(edges, groups):
        middle = (edge - n / 2) * row  # points above the bottom
        if middle - free >= 0.85 * em():
            at = (1, (edge - n / 2) / len(band.which))
            look = {"va": "center", "ha": "left", "color": muted(), "fontsize": 0.85 * em()}
            ax.annotate(literal(name), at, (2, 0), **OFFSET, **look)
            free = middle


def groups_width(bands: list[Band]) -> float:
    """Points that the names of groups take at their right."""
    names = [literal(name) for band in bands for name, _ in band.order.groups]
    return max((0.85 * text_width(name, weight="normal") for name in names), default=0) + 4
