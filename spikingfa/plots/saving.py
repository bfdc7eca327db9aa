"""Files of figures: whole or not at all, the same bytes of the same figure."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D

from spikingfa.base.files import unfinished
from spikingfa.plots.colours import mixed
from spikingfa.plots.figure import figure_of
from spikingfa.plots.style import SAVING

METADATA = {
    "png": {},
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
    "eps": {},
    "tiff": None,
}
FAINTEST = 0.15  # part of its colour that what was let through keeps
VECTORS = ("svg", "pdf", "eps")
OPTIONS = {"tiff": {"pil_kwargs": {"compression": "tiff_lzw"}}}


def save_figure(fig: FigureBase | Axes, path: str | os.PathLike[str], dpi: float = 300) -> str:
    """Write a figure as png, svg, pdf, eps or tiff, by the ending of `path`.

    The same figure gives the same bytes (but of eps, which holds the date), text stays text in
    svg, pdf and eps, and an interrupted call leaves no partial file. In eps, which knows no
    transparency, bands have a lighter colour and lie behind lines.

    Parameters
    ----------
    fig : matplotlib.figure.Figure, or SubFigure or Axes
        What to write, all of it.
    path : str or path-like
        File to write or replace.
    dpi : float
        Dots per inch of png and tiff files, and of the bitmaps inside of svg, pdf and eps files.

    Returns
    -------
    str
        Size of the figure and of the file, and what of it became a bitmap.

    Raises
    ------
    ValueError
        If the ending is not known.
    FileNotFoundError
        If the folder does not exist.
    """
    fig = figure_of(fig)
    with replacing(path, METADATA) as (part, kind), matplotlib.rc_context(SAVING):
        options = {"metadata": METADATA[kind], "facecolor": "auto"} | OPTIONS.get(kind, {})
        with opaque(fig) if kind == "eps" else contextlib.nullcontext():
            fig.savefig(part, format=kind, dpi=dpi, **options)
    return _about(fig, Path(path), dpi)


def _about(fig: Figure, path: Path, dpi: float) -> str:
    wide, high = fig.get_size_inches()
    about = f"{wide:.3g} x {high:.3g} in, {about_size(path)}"
    if path.suffix.lower().lstrip(".") not in VECTORS:
        return f"{about}, {dpi:g} dpi"
    n = len(fig.findobj(lambda artist: artist.get_rasterized() and artist.get_visible()))
    bitmaps = "1 part as a bitmap" if n == 1 else f"{n} parts as bitmaps"
    return f"{about}, {bitmaps} of {dpi:g} dpi" if n else about


def about_size(path: Path) -> str:
    """The size of a file in words."""
    n_bytes = path.stat().st_size
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{n_bytes / 1e3:.0f} kB"


@contextlib.contextmanager
def opaque(fig: Figure) -> Iterator[None]:
    """Make what lets the ground through lighter instead, and put it behind other lines."""
    clear = fig.findobj(lambda artist: artist.get_alpha() not in (None, 1))
    bands = [one for one in clear if isinstance(one, Collection)]
    lines = [one for one in clear if isinstance(one, Line2D)]
    before = [(one, one.properties()) for one in (*bands, *lines)]
    for one, was in before:
        ground = one.axes.get_facecolor() if one.axes else "white"
        ground = ground if to_rgba(ground)[3] else fig.get_facecolor()
        part = max(was["alpha"], FAINTEST)
        one.set_alpha(None)
        one.set_zorder(was["zorder"] - 0.5)
        if isinstance(one, Line2D):
            one.set_color(mixed(was["color"], part, ground))
        else:
            one.set_facecolor([mixed(face[:3], part, ground) for face in was["facecolor"]])
    try:
        yield
    finally:
        for one, was in before:
            colour = "color" if isinstance(one, Line2D) else "facecolor"
            one.set(**{colour: was[colour], "alpha": was["alpha"], "zorder": was["zorder"]})


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
    kind = {"tif": "tiff"}.get(kind, kind)
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
