"""The runs of a sweep: each a combination of values, a seed, and a folder."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from brian2.units.fundamentalunits import Quantity

from spikingfa.base.errors import ModelError, SpikingFAError
from spikingfa.base.units import in_usual_unit, parse_any
from spikingfa.model.model import Model
from spikingfa.network.build import check_rule
from spikingfa.sweeping.combinations import Combination
from spikingfa.sweeping.values import Range, Values

LONGEST = 80  # letters of a combination in the name of a folder


@dataclass(frozen=True)
class Column:
    """The column of the table that holds a parameter.

    Attributes
    ----------
    path : str
        Of the parameter.
    unit : str, optional
        If all its values are quantities of one kind, of which the table has the numbers.
    """

    path: str
    unit: str | None = None

    @classmethod
    def of(cls, path: str, values: Values) -> "Column":
        """The column for these values."""
        values = (values.low, values.high) if isinstance(values, Range) else values
        units = {quantity and quantity[1] for quantity in map(_quantity, values)}
        return cls(path, units.pop() if len(units) == 1 else None)

    @property
    def name(self) -> str:
        """The heading: ``hidden.tau_m (ms)``."""
        return f"{self.path} ({self.unit})" if self.unit else self.path

    def cell(self, value: Any) -> str:
        """A value as the table has it."""
        if self.unit is not None and (quantity := _quantity(value)) is not None:
            return f"{quantity[0]:.15g}"
        if isinstance(value, bool | dict | list | tuple):
            return json.dumps(value, default=str)
        return str(value)


@dataclass(frozen=True)
class Planned:
    """A run that is to be made.

    Attributes
    ----------
    cells : dict of str
        What the table says of its parameters, by heading.
    model : Model or None
        With its seed; None if there is no such model.
    seed : int
    folder : str
        Within that of the sweep.
    reason : str
        Why there is no such model.
    """

    cells: dict[str, str]
    model: Model | None
    seed: int
    folder: str
    reason: str = ""


def plan(
    model: Model, combinations: list[Combination], columns: dict[str, Column], seeds: Iterable[int]
) -> list[Planned]:
    """The runs of these combinations, all seeds of one after another.

    Raises
    ------
    ModelError
        A value fits in none of the combinations that it stands in.
    """
    models = [_model(model, combination) for combination in combinations]
    _check(combinations, models)
    planned = []
    for combination, varied in zip(combinations, models):
        cells = {columns[path].name: columns[path].cell(v) for path, v in combination.items()}
        for seed in seeds:
            folder = f"runs/{_folder(cells)}/seed-{seed}"
            if isinstance(varied, Model):
                run = varied.but({"training.seed": seed})
                planned.append(Planned(cells, run, seed, folder))
            else:
                planned.append(Planned(cells, None, seed, folder, str(varied)))
    return planned


def _model(model: Model, combination: Combination) -> Model | SpikingFAError:
    try:
        varied = model.but(combination)
        check_rule(varied)
        return varied
    except SpikingFAError as error:  # it is recorded, and the others go on
        return error


def _check(combinations: list[Combination], models: list[Model | SpikingFAError]) -> None:
    """Report a mistyped name or value at once; what does not go together is left to the table."""
    fits = {
        (path, str(value))
        for combination, model in zip(combinations, models)
        if isinstance(model, Model)
        for path, value in combination.items()
    }
    for combination, model in zip(combinations, models):
        if any((path, str(value)) not in fits for path, value in combination.items()):
            raise ModelError(str(model))


def _folder(cells: dict[str, str]) -> str:
    """A name that tells the values, and that no other combination has."""
    digest = hashlib.sha256(json.dumps(sorted(cells.items())).encode()).hexdigest()[:8]
    text = ",".join(_short(name, cell) for name, cell in cells.items())
    plain = "".join(c if (c.isalnum() and c.isascii()) or c in ",=.+-_" else "_" for c in text)
    return f"{plain[:LONGEST]}-{digest}"


def _short(name: str, cell: str) -> str:
    path, _, unit = name.partition(" ")
    return f"{path.rpartition('.')[2]}={cell}{unit.strip('()')}"


def _quantity(value: Any) -> tuple[float, str] | None:
    try:
        quantity = parse_any(value) if isinstance(value, str) else value
    except ValueError:
        return None
    is_one = isinstance(quantity, Quantity) and quantity.shape == ()
    return in_usual_unit(quantity) if is_one else None
