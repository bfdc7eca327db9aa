"""Files that are there whole or not at all."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from spikingfa.errors import RunFolderError

UNFINISHED = ".unfinished-"


def written_whole(path: Path, writer: Callable[[Path], None]) -> None:
    """Let `writer` fill a file of another name, then give it its own.

    Raises
    ------
    RunFolderError
        It cannot be written.
    """
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    try:
        writer(unfinished)
        os.replace(unfinished, path)
    except (OSError, UnicodeError) as error:
        raise as_folder_error(error, path) from None
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def as_folder_error(error: OSError | UnicodeError, path: Path) -> RunFolderError:
    """What went wrong with a path, in one line."""
    if isinstance(error, RunFolderError):
        return error
    return RunFolderError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}")
