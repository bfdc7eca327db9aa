"""The text files of a run, each as a record: names, kinds and ranges of what may stand in it.

A file of a later version may have keys that are not known here; they are left out.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    StrictBool,
    ValidationError,
    model_validator,
)

from spikingfa.base.reading import read_text
from spikingfa.base.text import MAX_SHOWN, first_mistake, plain, shown
from spikingfa.run_folder.held_out import TEST, VALIDATION, error_column, part_in

MAX_NUMBER = 1e30  # of an error, a rate, a time: far beyond any that is measured
MAX_ANGLE = 180.001  # degrees; rounding may go a little beyond
ONE = 1e-6  # by which a cosine may go beyond one
ROUNDING = -1e-6  # of an error that is a difference, such as that of spike trains
MAX_NAME = 1000  # characters of the name of a class
MAX_WORDS = 2**20  # characters of a command line
MAX_EPOCHS = 10**6  # rows of a history
METRICS = ("error", "nse", "van_rossum")  # those of `spikingfa.training.metrics`

#: Columns of a history, and the lowest and highest value in each.
COLUMNS = {
    r"epoch": (0, MAX_EPOCHS),
    r"(test|validation|train)_error": (ROUNDING, MAX_NUMBER),
    r"(path_)?angle_[a-z]+(_[0-9]+)?_deg": (0, MAX_ANGLE),
    r"rate_[a-z_]+(_[0-9]+)?_hz": (0, MAX_NUMBER),
    r"in_window_hidden(_[0-9]+)?": (0, MAX_NUMBER),
    r"apical_hidden(_[0-9]+)?_pa": (0, MAX_NUMBER),
    r"cosine_hidden(_[0-9]+)?": (-1 - ONE, 1 + ONE),
}


def checked_name(name: str) -> str:
    """The name of a class or of a layer itself.

    Raises
    ------
    ValueError
        It is very long, or has control characters.
    """
    if len(name) > MAX_NAME:
        raise ValueError(f"needs a name of at most {MAX_NAME} characters, got {shown(name)}")
    return plain(name)


def _variable(name: str) -> str:
    if not re.fullmatch(r"\w{1,100}\.\w{1,100}", name, re.ASCII):
        raise ValueError(f"{shown(name)} is no variable of a group")
    return name


Name = Annotated[str, AfterValidator(checked_name)]
Words = Annotated[str, Field(max_length=MAX_WORDS)]
Variable = Annotated[str, AfterValidator(_variable)]
Unit = Annotated[str, Field(pattern=r"^[A-Za-z0-9^./* µΩ-]{0,60}$")]
Error = Annotated[float, Field(strict=True, ge=ROUNDING, le=MAX_NUMBER)]
Angle = Annotated[float, Field(strict=True, ge=0, le=MAX_ANGLE)]
Amount = Annotated[float, Field(strict=True, ge=0, le=MAX_NUMBER)]
Whole = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
Index = Annotated[int, Field(strict=True, ge=0, lt=2**31)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**256)]


class Table(BaseModel):
    """A record of a file; what is not known is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Judged(Table):
    """A record with an error, which is that of the test or of the validation."""

    metric: Literal[METRICS] = "error"
    test_error: Error | None = None
    validation_error: Error | None = None

    @model_validator(mode="after")
    def _has_one_error(self):
        if (self.test_error is None) == (self.validation_error is None):
            raise ValueError("test_error: needs a number, or a validation_error in its place")
        return self

    def numbers(self) -> dict[str, Any]:
        """All numbers by name, without the error that there is not."""
        columns = self.model_dump()
        return {
            name: value
            for name, value in columns.items()
            if value is not None or name not in (error_column(TEST), error_column(VALIDATION))
        }


class Metrics(Judged):
    """``metrics.json``: the result in numbers."""

    train_error: Error | None = None
    angle_deg: Angle | None = None
    trials: Whole = 0
    epochs: Whole = 0
    finished: StrictBool = False
    build_seconds: Amount = 0.0
    train_seconds: Amount | None = None
    ms_per_trial: Amount | None = None
    seed: Seed | None = None


class EvaluationTable(Judged):
    """``test.json``: what a test gave, and what was done to the network before."""

    n_stimuli: Whole
    error_by_class: dict[Name, Error | None] = {}
    perturbation: dict[Name, Seed | Amount | Name | None] = {}


class Versions(RootModel[dict[Name, Whole | Words]]):
    """``versions.json``: versions, the command that was given, the number of the format."""


class TraceTable(Table):
    """A trace in ``traces.json``: what it is of, and its time step in seconds."""

    name: Variable
    unit: Unit
    which: list[Index] | list[tuple[Index, Index]]
    dt: Annotated[float, Field(strict=True, gt=0, le=MAX_NUMBER)]


class Traces(RootModel[list[TraceTable]]):
    """``traces.json``: every trace of a recording."""


class Counts(Table):
    """Numbers of a checkpoint beside its arrays; see `spikingfa.training.checkpoint.Checkpoint`."""

    brightness: Amount
    epoch: Whole
    part: Whole
    loss: Error
    n_spikes: dict[Name, Whole]
    rows: list[dict[str, Annotated[float, Field(strict=True, allow_inf_nan=True)]]]
    seconds: Amount


Record = TypeVar("Record", bound=BaseModel)


def read_json(record: type[Record], path: Path) -> Record:
    """Read a file of JSON as a record; see `parse_json`."""
    return parse_json(record, read_text(path))


def parse_json(record: type[Record], text: str) -> Record:
    """Read JSON as a record.

    Raises
    ------
    ValueError
        It is no JSON, or a value is missing or wrong: the first that is, in one line.
    """
    try:
        return record.model_validate_json(text)
    except ValidationError as error:
        raise ValueError(_first(error)) from None


def _first(error: ValidationError) -> str:
    first, *others = error.errors(include_url=False)
    where = ".".join(map(str, first["loc"]))
    where = where if len(where) <= MAX_SHOWN else shown(where)
    return first_mistake(first, where, len(others))


def read_history(path: Path) -> dict[str, np.ndarray]:
    """Columns of ``history.csv``, each (n_epochs + 1,); what is not known is NaN.

    Raises
    ------
    ValueError
        The table is cut off, or a column or a value is none of a history.
    """
    text = read_text(path, newline="")
    names, *rows = csv.reader(text.splitlines() or [""])
    if not rows or not text.endswith("\n") or any(len(row) != len(names) for row in rows):
        raise ValueError("the table is not complete")
    if len(set(names)) < len(names):
        raise ValueError("a column is there twice")
    columns = (map(_number, column) for column in zip(*rows))
    return checked_history({name: list(column) for name, column in zip(names, columns)})


def _number(cell: str) -> float:
    try:
        return float(cell or "nan")
    except ValueError:
        raise ValueError(f"{shown(cell)} is no number") from None


def checked_history(columns: Mapping[str, Sequence[float]]) -> dict[str, np.ndarray]:
    """Columns of a history as arrays.

    Raises
    ------
    ValueError
        A column is missing or unknown, or a value is none that it can have.
    """
    for name in ("epoch", "train_error", error_column(part_in(columns))):
        if name not in columns:
            raise ValueError(f"there is no column {name}")
    arrays = {name: np.array(values, float) for name, values in columns.items()}
    for name, values in arrays.items():
        bounds = next((b for form, b in COLUMNS.items() if re.fullmatch(form, name)), None)
        if bounds is None:
            raise ValueError(f"there is no such column as {shown(name)}")
        wrong = ~(np.isnan(values) | ((values >= bounds[0]) & (values <= bounds[1])))
        if wrong.any():
            raise ValueError(f"{name} cannot be {values[wrong][0]:g}")
    if not np.array_equal(arrays["epoch"], np.arange(len(arrays["epoch"]))):
        raise ValueError("epoch does not count from 0 on")
    return arrays
