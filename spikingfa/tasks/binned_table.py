"""Spikes in a text table with a row for each trial and a column for each time bin.

The columns of bins are those whose names are numbers; a cell is the number of the unit that fires
in the bin, from 1 on, and 0 or nothing where none does.
"""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.tasks.columns import Columns
from spikingfa.tasks.table_file import Table, read_table, to_number

WIDTH = 1e-3  # seconds of a bin, if nobody says another


def load(path: str, wanted: Columns, width: float) -> dict[str, np.ndarray]:
    """Events of a table, in the middle of bins that are so wide (s).

    Returns
    -------
    dict of ndarray
        ``times``, ``units`` and ``stimuli``, (n_events,) each, and ``labels`` and ``groups``,
        (n_trials,), where they are needed or there.

    Raises
    ------
    DataError
        There are no bins, a column is missing, or a cell is no whole number.
    """
    table = read_table(path)
    bins = [name for name in table.names if np.isfinite(to_number(name))]
    others = [name for name in table.names if name not in bins and name != table.index()]
    if not bins:
        raise DataError(
            f"{path}: a table of spikes needs the columns trial, time and unit, or a column for"
            f" each time bin, whose name is a number; has {', '.join(table.names)}"
        )
    columns = wanted.among(others, path)
    cells = _cells(table, bins)
    trials, steps = np.nonzero(cells)
    return {
        "times": (steps + 0.5) * width,
        "units": cells[trials, steps].astype(np.int64) - 1,
        "stimuli": trials,
    } | {name: np.array(table.cells(column)) for name, column in columns.items()}


def _cells(table: Table, bins: list[str]) -> np.ndarray:
    places = [table.names.index(name) for name in bins]
    cells = np.array([[row[k] or "0" for k in places] for _, row in table.rows])
    try:
        numbers = cells.astype(float)
    except ValueError:
        numbers = np.array([[to_number(cell) for cell in row] for row in cells])
    bad = ~((numbers >= 0) & (numbers == np.floor(numbers)))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        line, _ = table.rows[row]
        raise DataError(
            f"{table.path}: line {line}, column {bins[column]!r}: needs the number of a unit, from"
            f" 1 on, or 0 for none, got {str(cells[row, column])!r}"
        )
    return numbers
