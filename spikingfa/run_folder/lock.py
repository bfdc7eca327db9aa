"""One run at a time works in a run folder, and one sweep in that of a sweep.

The kernel lets go of the lock when a process ends, however it ends. The lock is of the standard
library and not of filelock, which leaves its file behind: that can be removed only by who can see
that the file which was locked is still the one in the folder.
"""

import contextlib
import errno
import fcntl
import logging
import os
from pathlib import Path

from spikingfa.base.errors import RunFolderError
from spikingfa.base.files import as_folder_error

LOCK = ".lock"
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL)
_log = logging.getLogger(__name__)


class InUse(RunFolderError):
    """Another run, or another sweep, is at work in a folder."""


@contextlib.contextmanager
def locked(folder: Path, kind: str = "run"):
    """Make the folder, and keep others of its kind out meanwhile; if it stays empty, it goes again.

    Where the file system knows no locks this is said, and the run or sweep goes on.

    Raises
    ------
    InUse
        Another run (or whatever `kind` says) is at work in the folder.
    RunFolderError
        It cannot be written.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        if folder.exists() and not folder.is_dir():
            raise RunFolderError(f"the {kind} folder {folder} is a file")
        folder.mkdir(parents=True, exist_ok=True)
        lock = _locked(folder, kind)
    except OSError as error:
        _remove(made)
        raise as_folder_error(error, folder) from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / LOCK).unlink()
        _remove(made)
        os.close(lock)


def _locked(folder: Path, kind: str) -> int:
    """A descriptor that holds the lock while it is open."""
    lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # whoever held it may have removed the file after it was opened here
        if os.path.samestat(os.fstat(lock), os.stat(folder / LOCK)):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:
        if error.errno in _NO_LOCKS:
            _log.warning(f"{folder} cannot be locked: see that no other {kind} is at work in it")
            return lock
        os.close(lock)
        raise
    os.close(lock)
    raise InUse(f"another {kind} is at work in {folder}: choose another folder, or wait for it")


def _remove(folders: list[Path]) -> None:
    for path in folders:
        with contextlib.suppress(OSError):  # it holds a run
            path.rmdir()
