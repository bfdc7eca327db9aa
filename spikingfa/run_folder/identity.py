"""The identity of the run in a folder, by which another that takes its place is noticed."""

import json
from pathlib import Path
from uuid import uuid4

from spikingfa.base.reading import read_text

ID = "id"  # in versions.json, which is written once, when a run begins


def new_id() -> str:
    """The id of a run that begins, which no other has; no part of its seed."""
    return uuid4().hex


def identity_of(folder: Path) -> str | tuple[int, ...] | None:
    """The id of the run in `folder`; of an older one, which file its ``versions.json`` is.

    None where there is no such file.
    """
    path = folder / "versions.json"
    file = file_identity(path)
    if file is None:
        return None
    try:
        identity = json.loads(read_text(path))[ID]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        identity = None
    return identity if isinstance(identity, str) else file


def file_identity(path: Path) -> tuple[int, ...] | None:
    """The identity of a file, by which another of its name is noticed; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino, stat.st_mtime_ns
