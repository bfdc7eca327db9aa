"""Files that a stranger may have made: nothing in them is run, and none is larger than it says.

A data file or a run folder holds plain arrays, tables and texts. They are read without pickle, up
to a size that is known before; what is no file, but a pipe or a device, might never end.
"""

import contextlib
import errno
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib.format import MAGIC_PREFIX

from spikingfa.base.errors import RunFolderError, SpikingFAError

MAX_HEAD = 10_000  # bytes that say what an array is; NumPy reads no longer ones
MAX_TEXT = 64 * 2**20  # characters of a table or of JSON in a run folder


class Unreadable(ValueError):
    """Why a file is not read, in words that follow its name and a colon."""


def one_line(error: BaseException) -> str:
    """The message of an error on one line; of one without a message, its kind."""
    return " ".join(str(error).split()) or type(error).__name__


@contextlib.contextmanager
def readable(
    what: object,
    wrong: str = "",
    raised: type[SpikingFAError] = RunFolderError,
    expected: tuple[type[Exception], ...] = (Exception,),
) -> Iterator[None]:
    """Say that `what` cannot be read, and why, where something `expected` goes wrong meanwhile.

    `wrong` is said of a file of another form, in place of what Python says, ``{}`` in it.
    """
    try:
        yield
    except raised:  # it says so itself
        raise
    except (Unreadable, *expected) as error:
        reason = one_line(error)
        if wrong and not isinstance(error, Unreadable):
            reason = getattr(error, "strerror", None) or wrong.format(reason)
        raise raised(f"cannot read {what}: {reason}") from None


def ordinary(path: str, flags: int) -> int:
    """The `opener` of `open` that opens files, and no pipes or devices.

    Raises
    ------
    OSError
        It is no file, or cannot be opened.
    """
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))  # an empty pipe would block
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):  # of a folder `open` says so itself
        return descriptor
    os.close(descriptor)
    raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", os.fspath(path))


def read_text(
    path: Path, encoding: str = "utf-8", most: int = MAX_TEXT, newline: str | None = None
) -> str:
    """The text of a file of at most so many characters; `newline` is that of `open`.

    Raises
    ------
    Unreadable
        It is longer.
    OSError, UnicodeError
        It cannot be read.
    """
    with open(path, encoding=encoding, newline=newline, opener=ordinary) as file:
        text = file.read(most + 1)
    if len(text) > most:
        raise Unreadable(f"it is longer than {most} characters")
    return text


def read_arrays(path: Path, objects: list[str] | None = None) -> dict[str, np.ndarray]:
    """The arrays of an ``.npz`` file by name; what else is in it is left out.

    Arrays of Python objects are not read: their names are added to `objects`, or, where that is
    None, the file is refused.

    Raises
    ------
    Unreadable
        They do not fit into memory.
    OSError, ValueError, zipfile.BadZipFile, zlib.error, ...
        It is no ``.npz`` file of plain arrays.
    """
    return plain_arrays(read_members(path, objects))


def read_members(path: Path, objects: list[str] | None = None) -> dict[str, np.ndarray | bytes]:
    """All members of an ``.npz`` file by name, as arrays, or as bytes where they are none.

    `objects` is that of `read_arrays`.

    Raises
    ------
    Unreadable, OSError, ValueError, ...
        As of `read_arrays`.
    """
    try:
        with open(path, "rb", opener=ordinary) as file:
            if not zipfile.is_zipfile(file):
                raise ValueError("it is not an .npz file of plain arrays")
            file.seek(0)
            with np.load(file, allow_pickle=False) as stored:
                # zipfile reads no more of a member than its directory says
                check_memory(sum(member.file_size for member in stored.zip.infolist()))
                left_out = set()
                for member in stored.zip.infolist():
                    with stored.zip.open(member) as opened:
                        if _check_kind(opened) and objects is not None:
                            left_out.add(member.filename.removesuffix(".npy"))
                members = {name: stored[name] for name in stored.files if name not in left_out}
                if objects is not None:
                    objects += [name for name in stored.files if name in left_out]
                return members
    except MemoryError:
        raise Unreadable("it does not fit into memory") from None


def plain_arrays(members: dict[str, np.ndarray | bytes]) -> dict[str, np.ndarray]:
    """Members of the archive that are plain arrays."""
    return {name: a for name, a in members.items() if isinstance(a, np.ndarray) and a.itemsize}


def read_mapped(path: Path) -> np.ndarray:
    """The array of an ``.npy`` file, mapped into memory.

    Raises
    ------
    OSError, ValueError
        It is no ``.npy`` file of a plain array.
    """
    # a device is not mapped; a size that is no number any more is none
    with open(path, "rb", opener=ordinary) as file, np.errstate(over="raise"):
        _check_kind(file)
        return np.load(path, mmap_mode="r", allow_pickle=False)


def _check_kind(file: IO[bytes]) -> bool:
    """See that an array says it is of numbers or texts, and of a shape that there can be.

    Returns whether it is of Python objects, which NumPy itself refuses. It ends the process at
    dates of the kind ``M8[s/0]``, and where less than none are mapped.

    Raises
    ------
    Unreadable
        It says something else.
    """
    if file.read(len(MAGIC_PREFIX)) != MAGIC_PREFIX:
        return False  # it is no array, which NumPy finds as well
    major, _ = (*file.read(2), 0, 0)[:2]
    length = int.from_bytes(file.read(2 if major == 1 else 4), "little")
    head = file.read(min(length, MAX_HEAD))
    if any(mark in head for mark in (b"[", b"\\", b"-")):
        raise Unreadable("it holds an array that is not of plain numbers or texts")
    return b"'|O'" in head


def check_memory(n_bytes: int) -> None:
    """See that so many bytes are free.

    Raises
    ------
    Unreadable
        They are not.
    """
    if n_bytes > available():
        raise Unreadable(
            f"it needs {n_bytes / 1e9:.1f} GB of memory, {available() / 1e9:.1f} GB are free"
        )


def available() -> int:
    """Bytes of memory that are free, or, where the system does not tell, that there are."""
    try:
        report = Path("/proc/meminfo").read_text("utf-8")
        return 1024 * int(re.search(r"^MemAvailable:\s*(\d+) kB", report, re.MULTILINE)[1])
    except (OSError, TypeError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
