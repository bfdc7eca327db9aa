"""A user's own data: a ``.csv`` table with a header line, a row a stimulus."""

import csv
from pathlib import Path

import numpy as np

from spikingfa.errors import DataError
from spikingfa.model import Task
from spikingfa.reading import ordinary
from spikingfa.tasks.data import Data, class_numbers, split

SUFFIX = ".csv"


def load_table(task: Task) -> Data:
    """Read features and classes from ``task.file``, scaled so that training data fill [0, 1].

    The classes, numbers or words, stand in the column `task.label`, by default the last; all
    other columns are features. ``task.test_file`` is the test if it is given, else a stratified
    part is held out. Where a feature of the test lies outside the range of the training data, it
    is 0 or 1.

    Raises
    ------
    DataError
        A file cannot be read, is no such table, or has no such column; a feature is no number;
        a class is missing from the training data.
    """
    names, x, labels = _read(task.file, task.label)
    classes = _sorted(set(labels))
    if len(classes) < 2:
        raise DataError(f"{task.file}: needs at least two classes, got {len(classes)}")
    y = class_numbers(labels, classes, task.file)
    if task.test_file is None:
        x, y, x_test, y_test = split(x, y, task, task.file)
    else:
        test_names, x_test, test_labels = _read(task.test_file, task.label)
        if test_names != names:
            raise DataError(f"{task.test_file}: needs the columns of {task.file}, in their order")
        y_test = class_numbers(test_labels, classes, task.test_file)
    low, high = x.min(axis=0), x.max(axis=0)
    if (low == high).all():
        raise DataError(f"{task.file}: every feature is the same in all training stimuli")
    span = np.where(low < high, high - low, 1)
    x, x_test = (np.clip((part - low) / span, 0, 1).astype(np.float32) for part in (x, x_test))
    return Data(x, y, x_test, y_test, classes)


def _read(path: str, label: str | None) -> tuple[list[str], np.ndarray, list[str]]:
    """Names of the columns, features (n, d) and the label of each row."""
    header, rows = _table(Path(path))
    name = header[-1] if label is None else label
    if name not in header:
        raise DataError(f"{path}: has no column {name!r} (task.label), has {', '.join(header)}")
    at = header.index(name)
    labels = [row.pop(at) for _, row in rows]
    features = [column for k, column in enumerate(header) if k != at]
    if not features:
        raise DataError(f"{path}: has no column besides {name!r}, so no feature")
    x = [
        [
            _number(cell, f"{path}: line {line}, column {column!r}")
            for cell, column in zip(row, features)
        ]
        for line, row in rows
    ]
    return header, np.array(x), labels


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row with the number of its line."""
    try:
        with open(path, newline="", encoding="utf-8-sig", opener=ordinary) as file:
            reader = csv.reader(file, skipinitialspace=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except (OSError, ValueError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is no CSV table in UTF-8"
        raise DataError(f"cannot read the data file {path}: {reason}") from None
    if len(lines) < 2:
        raise DataError(f"{path}: needs a header line and rows, has {len(lines)} lines")
    (_, header), *rows = lines
    if all(_is_number(cell) for cell in header):
        raise DataError(f"{path}: needs a header line, but the first line holds numbers only")
    for line, row in rows:
        if len(row) != len(header):
            raise DataError(f"{path}: line {line} has {len(row)} cells, the header {len(header)}")
    return header, rows


def _is_number(cell: str) -> bool:
    try:
        return np.isfinite(float(cell))
    except ValueError:
        return False


def _number(cell: str, where: str) -> float:
    if not _is_number(cell):
        raise DataError(f"{where}: needs a number, got {cell!r}")
    return float(cell)


def _sorted(labels: set[str]) -> tuple[str, ...]:
    """Numbers by their size, else words by the alphabet."""
    numbers = all(_is_number(label) for label in labels)
    return tuple(sorted(labels, key=float if numbers else str))
