"""One look for all figures: colours, fonts, axes."""

import re
from contextlib import AbstractContextManager
from typing import Any

from matplotlib import cycler, rc_context, rcParams, rcParamsDefault
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

# Okabe and Ito (2008): colours that are told apart with any colour vision.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "0.35"
LAYER_COLOURS = (BLUE, SKY, GREY, YELLOW)
RUN_COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE)  # neighbours far apart
LINES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY)  # of single neurons, or classes
OWN_COLOUR = {
    "input": BLACK,
    "output": GREEN,
    "teacher": ORANGE,
    "error_on": VERMILLION,
    "error_off": PURPLE,
}
FONT_PT = 7.0
LINE_PT = 9.0  # from one line of text to the next
#: Settings that are the user's own: how fine figures are, and in which fonts.
_OF_THE_USER = re.compile(
    r"figure\.(dpi|hooks|max_open_warning|raise_window)"
    r"|font\.(serif|sans-serif|cursive|fantasy|monospace)|savefig\.(dpi|directory)"
)
_DRAWN = (
    "axes contour errorbar figure font grid hatch image legend lines markers mathtext patch path"
    " pcolor pcolormesh scatter text xaxis xtick yaxis ytick"
)


def _defaults(sections: str) -> dict[str, Any]:
    """Matplotlib's own settings of these sections, but for those that are the user's."""
    return {
        name: value
        for name, value in rcParamsDefault.items()
        if name.partition(".")[0] in sections.split() and not _OF_THE_USER.fullmatch(name)
    }


#: Everything that a drawing depends on, so that no setting of the user's breaks its layout.
STYLE = _defaults(_DRAWN) | {
    "font.family": "sans-serif",
    "font.size": FONT_PT,
    "axes.labelsize": FONT_PT,
    "axes.linewidth": 0.5,
    "axes.edgecolor": "black",
    "axes.labelcolor": "black",
    "axes.facecolor": "white",
    "figure.facecolor": "white",
    "legend.fontsize": FONT_PT,
    "legend.frameon": False,
    "lines.linewidth": 1.0,
    "text.color": "black",
}
#: As a decorator: what a function draws looks so.
in_style = rc_context(STYLE)
#: The same for what is written: the same figure gives the same bytes, and text stays text.
SAVING = _defaults("savefig svg pdf") | {
    "svg.fonttype": "none",
    "svg.hashsalt": "fixed",
    "pdf.fonttype": 42,
}
#: What figures of the package are given one by one, for figures of the user's.
OPEN = {
    "axes.prop_cycle": cycler(color=LINES),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": FONT_PT,
    "ytick.labelsize": FONT_PT,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
}
# Ticks are made when drawn, outside rc_context, so they need their look one by one.
TICKS = {"labelsize": FONT_PT, "labelfontfamily": "sans-serif", "colors": "black", "width": 0.5}


def use_style() -> None:
    """Let matplotlib draw in the look of this package's figures, from now on.

    Colours that are told apart with any colour vision (Okabe & Ito 2008), open axes, text of
    7 points, type that stays text in PDF and SVG.
    """
    rcParams.update(STYLE | SAVING | OPEN)


def style() -> AbstractContextManager[None]:
    """A context in which matplotlib draws as after `use_style`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spikingfa
    >>> with spikingfa.style():
    ...     figure, ax = plt.subplots()
    """
    return rc_context(STYLE | SAVING | OPEN)


def colour_of(population: str) -> str:
    """The same in every figure; hidden layers by their number, all errors of a sign alike."""
    population = re.sub("(error_on|error_off)_.*", r"\1", population)
    number = population.rpartition("_")[2]
    layer = int(number) if number.isdecimal() else 0
    return OWN_COLOUR.get(population, LAYER_COLOURS[layer % len(LAYER_COLOURS)])


def style_axes(ax: Axes, ylabel: str, xlabel: str = "", labelpad: float | None = None) -> None:
    """Thin lines, small text, no box; points from the horizontal axis to its label."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_linewidth(0.5)
    ax.tick_params(length=2.5, pad=2, **TICKS)
    ax.set_ylabel(ylabel, fontsize=FONT_PT)
    if xlabel:
        ax.set_xlabel(xlabel, fontsize=FONT_PT, labelpad=labelpad)


def literal(text: object) -> str:
    """Text of data, a model or a file as a label that matplotlib shows letter by letter.

    Between two dollar signs it would read mathematics, and legends leave out names that begin
    with an underscore.
    """
    label = str(text).replace("$", r"\$")
    return f" {label}" if label.startswith("_") else label


def text_width(text: str) -> float:
    """Points that a label takes in bold."""
    bold = FontProperties(family="sans-serif", weight="bold")
    return TextPath((0, 0), text or " ", FONT_PT, prop=bold).get_extents().width
