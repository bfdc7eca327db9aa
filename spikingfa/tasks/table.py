"""A user's own data: a ``.csv`` or ``.tsv`` table, a row a stimulus."""

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding, NewData
from spikingfa.tasks.groups import read_groups
from spikingfa.tasks.labels import Labels, read_labels
from spikingfa.tasks.parts import split, trained_on
from spikingfa.tasks.table_file import Table, read_table
from spikingfa.tasks.values import check_width, flattened


def load_table(task: Task, scaling: Encoding | None = None) -> Data:
    """Read features and classes from ``task.file``, scaled so that what is trained on fills [0, 1].

    The classes, numbers or words, stand in the column `task.label`, by default the last; all
    other columns are features, but for those of ``task.drop_columns``, that of ``task.groups`` and
    an unnamed index.
    ``task.test_file`` is the test if it is given, read by `new_table`; else a stratified part is
    held out. A feature of the test, or of what is held out for validation, that is outside the
    range of what is trained on is 0 or 1. `scaling` has the ranges of an earlier training instead.

    Raises
    ------
    DataError
        A file cannot be read, is no such table, or has no such column; a feature is no number;
        a class is missing from the training data.
    """
    if task.divisor is not None:
        raise DataError("task.divisor is for arrays: the columns of a table are scaled one by one")
    table = read_table(task.file)
    label, columns, dropped = _columns(table, task)
    x, labels = table.numbers(columns), _labels(table, label)
    classes = labels.classes()
    y = labels.numbers(classes)
    groups = None
    if task.groups is not None:
        where = f"{task.file}: column {task.groups!r}"
        groups = read_groups(table.cells(task.groups), len(y), where)
    if task.test_file is None:
        x, y, x_test, y_test, groups = split(x, y, task, task.file, groups)
    shown = x[trained_on(y, classes, task, groups)[0]]
    low, high = shown.min(axis=0), shown.max(axis=0)
    if scaling is not None and scaling.columns == columns:
        low, high = np.array(scaling.low), np.array(scaling.high)
    if (low == high).all():
        raise DataError(f"{task.file}: every feature is the same in all training stimuli")
    encoding = Encoding(
        n_features=len(columns),
        classes=classes,
        columns=columns,
        label=label,
        dropped=dropped,
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
    )
    if task.test_file is None:
        test = NewData(_scaled(x_test, encoding), y_test)
    else:
        test = new_table(task.test_file, encoding)
    return Data.encoded(_scaled(x, encoding), y, *test, encoding, groups=groups)


def new_table(path: str, encoding: Encoding, labels: bool = True) -> NewData:
    """Read another table with the columns of the training data, in any order.

    Raises
    ------
    DataError
        It cannot be read, a column is missing or not known, a feature is no number, or a class
        is missing from the training data.
    """
    table = read_table(path)
    if not encoding.columns:
        raise DataError(f"{path}: is a table, but the training data had no named columns")
    _check_names(table.names, table.index(), encoding, table.path, labels)
    x = table.numbers(encoding.columns)
    y = _labels(table, encoding.label).numbers(encoding.classes) if labels else None
    return NewData(_scaled_new(x, encoding, path), y)


def _columns(table: Table, task: Task) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Names of the label, of the features and of what is left out."""
    for name in task.drop_columns:
        if name not in table.names:
            raise DataError(
                f"{table.path}: has no column {name!r} (task.drop_columns),"
                f" has {_listed(table.names)}"
            )
    if task.groups is not None and task.groups not in table.names:
        raise DataError(
            f"{table.path}: has no column {task.groups!r} (task.groups), has {_listed(table.names)}"
        )
    no_features = [*task.drop_columns, *([task.groups] if task.groups else [])]
    dropped, index = list(dict.fromkeys(no_features)), table.index()
    if index is not None and index not in (task.label, *dropped):
        dropped.append(index)
        warn(
            f"{table.path}: the first column has no name and numbers the rows: it is left out",
        )
    kept = [name for name in table.names if name not in dropped]
    if not kept:
        raise DataError(f"{table.path}: task.drop_columns leaves no column")
    label = kept[-1] if task.label is None else task.label
    if label not in kept:
        raise DataError(f"{table.path}: has no column {label!r} (task.label), has {_listed(kept)}")
    features = tuple(name for name in kept if name != label)
    if not features:
        raise DataError(f"{table.path}: has no column besides {label!r}, so no feature")
    return label, features, tuple(dropped)


def _scaled_new(x: np.ndarray, encoding: Encoding, where: str) -> np.ndarray:
    """Features of new stimuli between 0 and 1, as in training; what lies outside is clipped."""
    if not np.isfinite(x).all():
        row, column = np.argwhere(~np.isfinite(x))[0]
        raise DataError(
            f"{where}: row {row}, column {encoding.columns[column]!r}: needs a number,"
            f" got {x[row, column]}"
        )
    _warn_of_range(x, encoding, where)
    return _scaled(x, encoding)


def scaled_columns(x, encoding: Encoding) -> np.ndarray:
    """Features in memory, as `new_table` reads those of a file.

    Parameters
    ----------
    x : array_like, shape (n, n_features), or DataFrame
        Columns in the order of the training data or, of a DataFrame, with their names.
    encoding : Encoding

    Raises
    ------
    DataError
        There are other columns, or a feature is no number.
    """
    if hasattr(x, "columns"):
        names = tuple(map(str, x.columns))
        _check_names(names, None, encoding, "x", labels=False)
        x = x.iloc[:, [names.index(name) for name in encoding.columns]]
    values, _ = flattened(x, "x")
    check_width(values, encoding.n_features, "x")
    return _scaled_new(values.astype(float), encoding, "x")


def _check_names(names, index: str | None, encoding: Encoding, where: str, labels: bool) -> None:
    """See that there are the features of the training, and nothing else, in any order.

    `index` is the column of the row numbers, if there is one; `labels` whether classes are needed.
    """
    if labels and encoding.label not in names:
        raise DataError(
            f"{where}: has no labels, which stood in column {encoding.label!r} of the"
            f" training data; has {_listed(names)}"
        )
    missing = [name for name in encoding.columns if name not in names]
    known = {*encoding.columns, *encoding.dropped, encoding.label, index}
    unknown = [name for name in names if name not in known]
    problems = []
    if missing:
        problems.append(f"has no column {missing[0]!r}, which the training data had")
    if unknown:
        problems.append(f"has a column {unknown[0]!r}, which the training data had not")
    if problems:
        raise DataError(f"{where}: {', and '.join(problems)}")


def _labels(table: Table, name: str) -> Labels:
    cells = table.cells(name)
    if "" in cells:
        line, _ = table.rows[cells.index("")]
        raise DataError(f"{table.path}: line {line}, column {name!r}: needs a class, got nothing")
    return read_labels(cells, f"{table.path}: column {name!r}")


def _scaled(x: np.ndarray, encoding: Encoding) -> np.ndarray:
    """Features between 0 and 1; a feature that never changes is dark."""
    low, high = np.array(encoding.low), np.array(encoding.high)
    span = np.where(low < high, high - low, 1)
    return np.clip((x - low) / span, 0, 1).astype(np.float32)


def _warn_of_range(x: np.ndarray, encoding: Encoding, path: str) -> None:
    """Say how many values are clipped, and which column has the most of them."""
    low, high = np.array(encoding.low), np.array(encoding.high)
    outside = (x < low) | (x > high)
    if outside.any():
        k = outside.sum(axis=0).argmax()
        warn(
            f"{path}: {outside.sum()} of {x.size} values lie outside the range of the training"
            f" data and are clipped to it: column {encoding.columns[k]!r} goes from"
            f" {x[:, k].min():g} to {x[:, k].max():g}, in training from {low[k]:g} to {high[k]:g}",
        )


def _listed(names) -> str:
    return " ".join(", ".join(names).split())  # names may be of several lines
