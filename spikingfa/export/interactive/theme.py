"""Colours of the figures on pages that are light or dark."""

from matplotlib.colors import to_hex

from spikingfa.plots import style

#: Colours of the figures by their name in the page: on light, and on dark ground.
THEME = {
    "ink": (style.BLACK, "#E8E8E8"),
    "paper": ("#FFFFFF", "#15181C"),
    "grey": (to_hex(style.GREY).upper(), "#A9AEB4"),
    "orange": (style.ORANGE, "#EBAF2E"),
    "sky": (style.SKY, "#9AD7F7"),
    "green": (style.GREEN, "#35C297"),
    "yellow": (style.YELLOW, "#F0E442"),
    "blue": (style.BLUE, "#4C9FDE"),
    "vermillion": (style.VERMILLION, "#F5863F"),
    "purple": (style.PURPLE, "#E09CC4"),
}
_NAMES = {light: name for name, (light, _) in THEME.items()}


def theme_colour(colour: str) -> str:
    """A colour of a figure as one of the page."""
    colour = to_hex(colour).upper()
    return f"var(--{_NAMES[colour]})" if colour in _NAMES else colour
