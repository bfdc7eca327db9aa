"""Files that are there whole or not at all."""

import contextlib
import os
import shutil
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


@contextlib.contextmanager
def replaced_whole(folder: Path):
    """A folder to be filled, which takes the place of `folder` when it is complete.

    Raises
    ------
    RunFolderError
        It cannot be written.
    """
    part = folder.with_name(f"{UNFINISHED}{folder.name}-{os.getpid()}")
    try:
        part.mkdir(parents=True, exist_ok=True)
        yield part
        if folder.exists():
            shutil.rmtree(folder)
        part.rename(folder)
    except OSError as error:
        raise as_folder_error(error, folder) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def as_folder_error(error: OSError | UnicodeError, path: Path) -> RunFolderError:
    """What went wrong with a path, in one line."""
    if isinstance(error, RunFolderError):
        return error
    return RunFolderError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}")
