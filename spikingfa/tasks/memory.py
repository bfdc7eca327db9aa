"""Data given in Python go through the checks that files go through."""

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.tasks.events import Events
from spikingfa.tasks.labels import label_column, listed, read_labels
from spikingfa.tasks.values import (
    as_array,
    check_length,
    check_width,
    fitted_divisor,
    flattened,
    intensities,
)

Stimuli = np.ndarray | Events


def read_stimuli(x_train, x_test) -> tuple[Stimuli, Stimuli, tuple[int, int] | None, float]:
    """Stimuli for training and test: both as intensities (n, d) of float32, or both as events.

    Returns
    -------
    x_train, x_test
        The test is divided as the training is; columns of DataFrames are put in its order.
    image : (int, int) or None
        Rows and columns, where they were images.
    divisor : float
        Full intensity of the training data.

    Raises
    ------
    DataError
        One of them cannot be shown, or they do not fit each other.
    """
    if isinstance(x_train, Events) or isinstance(x_test, Events):
        if not (isinstance(x_train, Events) and isinstance(x_test, Events)):
            raise DataError("x_train and x_test: both need to be Events, or none of them")
        check_width(x_test, x_train.n_units, "x_test")
        return x_train, x_test, None, 1.0
    x, image = flattened(x_train, "x_train")
    divisor = fitted_divisor(x, None, "x_train")
    new, _ = flattened(_in_order(x_test, x_train), "x_test")
    check_width(new, x.shape[1], "x_test")
    return intensities(x, divisor, "x_train"), intensities(new, divisor, "x_test"), image, divisor


def read_classes(y_train, y_test, classes) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Class numbers of training and test, and names of the classes.

    Labels are numbers of `classes` from 0, or their names; without `classes` they may be anything
    that `read_labels` reads, as in a file.

    Raises
    ------
    DataError
        A label is missing, or of no class.
    """
    if not classes:
        labels = read_labels(y_train, "y_train")
        classes = labels.classes()
        return labels.numbers(classes), read_labels(y_test, "y_test").numbers(classes), classes
    classes = tuple(map(str, classes))
    if len(set(classes)) < len(classes):
        raise DataError(f"classes needs different names, got {listed(classes)}")
    given = {"y_train": _column(y_train, "y_train"), "y_test": _column(y_test, "y_test")}
    if all(_are_numbers_below(y, len(classes)) for y in given.values()):
        return *(y.astype(int, copy=False) for y in given.values()), classes
    return *_by_name(given, classes), classes


def read_rows(y, n: int, where: str) -> np.ndarray:
    """Numbers of rows of the answers, where these are no classes.

    Raises
    ------
    DataError
        They are none.
    """
    y = as_array(y, where)
    if not _are_numbers_below(y, n):
        needs = f"{where} needs rows of the answers, whole numbers from 0 to {n - 1}"
        raise DataError(needs + _first_wrong(y, n))
    return y.astype(int, copy=False)


def read_answers(answers) -> np.ndarray | Events:
    """Answers (n_answers, n_outputs) as float32, or as events.

    Raises
    ------
    DataError
        They have another shape, or one is no number from 0 on.
    """
    if isinstance(answers, Events):
        return answers
    array = as_array(answers, "answers")
    if array.ndim != 2 or not array.size or array.dtype.kind not in "fiub":
        raise DataError(
            f"answers needs numbers, shape (n_answers, n_outputs), got {array.dtype} {array.shape}"
        )
    bad = ~((array >= 0) & np.isfinite(array))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise DataError(
            f"answers needs numbers from 0 on, got {array[row, column]} in row {row}, column"
            f" {column}; signed ones are two outputs each (spikingfa.tasks.pairs.on_off)"
        )
    return array.astype(np.float32, copy=False)


def check_lengths(x_train, y_train, x_test, y_test) -> None:
    """See that there is a label for each stimulus."""
    check_length(len(x_train), len(y_train), "x_train", "y_train")
    check_length(len(x_test), len(y_test), "x_test", "y_test")


def _in_order(new, known):
    """Columns of a DataFrame in the order of another; whatever else it is stays."""
    if not (hasattr(new, "columns") and hasattr(known, "columns")):
        return new
    names, needed = list(new.columns), list(known.columns)
    if missing := [name for name in needed if name not in names]:
        raise DataError(f"x_test has no column {missing[0]!r}, which x_train has")
    if unknown := [name for name in names if name not in needed]:
        raise DataError(f"x_test has a column {unknown[0]!r}, which x_train has not")
    return new if names == needed else new[needed]


def _column(y, where: str) -> np.ndarray:
    """Labels, whole numbers as integers."""
    y = label_column(y, where)
    whole = y.dtype.kind == "b" or (y.dtype.kind == "f" and np.array_equal(y, np.floor(y)))
    return y.astype(int) if whole and np.isfinite(y).all() else y


def _are_numbers_below(y: np.ndarray, n: int) -> bool:
    return y.ndim == 1 and y.size > 0 and y.dtype.kind in "iu" and 0 <= y.min() <= y.max() < n


def _by_name(given: dict[str, np.ndarray], classes: tuple[str, ...]) -> list[np.ndarray]:
    """Class numbers of labels that are no class numbers themselves."""
    read = {name: read_labels(y, name) for name, y in given.items()}
    try:
        return [labels.numbers(classes, "the classes") for labels in read.values()]
    except DataError:
        names = tuple(str(k + 1) for k in range(len(classes)))
        if read["y_train"].names != names or not set(read["y_test"].names) <= set(names):
            for name, y in given.items():
                if y.dtype.kind in "iu" and not _are_numbers_below(y, len(classes)):
                    needs = (
                        f"{name} needs numbers of classes from 0 to {len(classes) - 1}, or names"
                    )
                    raise DataError(needs + _first_wrong(y, len(classes))) from None
            raise
    warn(
        f"y_train has the labels 1 to {len(names)}, not from 0: they are taken for the classes"
        f" {listed(classes)}, in this order",
    )
    return [labels.numbers(names) for labels in read.values()]


def _first_wrong(y: np.ndarray, n: int) -> str:
    if y.ndim != 1 or y.dtype.kind not in "iu" or not y.size:
        return f", got {y.dtype} {y.shape}"
    row = np.flatnonzero((y < 0) | (y >= n))[0]
    return f", got {y[row]} in row {row}"
