"""Opening a run folder."""

import contextlib
import os
from importlib.metadata import version
from pathlib import Path

from spikingfa.base.errors import RunFolderError
from spikingfa.base.text import shown
from spikingfa.run_folder.layout import FORMAT
from spikingfa.run_folder.recording import Recording
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.tables import Versions, read_json


def as_run(run: Run | str | Path) -> Run:
    """The run itself, or the one in this folder; see `open_run`."""
    return run if isinstance(run, Run) else open_run(run)


def spikes_of(source: Spikes | Run | Recording | str | Path) -> Spikes:
    """The spikes themselves, or those of a run, of the run in this folder, or of a recording."""
    if isinstance(source, Spikes):
        return source
    return (source if isinstance(source, Recording) else as_run(source)).spikes


def read_now(run: Run) -> Run:
    """The run, with what is small read at once, so that it stays whatever becomes of the folder."""
    for name in ("model", "data", "metrics", "history", "versions"):
        with contextlib.suppress(RunFolderError):  # of what is damaged it is said when asked for
            getattr(run, name)
    return run


def open_run(folder: str | Path) -> Run:
    """Open a run folder.

    Raises
    ------
    RunFolderError
        The folder does not hold a run, or one in a format that came later.
    """
    if not isinstance(folder, str | os.PathLike):
        raise RunFolderError(f"needs a run, or the folder of one, got {shown(folder)}")
    folder = Path(folder)
    if not (folder / "model.toml").is_file():
        what = "is a file" if folder.is_file() else "does not exist"
        what = "holds no run (no model.toml)" if folder.is_dir() else what
        raise RunFolderError(f"the run folder {folder} {what}")
    if (number := format_of(folder)) > FORMAT:
        raise RunFolderError(
            f"the run folder {folder} has format {number}, and this version of spikingfa"
            f" ({version('spikingfa')}) reads formats up to {FORMAT}: read it with a later one"
        )
    return Run(folder)


def format_of(folder: Path) -> int:
    """The number of a run folder's format; 0 where nothing tells it."""
    try:
        number = read_json(Versions, folder / "versions.json").root.get("format", 0)
    except (OSError, ValueError):  # the rest may be read
        return 0
    return number if isinstance(number, int) else 0
