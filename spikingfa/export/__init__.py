"""Recorded spikes in formats that other programs read, one in each file; each is found by itself.

Formats read a run folder; nothing here simulates.
"""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from spikingfa.errors import ModelError
from spikingfa.export.format import Format
from spikingfa.files import as_folder_error, written_whole
from spikingfa.model_file import nearest
from spikingfa.run_folder import Run

__all__ = ["FORMATS", "Format", "export", "neo_block"]

FOLDER = "export"  # of a run folder
ALIASES = {"neo": "nix"}  # the file in which Neo keeps a block

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

#: Every format by its name.
FORMATS: dict[str, Format] = {
    kind.name: kind() for kind in sorted(Format.__subclasses__(), key=lambda kind: kind.name)
}


def neo_block(run: Run):
    """The recorded spikes as a Neo block, laid out as :class:`spikingfa.export.nix.Nix` says.

    Returns
    -------
    neo.Block

    Raises
    ------
    ModelError
        Neo is not installed.
    RunFolderError
        The run has no recorded spikes.
    """
    return FORMATS["nix"].block(run)


def export(run: Run, to: str, path: str | Path | None = None) -> list[Path]:
    """Write the recorded spikes of a run, its trials and their labels to a file.

    Parameters
    ----------
    run : Run
    to : str
        A name in `FORMATS`; ``"neo"`` is ``"nix"``.
    path : str or Path, optional
        The file; ``export/spikes`` with the format's ending in the run folder by default. What was
        there is replaced.

    Returns
    -------
    list of Path
        What was written.

    Raises
    ------
    ModelError
        There is no such format, or a package that it needs is not installed.
    RunFolderError
        The run has no recorded spikes, or the file cannot be written.
    """
    to = ALIASES.get(to, to)
    if to not in FORMATS:
        raise ModelError(f"there is no format {to!r}{nearest(to, FORMATS)}")
    form = FORMATS[to]
    contents = form.contents(run)
    if path is None:
        path = run.folder / FOLDER / f"spikes{form.ending}"
        _make(path.parent)
    files = form.files(Path(path))
    for file, write in zip(files, contents, strict=True):
        written_whole(file, write)
    return files


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise as_folder_error(error, folder) from None
