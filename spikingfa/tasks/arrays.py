"""A user's own data: arrays ``x`` and ``y`` in an ``.npz`` file, or a table."""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding, NewData, encode, fit
from spikingfa.tasks.groups import read_groups
from spikingfa.tasks.npz import read_npz
from spikingfa.tasks.parts import split
from spikingfa.tasks.table import load_table
from spikingfa.tasks.table_file import is_table

#: Arrays that are read.
NAMES = ("x", "y", "x_train", "y_train", "x_test", "y_test")


def load_arrays(task: Task, scaling: Encoding | None = None) -> Data:
    """Read ``x`` (n, d) in [0, 1] or uint8, and labels ``y`` (n,), from ``task.file``.

    They may be called ``x_train`` and ``y_train``. ``x_test`` and ``y_test`` are the test if they
    are there, as are the arrays of ``task.test_file``; else a stratified part is held out, or
    groups, which the array ``task.groups`` names. Images (n, rows, columns) are flattened. A table
    is read by `spikingfa.tasks.table.load_table`, to which `scaling` belongs.

    Raises
    ------
    DataError
        The file cannot be read, an array is missing or has the wrong shape, type or range, or
        a class is missing from the training data.
    """
    if task.file is None:
        raise DataError("task.file: task arrays needs the path of an .npz, .csv or .tsv file")
    if is_table(task.file):
        return load_table(task, scaling)
    if task.label is not None or task.drop_columns:
        raise DataError(f"{task.file}: task.label and task.drop_columns are for tables")
    arrays = read_npz(task.file, (*NAMES, *([task.groups] if task.groups else [])))
    end = "_train" if "x_train" in arrays and "x" not in arrays else ""
    x, y, encoding, image = fit(*_pair(arrays, end, task.file), divisor=task.divisor)
    groups = _groups(arrays, len(y), task)
    if task.test_file is not None:
        parts = x, y, *new_arrays(task.test_file, encoding)
    elif "x_test" in arrays or "y_test" in arrays:
        if task.test_groups:
            raise DataError(f"{task.file}: task.test_groups and x_test: the test is one of them")
        parts = x, y, *encode(encoding, *_pair(arrays, "_test", task.file))
    else:
        *parts, groups = split(x, y, task, task.file, groups)
    return Data.encoded(*parts, encoding, image=image, groups=groups)


def _groups(arrays: dict, n: int, task: Task) -> np.ndarray | None:
    if task.groups is None:
        return None
    if task.groups not in arrays:
        has = ", ".join(arrays)
        raise DataError(f"{task.file}: task.groups = {task.groups!r} is no array, has {has}")
    return read_groups(arrays[task.groups], n, f"{task.file}: {task.groups}")


def new_arrays(path: str, encoding: Encoding, labels: bool = True) -> NewData:
    """Read all stimuli of another file, those for training before those for the test.

    Raises
    ------
    DataError
        The file cannot be read, an array is missing or has the wrong shape, type or range, or
        a class is missing from the training data.
    """
    if encoding.columns:
        raise DataError(
            f"{path}: the training data were a table with the columns"
            f" {', '.join(encoding.columns)}: needs another one"
        )
    arrays = read_npz(path, NAMES)
    ends = [end for end in ("", "_train", "_test") if f"x{end}" in arrays] or [""]
    parts = [encode(encoding, *_pair(arrays, end, path, labels)) for end in ends]
    x = np.concatenate([part.x for part in parts])
    return NewData(x, np.concatenate([part.y for part in parts]) if labels else None)


def _pair(arrays, end: str, source: str, labels: bool = True):
    """Arrays ``x`` and ``y``, or others that end so, and what errors call them."""
    names = (f"x{end}", f"y{end}") if labels else (f"x{end}",)
    for name in names:
        if name not in arrays:
            raise DataError(f"{source}: needs an array {name!r}, has {', '.join(arrays) or 'none'}")
    y = arrays[f"y{end}"] if labels else None
    return arrays[f"x{end}"], y, (f"{source}: x{end}", f"{source}: y{end}")
