"""Labels of any kind and numbering, from a file or from memory, as names of classes.

Numbers that are equal are one class, however they are written: ``0`` and ``0.0`` in a table, 0 and
0.0 in an array. Classes are sorted by size if all of them are numbers, else by the alphabet.
"""

from dataclasses import dataclass

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.tasks.values import as_array

FEW = 20  # rows that may have a class each


@dataclass(frozen=True)
class Labels:
    """Names of classes, in their order, and which of them each row has.

    Attributes
    ----------
    names : tuple of str
    rows : ndarray of int, shape (n,)
    where : str
        What errors name: the file and the array or column.
    """

    names: tuple[str, ...]
    rows: np.ndarray
    where: str

    def __len__(self) -> int:
        return len(self.rows)

    def classes(self) -> tuple[str, ...]:
        """Names of the classes to be learnt; a warning says so if nearly every row has its own.

        Raises
        ------
        DataError
            There are fewer than two.
        """
        if len(self.names) < 2:
            raise DataError(f"{self.where} needs at least two classes, got {len(self.names)}")
        if len(self) >= FEW and 2 * len(self.names) > len(self):
            warn(
                f"{self.where} has {len(self.names)} classes in {len(self)} rows: numbers to be"
                " answered are no classes (answers of spikingfa.Data)",
            )
        return self.names

    def numbers(self, classes: tuple[str, ...], of: str = "the training data's") -> np.ndarray:
        """Class numbers, shape (n,), of a network that knows these classes, those `of` something.

        Raises
        ------
        DataError
            A row is of none of them.
        """
        number = {_key(name): k for k, name in enumerate(classes)}
        unknown = [name for name in self.names if _key(name) not in number]
        if unknown:
            row = np.flatnonzero(self.rows == self.names.index(unknown[0]))[0]
            raise DataError(
                f"{self.where} has the class {unknown[0]!r} (first in row {row}), which is none of"
                f" {of}: {listed(classes)}"
            )
        return np.array([number[_key(name)] for name in self.names], int)[self.rows]


def read_labels(values, where: str) -> Labels:
    """Labels of an array, list or column: numbers, words, truth values or one-hot rows.

    Raises
    ------
    DataError
        They have another shape or kind, or one of them is missing.
    """
    y = label_column(values, where)
    if y.dtype.kind == "O":
        y = np.array([_name(value) for value in y.tolist()])
    _check_complete(y, where)
    distinct, rows = np.unique(y, return_inverse=True)
    return _merged([_name(value) for value in distinct], rows, where)


def label_column(values, where: str) -> np.ndarray:
    """Labels as one column, shape (n,); of one-hot rows, the numbers of the columns.

    Raises
    ------
    DataError
        They have another shape or kind.
    """
    y = as_array(values, where)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 2:
        y = _of_one_hot(y, where)
    if y.ndim != 1 or not y.size:
        raise DataError(f"{where} needs a label for each row, shape (n,), got {y.shape}")
    if y.dtype.kind not in "biufUSO":
        raise DataError(f"{where} needs numbers or names of classes, got {y.dtype}")
    return y


def listed(names: tuple[str, ...], most: int = 10) -> str:
    """Names one after the other, the first few of many."""
    text = ", ".join(names[:most]) + (", ..." if len(names) > most else "")
    return " ".join(text.split())


def _merged(spellings: list[str], rows: np.ndarray, where: str) -> Labels:
    """One name for all spellings of a number, in order."""
    names = {}
    for spelling in sorted(spellings, key=lambda s: (len(s), s)):  # the shortest is kept
        names.setdefault(_key(spelling), spelling)
    numbers = not any(isinstance(key, str) for key in names)
    order = sorted(names, key=None if numbers else lambda key: names[key])
    position = {key: k for k, key in enumerate(order)}
    place = np.array([position[_key(spelling)] for spelling in spellings])
    return Labels(tuple(names[key] for key in order), place[rows], where)


def _of_one_hot(y: np.ndarray, where: str) -> np.ndarray:
    """Numbers of the columns in which the rows have their only 1."""
    try:
        numbers = y.astype(float) if y.dtype.kind in "biufO" else np.full(y.shape, np.nan)
        broken = ((numbers == 1).sum(axis=1) != 1) | ~np.isin(numbers, (0, 1)).all(axis=1)
    except (ValueError, TypeError):  # objects that are no numbers
        broken = np.ones(len(y), bool)
    if broken.any():
        row = np.flatnonzero(broken)[0]
        raise DataError(
            f"{where} needs the shape (n,), or one-hot rows (n, k), got {y.shape}; row {row} is no"
            " single 1 among zeros"
        )
    warn(
        f"{where} is one-hot: the {y.shape[1]} columns are taken for classes 0 to {y.shape[1] - 1}",
    )
    return numbers.argmax(axis=1)


def _check_complete(y: np.ndarray, where: str) -> None:
    missing = ~np.isfinite(y) if y.dtype.kind == "f" else np.zeros(len(y), bool)
    if y.dtype.kind in "US":
        missing = np.char.str_len(np.char.strip(y)) == 0
    if missing.any():
        row = np.flatnonzero(missing)[0]
        got = "nothing" if y.dtype.kind in "US" else y[row]
        raise DataError(f"{where} needs a label for each row, got {got} in row {row}")


def _name(value) -> str:
    """A label as text; whole numbers without a point, nothing for what is missing."""
    if value is None or value != value:
        return ""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, float | np.floating) and np.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)


def _key(name: str) -> int | float | str:
    """The key by which classes are equal; whole numbers of any length are exact."""
    for number in (int, float):
        try:
            value = number(name)
        except ValueError:
            continue
        return value if value - value == 0 else name
    return name
