"""A user's own data: arrays ``x`` and ``y`` in an ``.npz`` file, or a table."""

from pathlib import Path

import numpy as np

from spikingfa.errors import DataError
from spikingfa.model import Task
from spikingfa.reading import Unreadable, read_arrays
from spikingfa.tasks.data import Data, split
from spikingfa.tasks.table import SUFFIX, load_table


def load_arrays(task: Task) -> Data:
    """Read ``x`` (n, d) in [0, 1] or uint8, ``y`` (n,) integer labels, from ``task.file``.

    ``x_test`` and ``y_test`` are the test if they are there, as are ``x`` and ``y`` of
    ``task.test_file``; else a stratified part is held out. A ``.csv`` file is read by
    `spikingfa.tasks.table.load_table`.

    Raises
    ------
    DataError
        The file cannot be read, an array is missing or has the wrong shape, type or range, or
        a class is missing from the training data.
    """
    if task.file is None:
        raise DataError("task.file: task arrays needs the path of an .npz or .csv file")
    if Path(task.file).suffix.lower() == SUFFIX:
        return load_table(task)
    arrays = _read(Path(task.file))
    x, y = _labelled(arrays, "", task.file)
    labels = np.unique(y)
    if len(labels) < 2:
        raise DataError(f"{task.file}: y needs at least two classes, got {len(labels)}")
    classes = tuple(str(label) for label in labels)
    if task.test_file is not None:
        end, source = "", task.test_file
        arrays = _read(Path(source))
    elif "x_test" in arrays or "y_test" in arrays:
        end, source = "_test", task.file
    else:
        return Data(*split(x, np.searchsorted(labels, y), task, task.file), classes=classes)
    x_test, y_test = _labelled(arrays, end, source)
    if x_test.shape[1] != x.shape[1]:
        raise DataError(f"{source}: x{end} has {x_test.shape[1]} features, not {x.shape[1]}")
    unseen = np.setdiff1d(y_test, labels)
    if unseen.size:
        raise DataError(f"{source}: y{end} has the label {unseen[0]}, which no y has")
    codes = np.searchsorted(labels, y), np.searchsorted(labels, y_test)
    return Data(x, codes[0], x_test, codes[1], classes)


def _labelled(arrays, end: str, source: str) -> tuple[np.ndarray, np.ndarray]:
    """Arrays ``x`` and ``y``, or ``x_test`` and ``y_test``."""
    x, y = _stimuli(arrays, f"x{end}", source), _labels(arrays, f"y{end}", source)
    if len(x) != len(y):
        raise DataError(f"{source}: x{end} has {len(x)} rows but y{end} has {len(y)} labels")
    return x, y


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        return read_arrays(path)
    except Unreadable as error:
        raise DataError(f"cannot read the data file {path}: {error}") from None
    except Exception as error:  # what is no .npz file may be wrong in any way
        reason = getattr(error, "strerror", None) or "it is not an .npz file of plain arrays"
        raise DataError(f"cannot read the data file {path}: {reason}") from None


def _array(arrays, name: str, n_dimensions: int, source: str) -> np.ndarray:
    if name not in arrays:
        raise DataError(f"{source}: needs an array {name!r}, has {', '.join(arrays) or 'none'}")
    array = arrays[name]
    if array.ndim != n_dimensions or array.size == 0:
        form = "(n, d)" if n_dimensions == 2 else "(n,)"
        raise DataError(f"{source}: {name} needs the shape {form}, got {array.shape}")
    return array


def _stimuli(arrays, name: str, source: str) -> np.ndarray:
    x = _array(arrays, name, 2, source)
    if x.dtype == np.uint8:
        x = x / np.float32(255)
    if x.dtype.kind not in "fiub":
        raise DataError(f"{source}: {name} needs numbers in [0, 1] or uint8, got {x.dtype}")
    bad = ~((x >= 0) & (x <= 1))  # also true where x is NaN
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DataError(
            f"{source}: {name} needs numbers in [0, 1] or uint8,"
            f" got {x[row, column]} in row {row}, column {column}"
        )
    x = x.astype(np.float32)
    if not x.any():
        raise DataError(f"{source}: {name} is zero everywhere; no input neuron would ever fire")
    return x


def _labels(arrays, name: str, source: str) -> np.ndarray:
    y = _array(arrays, name, 1, source)
    if y.dtype.kind not in "iu":
        raise DataError(f"{source}: {name} needs integer labels, got {y.dtype}")
    return y
