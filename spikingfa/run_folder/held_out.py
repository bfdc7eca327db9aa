"""The part of the data that a run's errors are of: the test, or a validation split.

A model that holds training stimuli out (``task.validation``) is judged by these, and its errors are
called so wherever they stand. Older versions called them test errors in their runs; readers rename
them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

TEST, VALIDATION = "test", "validation"


def part_of(task) -> str:
    """Part of the data that the errors of a `spikingfa.model.model.Task` are of."""
    return VALIDATION if task.validation else TEST


def part_in(columns: Iterable[str]) -> str:
    """Part of the data that the errors in metrics, a history or a row of a table are of."""
    return VALIDATION if error_column(VALIDATION) in columns else TEST


def error_column(part: str) -> str:
    """Name of the error in files and tables."""
    return f"{part}_error"


def error_in(columns: Mapping[str, Any]) -> Any:
    """Error in metrics, a history or a row of a table, as a fraction."""
    return columns[error_column(part_in(columns))]


def renamed(columns: Mapping[str, Any], task) -> dict[str, Any]:
    """The same columns, of which the error has the name that it has by the task."""
    old, new = error_column(TEST), error_column(part_of(task))
    if new in columns:
        return dict(columns)
    return {new if name == old else name: value for name, value in columns.items()}
