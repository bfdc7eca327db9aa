"""Figures to files."""

import contextlib
import os
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure

from spikingfa.base.files import unfinished
from spikingfa.plots.style import SAVING

METADATA = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}


def save(fig: Figure, path: str | os.PathLike[str], dpi: float = 300) -> None:
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
