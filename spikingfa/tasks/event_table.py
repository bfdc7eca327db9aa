"""Spikes in a text table: a line for each, with its trial, time, unit and class."""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import ordinary
from spikingfa.tasks.columns import LABELS, Columns
from spikingfa.tasks.table_file import DELIMITERS, Table, is_table, read_table, to_number

COLUMNS = ("trial", "time", "unit")
NUMBERS = {"times": "time", "units": "unit"}
_MOST = 10_000  # characters of a header


def is_event_table(path: str) -> bool:
    """Whether the first line that is no comment names the columns of events."""
    if not is_table(path):
        return False
    try:
        with open(path, encoding="utf-8-sig", opener=ordinary) as file:
            lines = iter(lambda: file.readline(_MOST), "")
            header = next(line for line in lines if line.strip() and line[0] != "#")
    except (OSError, ValueError, StopIteration):  # whoever reads it says what is wrong with it
        return False
    cells = ({cell.strip(' "\n') for cell in header.split(sign)} for sign in DELIMITERS)
    return any(set(COLUMNS) <= names for names in cells)


def load(path: str, wanted: Columns) -> dict[str, np.ndarray]:
    """Events of a table with the columns trial, time (s), unit and, where wanted, class and group.

    Trials may have any numbers or names; a trial is a stimulus, in the order in which they come
    first. Every line of a trial has its class and its group.

    Raises
    ------
    DataError
        A column is missing, a cell is no number, or a trial has two classes or groups.
    """
    table = read_table(path)
    for needed in (*COLUMNS, *_usual_label(table, wanted)):
        if needed not in table.names:
            raise DataError(f"{path}: needs a column {needed!r}, has {', '.join(table.names)}")
    columns = wanted.among([name for name in table.names if name not in COLUMNS], path)
    trials, first, stimuli = np.unique(table.cells("trial"), return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(trials), int)
    rank[order] = np.arange(len(trials))
    arrays = {name: _numbers(table, column) for name, column in NUMBERS.items()}
    arrays["stimuli"] = rank[stimuli]
    return arrays | {
        name: _of_trials(table, column, arrays["stimuli"], first[order])
        for name, column in columns.items()
    }


def _usual_label(table: Table, wanted: Columns) -> list[str]:
    """The column of the class that a table without one should have."""
    others = {*table.names} - {*COLUMNS, wanted.groups}
    return [LABELS[0]] if wanted.labels_needed and wanted.label is None and not others else []


def _numbers(table: Table, column: str) -> np.ndarray:
    cells = table.cells(column)
    numbers = np.array([to_number(cell, table.decimal) for cell in cells])
    if (bad := np.flatnonzero(~np.isfinite(numbers))).size:
        where = f"line {table.rows[bad[0]][0]}, column {column!r}"
        raise DataError(f"{table.path}: {where}: needs a number, got {cells[bad[0]]!r}")
    return numbers


def _of_trials(table: Table, name: str, stimuli: np.ndarray, first: np.ndarray) -> np.ndarray:
    cells = np.array(table.cells(name))
    labels = cells[first]
    other = np.flatnonzero(cells != labels[stimuli])
    if len(other):
        line, row = table.rows[other[0]]
        trial = row[table.names.index("trial")]
        raise DataError(
            f"{table.path}: line {line}: trial {trial} has the {name} {str(cells[other[0]])!r}, and"
            f" {str(labels[stimuli[other[0]]])!r} before"
        )
    return labels
