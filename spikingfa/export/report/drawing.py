"""The curves of a run as SVG within a page, in colours that follow its light or dark theme."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from xml.dom import minidom

import matplotlib
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spikingfa import plots
from spikingfa.export.interactive.theme import theme_colour
from spikingfa.plots.figure import new_axes
from spikingfa.plots.saving import METADATA
from spikingfa.plots.style import SAVING
from spikingfa.run_folder.held_out import error_column, part_in

History = dict[str, np.ndarray]

SIZE = (3.2, 2.2)  # inches; the page shows them at half again as large
PLACE = (0.14, 0.155, 0.83, 0.805)


def inline_svg(figure: Figure, key: str, alt: str) -> Markup:
    """The figure as an SVG element, its text as text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    key : str
        Begins every id in it, so that those of several figures differ.
    alt : str
        What it shows, for those who do not see it.
    """
    written = io.StringIO()
    with matplotlib.rc_context(SAVING):
        figure.savefig(written, format="svg", metadata=METADATA["svg"], transparent=True)
    document = minidom.parseString(written.getvalue())
    svg = document.documentElement
    for name in ("metadata", "style"):
        for element in list(svg.getElementsByTagName(name)):
            element.parentNode.removeChild(element)
    for element in svg.getElementsByTagName("*"):
        for attribute, value in list(element.attributes.items()):
            element.setAttribute(attribute, _adapted(attribute, value, key))
    for attribute in ("width", "height"):  # the page gives them
        svg.removeAttribute(attribute)
    svg.setAttribute("role", "img")
    svg.setAttribute("aria-label", alt)
    text = svg.toxml()
    document.unlink()
    return Markup(text)


def _adapted(attribute: str, value: str, key: str) -> str:
    if attribute == "id":
        return f"{key}-{value}"
    if attribute in ("xlink:href", "clip-path"):
        return value.replace("#", f"#{key}-")
    if attribute == "style":
        value = re.sub("#[0-9a-fA-F]{6}", lambda match: theme_colour(match[0]), value)
        return re.sub("font-family: [^;]*", "font-family: inherit", value)
    return value


@dataclass(frozen=True)
class Curve:
    """A curve of the page: its caption, and itself."""

    caption: str
    svg: Markup


def curves(history: History, metric: str) -> list[Curve]:
    """The curves that there are columns for."""
    part = part_in(history)
    title = f"{part.capitalize()} and training {metric} over epochs"
    errors = {part: error_column(part), "training": "train_error"}
    angles, rates = _columns(history, "angle_", "_deg"), _columns(history, "rate_", "_hz")
    drawn = (
        (title, partial(plots.plot_learning_curve, metric=metric), errors, "{:.3g} %"),
        ("Angle between forward and feedback weights", plots.plot_alignment, angles, "{:.3g}°"),
        ("Mean rates of the populations in training", plots.plot_rates, rates, "{:.3g} Hz"),
    )
    return [
        _curve(history, *one, columns, form)
        for *one, columns, form in drawn
        if columns and {*columns.values(), "epoch"} <= history.keys()
    ]


def _columns(history: History, before: str, after: str) -> dict[str, str]:
    """Columns by the names of what they are about."""
    return {
        column.removeprefix(before).removesuffix(after).replace("_", " "): column
        for column in history
        if column.startswith(before) and column.endswith(after)
    }


def _curve(
    history: History, caption: str, plot: Callable[..., Axes], columns: dict[str, str], form: str
) -> Curve:
    ax = plot(history, ax=new_axes(SIZE, PLACE))
    ends = (f"{name} {_ends(history[column], form)}" for name, column in columns.items())
    key = caption.split()[0].lower()
    return Curve(caption, inline_svg(ax.figure, key, f"{caption}: {'; '.join(ends)}"))


def _ends(values: np.ndarray, form: str) -> str:
    """From what to what a column went."""
    known = (100 if "%" in form else 1) * values[np.isfinite(values)]
    if not len(known):
        return "not known"
    return " to ".join(dict.fromkeys(form.format(value) for value in (known[0], known[-1])))
