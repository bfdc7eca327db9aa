"""Text tables: cells separated by commas, semicolons, tabs or bars, with a line of names.

Lines that begin with ``#`` may stand before it. Where cells are not separated by commas, numbers
may have a decimal comma. A first column without a name that numbers the rows is an index, as
pandas and R write it.
"""

import csv
import re
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import ordinary, readable

SUFFIXES = (".csv", ".tsv")
DELIMITERS = (",", "\t", ";", "|")
_UNNAMED = re.compile(r"(Unnamed: \d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d+)?")


@dataclass(frozen=True)
class Table:
    """A table as it stands in a file.

    Attributes
    ----------
    path : str
    names : tuple of str
        Those of the columns.
    rows : list of (int, list of str)
        The number of each line, and its cells.
    decimal : str
        The sign before decimals.
    """

    path: str
    names: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    decimal: str = "."

    def cells(self, name: str) -> list[str]:
        """The cells of a column."""
        at = self.names.index(name)
        return [row[at] for _, row in self.rows]

    def numbers(self, names: tuple[str, ...]) -> np.ndarray:
        """Columns as numbers, shape (n, len(names)).

        Raises
        ------
        DataError
            A cell is none; it says line and column.
        """
        columns = [self._column(name) for name in names]
        return np.stack(columns, axis=1) if columns else np.empty((len(self.rows), 0))

    def index(self) -> str | None:
        """Name of the first column if it is an index."""
        name = self.names[0]
        if not _UNNAMED.fullmatch(name):
            return None
        cells = self.cells(name)
        is_index = all(cell.isdecimal() for cell in cells) and len(set(cells)) == len(cells)
        return name if is_index else None

    def _column(self, name: str) -> np.ndarray:
        numbers = np.array([to_number(cell, self.decimal) for cell in self.cells(name)])
        if not np.isfinite(numbers).all():
            line, row = self.rows[np.flatnonzero(~np.isfinite(numbers))[0]]
            raise DataError(
                f"{self.path}: line {line}, column {name!r}: needs a number, got"
                f" {row[self.names.index(name)]!r} (task.drop_columns leaves columns out:"
                f" --set task.drop_columns={name})"
            )
        return numbers


def is_table(path: str) -> bool:
    """Whether a file is a table, by its name."""
    return Path(path).suffix.lower() in SUFFIXES


def read_table(path: str) -> Table:
    """Read a table from a text file in UTF-8.

    Raises
    ------
    DataError
        It cannot be read, has no line of names or no rows, or rows of different lengths.
    """
    what, wrong = f"the data file {path}", "it is no CSV table in UTF-8"
    with readable(what, wrong, DataError, (OSError, ValueError, csv.Error)):
        with open(path, newline="", encoding="utf-8-sig", opener=ordinary) as file:
            lines = list(file)
        filled = (k for k, line in enumerate(lines) if line.strip() and line[0] != "#")
        comments = lines[: next(filled, len(lines))]  # and empty lines, before the header
        delimiter = _delimiter(lines[len(comments) :])
        records = _records(lines, len(comments), delimiter)
    if header := _commented_header(comments, delimiter, [row for _, row in records[:2]]):
        records = [(len(comments), header), *records]
    if len(records) < 2:
        raise DataError(f"{path}: needs a header line and rows, has {len(records)} lines")
    (first, names), *rows = records
    _check_header(names, rows[0][1], f"{path}: line {first}")
    for line, row in rows:
        if len(row) != len(names):
            raise DataError(f"{path}: line {line} has {len(row)} cells, the header {len(names)}")
    comma = delimiter != "," and any(_DECIMAL_COMMA.fullmatch(c) for _, row in rows for c in row)
    return Table(path, tuple(names), rows, "," if comma else ".")


def to_number(cell: str, decimal: str = ".") -> float:
    """The number in a cell; NaN if there is none."""
    if decimal == ",":
        cell = "nan" if "." in cell else cell.replace(",", ".")
    try:
        return float(cell)
    except ValueError:
        return np.nan


def _commented_header(
    comments: list[str], delimiter: str, rows: list[list[str]]
) -> list[str] | None:
    """Names in the last comment, where NumPy writes them, if none follow."""
    if not (comments and len(rows) == 2 and _looks_like_data(*rows)):
        return None
    names = next(csv.reader([comments[-1].lstrip("# ")], delimiter=delimiter), [])
    return [name.strip() for name in names] if len(names) == len(rows[0]) else None


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts the first two lines into the same and the largest number of cells."""

    def n_cells(delimiter: str) -> tuple[bool, int]:
        rows = islice(filter(None, csv.reader(lines, delimiter=delimiter)), 2)
        counts = [len(row) for row in rows]
        return len(set(counts)) == 1, max(counts, default=0)

    return max(DELIMITERS, key=n_cells)


def _records(lines: list[str], skipped: int, delimiter: str) -> list[tuple[int, list[str]]]:
    """The number of each line that is not empty, and its cells."""
    reader = csv.reader(lines[skipped:], delimiter=delimiter, skipinitialspace=True)
    return [(skipped + reader.line_num, [cell.strip() for cell in row]) for row in reader if row]


def _check_header(names: list[str], row: list[str], where: str) -> None:
    if _looks_like_data(names, row):
        got = " ".join(", ".join(names).split())
        raise DataError(
            f"{where} looks like data, not like names of columns, got {got}: needs a header line"
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"{where} names two columns {twice!r}")


def _looks_like_data(cells: list[str], following: list[str]) -> bool:
    """Whether cells are numbers where the next line has some, and do not number the columns."""
    pairs = [(_number_in(cell), _number_in(below)) for cell, below in zip(cells, following)]
    numbers = [number for number, below in pairs if not np.isnan([number, below]).any()]
    rising = len(numbers) > 1 and all(a < b for a, b in pairwise(numbers))
    if rising and all(number == int(number) for number in numbers):
        return False
    n_columns = sum(not np.isnan(below) for _, below in pairs)
    return bool(numbers) and 2 * len(numbers) >= n_columns


def _number_in(cell: str) -> float:
    """A finite number, with a decimal point or comma, else NaN."""
    number = to_number(cell.replace(",", "."))
    return number if np.isfinite(number) else np.nan
