"""What is in files, as far as it must be the same whenever they are written."""

import hashlib
import json
from pathlib import Path

import numpy as np

from spikingfa.base.files import UNFINISHED

#: Of ``metrics.json``: how long it took.
TIMES = ("build_seconds", "train_seconds", "ms_per_trial")
#: Of ``versions.json``: what was given, and which run it is.
OF_THE_RUN = ("command", "id")
HDF5 = (".nix", ".nwb", ".nir")


def of_folder(folder: Path) -> dict[str, str]:
    """A digest for each file under a final name."""
    return {
        str(path.relative_to(folder)): of_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _passing(path.relative_to(folder))
    }


def of_file(path: Path) -> str:
    """A digest of the contents; of what names a time, the command or the run, of the rest.

    A file that is not whole cannot be read, and raises whatever its reader raises.
    """
    if path.name == "versions.json":
        told = json.loads(path.read_text("utf-8"))
        return _digest(json.dumps({k: v for k, v in told.items() if k not in OF_THE_RUN}).encode())
    if path.name == "metrics.json":
        told = json.loads(path.read_text("utf-8"))
        return _digest(json.dumps({k: v for k, v in told.items() if k not in TIMES}).encode())
    if path.suffix in HDF5:
        return _digest(*sorted(_numbers(path)))
    return _digest(path.read_bytes())


def unfinished(folder: Path) -> list[str]:
    """What is left of files that were being written, of locks, and of scratch folders."""
    there = (path.relative_to(folder) for path in sorted(folder.rglob("*")))
    return [str(path) for path in there if _passing(path)]


def _passing(path: Path) -> bool:
    return any(part.startswith((UNFINISHED, ".scratch-", ".lock")) for part in path.parts)


def _numbers(path: Path) -> list[bytes]:
    """Every array of numbers of an HDF5 file; names and texts have random parts."""
    import h5py

    found = []

    def visit(name: str, item) -> None:
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "iufb":
            array = np.asarray(item[()])
            found.append(f"{array.dtype}{array.shape}".encode() + array.tobytes())

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]
