"""The look of this package: settings of matplotlib, for those who want it."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from matplotlib import cycler, rc_context, rcParams, rcParamsDefault

# Okabe and Ito (2008): colours that are told apart with any colour vision.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "#595959"
LINES = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY)  # neighbours far apart
FONT_PT = 7.0
#: Settings that stay the user's: how fine figures are, and in which fonts.
_OF_THE_USER = re.compile(
    r"figure\.(dpi|hooks|max_open_warning|raise_window)"
    r"|font\.(serif|sans-serif|cursive|fantasy|monospace)|savefig\.(dpi|directory)"
)
_DRAWN = (
    "axes contour errorbar figure font grid hatch image legend lines markers mathtext patch path"
    " pcolor pcolormesh scatter text xaxis xtick yaxis ytick"
)


def _of(sections: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    names = sections.split()
    return {name: value for name, value in settings.items() if name.partition(".")[0] in names}


def _defaults(sections: str) -> dict[str, Any]:
    """Matplotlib's own settings of these sections, but for those that are the user's."""
    defaults = _of(sections, rcParamsDefault)
    return {name: value for name, value in defaults.items() if not _OF_THE_USER.fullmatch(name)}


#: Type that stays type, so that a text of a figure can be searched and changed.
TYPE = {"svg.fonttype": "none", "pdf.fonttype": 42, "ps.fonttype": 42}
#: How files are written: the same figure gives the same bytes.
SAVING = _defaults("savefig svg pdf ps") | TYPE | {"svg.hashsalt": "fixed"}
#: Everything that a drawing depends on, so that no other setting changes the look.
STYLE = (
    _defaults(_DRAWN)
    | SAVING
    | {
        "axes.edgecolor": "black",
        "axes.facecolor": "white",
        "axes.labelcolor": "black",
        "axes.labelsize": "medium",
        "axes.linewidth": 0.5,
        "axes.prop_cycle": cycler(color=(*LINES, YELLOW)),
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": "medium",
        "figure.facecolor": "white",
        "figure.figsize": (3.5, 2.3),
        "font.family": "sans-serif",
        "font.size": FONT_PT,
        "legend.fontsize": "medium",
        "legend.frameon": False,
        "lines.linewidth": 1.0,
        "text.color": "black",
    }
    | {f"{axis}tick.{name}": value for axis in "xy" for name, value in (
        ("labelsize", "medium"),
        ("major.pad", 2.0),
        ("major.size", 2.5),
        ("major.width", 0.5),
        ("minor.size", 1.5),
        ("minor.width", 0.4),
    )}
)  # fmt: skip


def use_style() -> None:
    """Let matplotlib draw in the look of this package from now on.

    Colours that are told apart with any colour vision (Okabe & Ito 2008), open axes, text of
    7 points, type that stays text in PDF, SVG and EPS.
    """
    rcParams.update(STYLE)


def style() -> AbstractContextManager[None]:
    """A context in which matplotlib draws as after `use_style`.

    Examples
    --------
    >>> import matplotlib.pyplot as plt, spikingfa
    >>> with spikingfa.style():
    ...     figure, ax = plt.subplots()
    """
    return rc_context(STYLE)


def settings_now() -> dict[str, Any]:
    """The present settings that a drawing depends on."""
    return _of(_DRAWN, rcParams.copy())


def literal(text: object) -> str:
    """Text of data, a model or a file as a label that matplotlib shows letter by letter.

    Between two dollar signs it would read mathematics, and legends leave out names that begin
    with an underscore.
    """
    label = str(text).replace("$", r"\$")
    return f" {label}" if label.startswith("_") else label
