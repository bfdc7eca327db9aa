"""Figures that keep their look under any settings: their axes, their files."""

import contextlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.axes
import matplotlib.figure
from matplotlib.backend_bases import RendererBase
from matplotlib.transforms import Bbox

from spikingfa.base.files import unfinished
from spikingfa.plots.style import SAVING, STYLE, in_style, style_axes

METADATA = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


class Figure(matplotlib.figure.Figure):
    """A figure in the look of this package, whatever matplotlib's settings are when it is drawn.

    Jupyter shows it at the end of a cell. pyplot's inline backend, where it is in use, shows
    figures by itself, and this one once.
    """

    @in_style
    def draw(self, renderer: RendererBase) -> None:
        """Draw it; ticks are made only now."""
        super().draw(renderer)

    @in_style
    def get_tightbbox(self, *args: Any, **kwargs: Any) -> Bbox:
        """Bounding box in inches; here, too, ticks may be made."""
        return super().get_tightbbox(*args, **kwargs)

    def _repr_png_(self) -> bytes:
        return png(self)


class Axes(matplotlib.axes.Axes):
    """The axes that a function returns, which show their figure at the end of a cell."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


def png(figure: matplotlib.figure.Figure, dpi: float | str = "figure", **look: Any) -> bytes:
    """All of a figure as a PNG image; `look` is passed on to ``savefig``."""
    data = io.BytesIO()
    with matplotlib.rc_context(STYLE | SAVING):
        figure.savefig(data, format="png", dpi=dpi, **look)
    return data.getvalue()


def new_axes(size: tuple[float, float], place: tuple[float, float, float, float]) -> Axes:
    """Axes in a new figure.

    Parameters
    ----------
    size : (float, float)
        Width and height in inches.
    place : (float, float, float, float)
        Left, bottom, width, height as parts of the figure.
    """
    figure = Figure(figsize=size)
    ax = Axes(figure, place)
    figure.add_axes(ax)
    return ax


def single_column(
    ax: matplotlib.axes.Axes | None, ylabel: str, xlabel: str, labelpad: float | None = None
) -> matplotlib.axes.Axes:
    """The axes, or those of a new single-column figure, with these labels."""
    ax = ax or new_axes((3.5, 2.3), (0.13, 0.15, 0.84, 0.81))
    style_axes(ax, ylabel, xlabel, labelpad)
    return ax


def in_inches(
    figure: matplotlib.figure.Figure, left: float, bottom: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """A place that is given in inches as parts of the figure."""
    wide, high = figure.get_size_inches()
    return left / wide, bottom / high, width / wide, height / high


def sized(
    figure: matplotlib.figure.Figure | None, width: float | None, usual: float
) -> matplotlib.figure.Figure:
    """The figure to draw in, for which no layout engine moves axes that have their place.

    Parameters
    ----------
    figure : matplotlib.figure.Figure, optional
        The user's; a new one by default.
    width : float, optional
        Inches; of the user's figure its own, of a new one `usual` by default.
    """
    if figure is None:
        figure, width = Figure(), width or usual
    figure.set_layout_engine("none")
    if width:
        figure.set_figwidth(width)
    return figure


def save_figure(
    fig: matplotlib.figure.Figure, path: str | os.PathLike[str], dpi: float = 300
) -> None:
    """Write a figure as png, svg or pdf, by the ending of `path`.

    The same figure gives the same bytes, text stays text in svg and pdf, and an interrupted
    call leaves no partial file.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        What to write.
    path : str or path-like
        File to write or replace.
    dpi : float
        Dots per inch of png files and of the bitmaps inside svg and pdf files.

    Raises
    ------
    ValueError
        If the ending is not known.
    FileNotFoundError
        If the folder does not exist.
    """
    with replacing(path, METADATA) as (part, kind), matplotlib.rc_context(SAVING):
        fig.savefig(part, format=kind, dpi=dpi, metadata=METADATA[kind], facecolor="auto")


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str], kinds: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """A file to be written, which takes the place of `path` when it is complete, and its kind.

    Raises
    ------
    ValueError
        If the ending of `path` is none of `kinds`.
    FileNotFoundError
        If the folder does not exist.
    """
    path = Path(path)
    kind = path.suffix.lower().lstrip(".")
    if kind not in kinds:
        *others, last = (f".{known}" for known in kinds)
        needed = f"{', '.join(others)} or {last}"
        raise ValueError(f"cannot save {path.name!r}: the name must end in {needed}")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"cannot save {path.name!r}: no folder {str(path.parent)!r}")
    part = unfinished(path)
    try:
        yield part, kind
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


#: Its name before it was a name of the package itself.
save = save_figure
