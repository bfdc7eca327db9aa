"""Images and labels in four IDX files, the form of MNIST and of the data sets made after it.

The format: two zero bytes, a code of the type, the number of dimensions, each dimension as a
big-endian uint32, then the numbers (LeCun, Cortes & Burges, yann.lecun.com/exdb/mnist).
"""

import gzip
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import available, check_memory, ordinary, readable
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding
from spikingfa.tasks.values import BYTE

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
_UBYTE = 0x08
_TYPES = {0x09: "int8", 0x0B: "int16", 0x0C: "int32", 0x0D: "float32", 0x0E: "float64"}
_GZIP = b"\x1f\x8b"  # an IDX file begins with two zeros instead
_FORMS = {1: "(n,) of labels", 3: "(n, rows, columns) of images"}
_LONGEST_HEAD = 4 + 4 * max(_FORMS)
_COPIES = 5  # times the size: a byte becomes a number of four
_AT_ONCE = 2**20  # bytes

Check = Callable[[str, Path, bytes], None]


def load_idx(task: Task) -> Data:
    """Read the data set in ``task.folder``; the files called ``t10k`` are the test.

    Raises
    ------
    DataError
        No folder is named, or see `read_folder`.
    """
    if task.folder is None:
        raise DataError("task.folder: task idx needs the folder of its files (--data-dir DIR)")
    return read_folder(Path(task.folder))


def read_folder(folder: Path, check: Check | None = None) -> Data:
    """Read the four files of a data set, each packed by gzip or not.

    Parameters
    ----------
    folder : Path
    check : callable, optional
        Called with each file's name (of `FILES`), path and unpacked content; it may raise.

    Returns
    -------
    Data
        Intensities are the bytes / 255, classes the labels of the training data in order.

    Raises
    ------
    DataError
        A file is missing or damaged, or the four do not belong together.
    """
    paths = find_files(folder)
    missing = [name for name in FILES if name not in paths]
    if missing:
        what = (
            f"has no {missing[0]} (or {missing[0]}.gz)" if os.path.isdir(folder) else "is no folder"
        )
        raise DataError(f"the data folder {folder} {what}")
    x, y, x_test, y_test = (_read(name, paths[name], check) for name in FILES)
    images, labels, test_images, test_labels = (paths[name] for name in FILES)
    _same_length(x, y, images, labels)
    _same_length(x_test, y_test, test_images, test_labels)
    if x.shape[1:] != x_test.shape[1:]:
        sizes = ["{} x {}".format(*table.shape[1:]) for table in (x_test, x)]
        raise DataError(f"{test_images}: images of {sizes[0]}, but {images} has {sizes[1]}")
    if not x.any():
        raise DataError(f"{images}: is zero everywhere; no input neuron would ever fire")
    classes = np.unique(y)
    if len(classes) < 2:
        raise DataError(f"{labels}: needs at least two classes, got {len(classes)}")
    unseen = np.setdiff1d(y_test, classes)
    if unseen.size:
        raise DataError(f"{test_labels}: has the label {unseen[0]}, which is not in {labels}")
    encoding = Encoding(
        n_features=x[0].size, classes=tuple(str(label) for label in classes), divisor=BYTE
    )
    return Data.encoded(
        _intensities(x),
        np.searchsorted(classes, y),
        _intensities(x_test),
        np.searchsorted(classes, y_test),
        encoding,
        image=x.shape[1:],
    )


def find_files(folder: Path) -> dict[str, Path]:
    """Paths of those of `FILES` that are in `folder`; some mirrors write a dot for a hyphen."""
    files = {}
    for name in FILES:
        spellings = (name, name.replace("-idx", ".idx"))
        paths = (folder / f"{spelling}{end}" for spelling in spellings for end in ("", ".gz"))
        path = next((path for path in paths if os.path.isfile(path)), None)
        if path is not None:
            files[name] = path
    return files


def unpacked(path: Path) -> bytes:
    """The content of a file, unpacked if it is packed by gzip, whatever its name says.

    Raises
    ------
    DataError
        The file cannot be read or unpacked.
    """
    what, wrong = f"the data file {path}", "its gzip is damaged ({})"
    damaged = readable(what, wrong, DataError, (OSError, EOFError, zlib.error))
    with damaged, open(path, "rb", opener=ordinary) as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        with gzip.GzipFile(fileobj=file) if packed else file as stream:
            head = stream.read(_LONGEST_HEAD)
            return head + _rest(head, stream)


def _rest(head: bytes, stream) -> bytes:
    """The rest of the file, up to the length that its head gives, and a byte.

    So a small file that unpacks without end does no harm.
    """
    n = head[3] if len(head) > 3 and head[:2] == b"\0\0" else 0
    if not 0 < n <= max(_FORMS) or len(head) < 4 + 4 * n:
        return b""
    size = 4 + 4 * n + int(np.prod(np.frombuffer(head, ">u4", n, offset=4), dtype=object))
    most = available() // _COPIES
    parts, left = [], min(size, most) + 1 - len(head)
    while left > 0 and (part := stream.read(min(left, _AT_ONCE))):
        parts.append(part)
        left -= len(part)
    if left <= 0 and most <= size:
        check_memory(_COPIES * size)
    return b"".join(parts)


def parse(content: bytes, n_dimensions: int, source: str) -> np.ndarray:
    """The numbers of an IDX file.

    Parameters
    ----------
    content : bytes
        The unpacked file.
    n_dimensions : int
        1 for labels, 3 for images.
    source : str
        What errors name.

    Returns
    -------
    ndarray of uint8
        Read only; it lies in `content`.

    Raises
    ------
    DataError
        `content` is not IDX, is not of unsigned bytes, has other dimensions, or has another
        length than its header says.
    """
    start = 4 + 4 * n_dimensions
    need = bytes([0, 0, _UBYTE, n_dimensions])
    magic = content[:4]
    if len(magic) < 4 or magic[:2] != b"\0\0":
        raise DataError(
            f"{source}: is no IDX file: begins with {magic.hex() or 'nothing'}, needs {need.hex()}"
        )
    if magic[2] != _UBYTE:
        kind = _TYPES.get(magic[2], "an unknown type")
        raise DataError(f"{source}: needs unsigned bytes (0x08), got {kind} (0x{magic[2]:02x})")
    if magic[3] != n_dimensions:
        raise DataError(f"{source}: needs {_FORMS[n_dimensions]}, got {magic[3]} dimension(s)")
    if len(content) < start:
        raise DataError(f"{source}: is cut off: a header needs {start} bytes, got {len(content)}")
    shape = tuple(int(n) for n in np.frombuffer(content, ">u4", n_dimensions, offset=4))
    size = start + int(np.prod(shape, dtype=object))
    if len(content) != size:
        problem = "is cut off" if len(content) < size else "goes on after its end"
        raise DataError(f"{source}: {problem}: {shape} needs {size} bytes, got {len(content)}")
    if 0 in shape:
        raise DataError(f"{source}: needs {_FORMS[n_dimensions]}, got the shape {shape}")
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _read(name: str, path: Path, check: Check | None) -> np.ndarray:
    content = unpacked(path)
    if check is not None:
        check(name, path, content)
    return parse(content, 3 if "images" in name else 1, str(path))


def _same_length(x: np.ndarray, y: np.ndarray, images: Path, labels: Path) -> None:
    if len(x) != len(y):
        raise DataError(f"{images}: has {len(x)} images, but {labels} has {len(y)} labels")


def _intensities(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / np.float32(BYTE)
