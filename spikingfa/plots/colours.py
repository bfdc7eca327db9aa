"""Colours of what is drawn, by the user's settings: cycle, text, ground."""

import re

import numpy as np
from matplotlib import colormaps, rcParams
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb

from spikingfa.plots.style import LINES

#: Places in the cycle: the same population has the same colour in every figure.
PLACES = {"output": 2, "teacher": 3, "error_on": 1, "error_off": 4}
HIDDEN = (0, 5, None, 6)  # hidden layers by their number; None is grey


def cycle() -> list[str]:
    """Colours of the cycle, six at least."""
    named = [to_hex(c) for c in rcParams["axes.prop_cycle"].by_key().get("color", LINES)]
    return [named[k % len(named)] for k in range(max(6, len(named)))]


def ink() -> str:
    """The colour of text."""
    return to_hex(rcParams["text.color"])


def ground(ax: Axes | None = None) -> str:
    """The colour behind what is drawn: of the axes, or of their figure where they have none."""
    face = rcParams["axes.facecolor"] if ax is None else ax.get_facecolor()
    clear = isinstance(face, tuple) and len(face) == 4 and face[3] == 0
    return to_hex(rcParams["figure.facecolor"] if clear or face == "none" else face)


def mixed(colour, part: float, other=None) -> str:
    """This part of a colour, the rest of the ground or of another colour."""
    there = np.array(to_rgb(ground() if other is None else other))
    return to_hex(part * np.array(to_rgb(colour)) + (1 - part) * there)


def muted(part: float = 0.65) -> str:
    """A grey for what stands back: text in part, the rest ground."""
    return mixed(ink(), part)


def colour_of(population: str) -> str:
    """The same in every figure; hidden layers by their number, all errors of a sign alike."""
    population = re.sub("(error_on|error_off)_.*", r"\1", population)
    if population == "input":
        return ink()
    number = population.rpartition("_")[2]
    layer = HIDDEN[int(number) % len(HIDDEN)] if number.isdecimal() else HIDDEN[0]
    place = PLACES.get(population, layer)
    return muted() if place is None else cycle()[place % len(cycle())]


def colours_of_classes(n: int) -> list[str]:
    """As many colours, of the cycle where that has them, else from dark to light."""
    if n <= 6:
        return cycle()[:n]
    first = 0.05 if light(ground()) else 0.15
    return [to_hex(colour) for colour in colormaps["turbo"](np.linspace(first, 0.95, n))]


def steps(n: int) -> list[str]:
    """Colours of an order, such as epochs, that stand out from the ground."""
    ends = (0.0, 0.85) if light(ground()) else (0.25, 1.0)
    return [to_hex(colour) for colour in colormaps["viridis"](np.linspace(*ends, n))]


def light(colour) -> bool:
    """Whether dark text is read better on it."""
    red, green, blue = to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.55


def shades(colour: str) -> Colormap:
    """A map of colours from the ground to this one."""
    return LinearSegmentedColormap.from_list("shades", [ground(), colour])


def on(colour) -> str:
    """Black or white, whichever is read on this colour."""
    return "black" if light(colour) else "white"
