"""Files that are there whole or not at all."""

import contextlib
import csv
import errno
import functools
import glob
import itertools
import json
import os
import platform
import shutil
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO

from platformdirs import user_cache_path

from spikingfa.base.errors import RunFolderError

UNFINISHED = ".unfinished-"


_HOST = f"{zlib.crc32(platform.node().encode()):08x}"
_count = itertools.count()


def unfinished(path: Path) -> Path:
    """A name beside `path` for what is being written, which no other process or thread has.

    What processes of this machine that were killed left of the same file is removed.
    """
    own = f"{UNFINISHED}{_HOST}-"
    for left in path.parent.glob(f"{own}*-{glob.escape(path.name)}"):
        if not _alive(left.name.removeprefix(own).partition("-")[0]):
            remove(left)
    part = path.with_name(f"{own}{os.getpid()}-{next(_count)}-{path.name}")
    if os.path.lexists(part):  # it may be a link, and lead anywhere
        remove(part)
    return part


def _alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (OSError, ValueError, OverflowError):  # another user's; no number
        return True
    return True


def straight(path: str | os.PathLike[str]) -> Path:
    """The path without ``..`` behind a folder that is not there, which nobody wants made."""
    path = Path(path)
    turns = (k for k, part in enumerate(path.parts) if k and part == os.pardir)
    return path if all(Path(*path.parts[:k]).exists() for k in turns) else path.resolve()


def within(folder: Path, path: Path) -> Path:
    """The path, if it lies in the folder: who made the folder may have put a link there.

    Raises
    ------
    RunFolderError
        A link leads from it to another place.
    """
    if not path.resolve().is_relative_to(folder.resolve()):
        raise RunFolderError(
            f"{path} is a link out of {folder}, where nothing is written: remove the link"
        )
    return path


def remove(path: Path) -> None:
    """Remove a file or a folder as far as that can be done."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def written_whole(path: Path, writer: Callable[[Path], object]) -> None:
    """Let `writer` fill a file of another name, then give it its own, when it is on the disk.

    Raises
    ------
    RunFolderError
        It cannot be written.
    """
    part = unfinished(path)
    try:
        with writable(path):
            writer(part)
            with open(part, "rb") as file:  # a power cut may leave the name with nothing behind it
                os.fsync(file.fileno())
            os.replace(part, path)
    finally:
        remove(part)


@contextlib.contextmanager
def replaced_whole(folder: Path):
    """A folder to be filled, which takes the place of `folder` when it is complete.

    Raises
    ------
    RunFolderError
        It cannot be written.
    """
    part = unfinished(folder)
    try:
        with writable(folder):
            part.mkdir(parents=True, exist_ok=True)
            yield part
            _replace(part, folder)
    finally:
        remove(part)


def _replace(part: Path, folder: Path) -> None:
    before = unfinished(folder)
    try:
        while True:
            with contextlib.suppress(FileNotFoundError):
                folder.rename(before)
            try:
                return part.rename(folder)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
            remove(before)  # another process put its own there meanwhile: the last one stays
    finally:
        remove(before)


@contextlib.contextmanager
def writable(path: Path):
    """Raise RunFolderError, which says that the path cannot be written, if the system refuses."""
    try:
        yield
    except (OSError, UnicodeError) as error:
        raise as_folder_error(error, path) from None


def write_json(path: Path, table: dict) -> None:
    """Write a table as JSON that people can read."""
    path.write_text(json.dumps(table, indent=2) + "\n", "utf-8")


def write_csv(
    path: Path, header: Iterable[str], rows: Iterable[Iterable], line_end: str = "\r\n"
) -> None:
    """Write a table, with a line of names, whose lines end as CSV has it, or by `line_end`."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        write_rows(file, header, rows, line_end)


def write_rows(
    file: TextIO, header: Iterable[str], rows: Iterable[Iterable], line_end: str = "\n"
) -> None:
    """Write a table, with a line of names, to an open file."""
    writer = csv.writer(file, lineterminator=line_end)
    writer.writerow(header)
    writer.writerows(rows)


def as_folder_error(error: OSError | UnicodeError, path: Path) -> RunFolderError:
    """The error for a path, in one line."""
    if isinstance(error, RunFolderError):
        return error
    return RunFolderError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}")


def cache_folder() -> Path:
    """`$SPIKINGFA_CACHE`, else the user's cache folder.

    A relative one lies in the folder that was the current one when it was first asked for.
    """
    chosen = os.environ.get("SPIKINGFA_CACHE")
    return _absolute(chosen) if chosen else user_cache_path("spikingfa")


@functools.cache
def _absolute(folder: str) -> Path:
    return Path(folder).absolute()
