"""Folders that cannot be written, also by root."""

import contextlib
import ctypes
import os
from collections.abc import Iterator
from pathlib import Path

_VERSION, _DROP = 0x20080522, 24  # of capget; PR_CAPBSET_DROP
_OVERRIDES = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def bind_root() -> None:
    """Take from this process, and from what it starts, root's right to write what it may not."""
    libc = ctypes.CDLL(None, use_errno=True)
    header, data = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    failed = libc.capget(header, data)
    for right in _OVERRIDES:
        failed |= libc.prctl(_DROP, right, 0, 0, 0)
        data[0] &= ~(1 << right)
        data[1] &= ~(1 << right)
    if failed | libc.capset(header, data):
        raise OSError(ctypes.get_errno(), "root's rights cannot be given up")


@contextlib.contextmanager
def read_only(*folders: Path) -> Iterator[None]:
    """Let nothing be written in folders and what is in them meanwhile."""
    inner = [path for folder in folders for path in folder.rglob("*") if path.is_dir()]
    modes = {path: path.stat().st_mode for path in (*folders, *inner)}
    try:
        for path, mode in modes.items():
            os.chmod(path, mode & ~0o222)
        yield
    finally:
        for path, mode in modes.items():
            os.chmod(path, mode)
