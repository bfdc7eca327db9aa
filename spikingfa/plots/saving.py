"""Files of figures: whole or not at all, the same bytes of the same figure."""

import contextlib
import os
from pathlib import Path

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

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
def opaque(fig: Figure):
    """Make what lets the ground through lighter instead, and put it behind lines."""
    clear = [a for a in fig.findobj(lambda artist: hasattr(artist, "set_facecolor"))
             if a.get_alpha() not in (None, 1) and hasattr(a, "get_facecolors")]  # fmt: skip
    kept = [(a, a.get_alpha(), a.get_facecolor(), a.get_zorder()) for a in clear]
    for artist, alpha, faces, zorder in kept:
        ground = artist.axes.get_facecolor() if artist.axes else "white"
        artist.set_alpha(None)
        artist.set_facecolor([mixed(face[:3], alpha, ground[:3]) for face in faces])
        artist.set_zorder(zorder - 0.5)
    try:
        yield
    finally:
        for artist, alpha, faces, zorder in kept:
            artist.set_facecolor(faces)
            artist.set_alpha(alpha)
            artist.set_zorder(zorder)


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str], kinds):
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
