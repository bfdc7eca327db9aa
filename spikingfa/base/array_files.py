"""The array files of a run: arrays by name, and a checksum that shows when one was changed.

The checksum is a text member of the ``.npz`` archive itself, so that a file and its checksum are
always of the same moment, however the process ends. Files of older versions have none.
"""

import hashlib
import zipfile
from pathlib import Path

import numpy as np

from spikingfa.base.interrupts import postponed
from spikingfa.base.reading import Unreadable, plain_arrays, read_members

CHECKSUM = "sha256.txt"  # the member that holds it; no array of a network has such a name

Arrays = dict[str, np.ndarray]


def write_arrays(path: Path, arrays: Arrays, compressed: bool = False) -> None:
    """Write an ``.npz`` file of these arrays and their checksum."""
    arrays = {name: np.asarray(array) for name, array in arrays.items()}
    stored = checksum(plain_arrays(arrays))
    with postponed():
        write_plain(path, arrays, compressed)
        with zipfile.ZipFile(path, "a") as archive:
            # without the time of day: the same arrays are the same file
            archive.writestr(zipfile.ZipInfo(CHECKSUM), stored)


def write_plain(path: Path, arrays: Arrays, compressed: bool = False) -> None:
    """Write an ``.npz`` file of these arrays alone, whatever its name ends in."""
    save = np.savez_compressed if compressed else np.savez
    with postponed(), open(path, "wb") as file:
        save(file, **arrays)


def read_checked(path: Path) -> Arrays:
    """Read what `write_arrays` wrote, or an older version that knew no checksum.

    Raises
    ------
    Unreadable
        The arrays are not those that were written, or do not fit into memory.
    OSError, ValueError, ...
        As of `spikingfa.base.reading.read_arrays`.
    """
    members = read_members(path)
    stored = members.pop(CHECKSUM, None)
    arrays = plain_arrays(members)
    if stored is not None and _text(stored) != checksum(arrays):
        raise Unreadable(
            "its arrays are not those that were written, as its checksum shows; arrays that were"
            f" changed on purpose are to be saved without {CHECKSUM}"
        )
    return arrays


def read_numbers(path: Path) -> Arrays:
    """Read arrays as `read_checked` does, where none is of texts.

    Raises
    ------
    OSError, ValueError
        It cannot be read, or an array is not of numbers.
    """
    arrays = read_checked(path)
    for name, array in arrays.items():
        if array.dtype.kind not in "biuf":
            raise Unreadable(f"{name} is an array of {array.dtype}, not of numbers")
    return arrays


def checksum(arrays: Arrays) -> str:
    """SHA-256 of names, types, shapes and values, whatever the order of the arrays."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name}\n{array.dtype.str}\n{array.shape}\n".encode("utf-8", "replace"))
        if array.size:
            digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8))
    return digest.hexdigest()


def _text(stored: bytes | np.ndarray) -> str:
    # an array, where a reader of archives has taken it for one and written it back
    value = stored.item() if isinstance(stored, np.ndarray) and stored.size == 1 else stored
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
