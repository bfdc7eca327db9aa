"""Values that a parameter takes in a sweep: some that are listed, or a range to draw from."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spikingfa.base.errors import ModelError
from spikingfa.base.plain_values import plain
from spikingfa.base.text import shown
from spikingfa.base.units import in_usual_unit, parse_any
from spikingfa.model.changes import parse_setting

_RANGE = re.compile(r"\s*(?P<low>.+?)\s*\.\.\s*(?P<high>.+?)(?P<log>\s+log)?\s*")
DIGITS = 4  # of numbers that are drawn: enough, and they can be read


@dataclass(frozen=True)
class Range:
    """Numbers or quantities to draw from, for ``random=`` and ``optuna=`` of `spikingfa.sweep`.

    Attributes
    ----------
    low, high : int, float, str or Quantity
        Such as ``0.1`` and ``10``, or ``"10 ms"`` and ``"30 ms"``. Of two integers, integers are
        drawn.
    log : bool
        Whether the logarithm is uniform, and not the number.

    Raises
    ------
    ModelError
        The ends are of different kinds, or do not follow each other; or the logarithm of `low` is
        no number.
    """

    low: Any
    high: Any
    log: bool = False

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            object.__setattr__(self, end, plain(getattr(self, end)))
        (low, unit), (high, other) = self._end(self.low), self._end(self.high)
        if unit != other:
            raise ModelError(f"the range {self}: its ends are of different kinds")
        if not low < high:
            raise ModelError(f"the range {self}: needs a lower end first, then a higher one")
        if self.log and low <= 0:
            raise ModelError(f"the range {self}: a logarithm needs ends above zero")

    def __str__(self) -> str:
        return f"{self.low}..{self.high}{' log' if self.log else ''}"

    @property
    def integers(self) -> bool:
        """Whether integers are drawn."""
        return type(self.low) is int and type(self.high) is int

    @property
    def ends(self) -> tuple[float, float]:
        """The ends as numbers, in the usual unit of their kind."""
        return self._end(self.low)[0], self._end(self.high)[0]

    def value(self, number: float) -> Any:
        """The value of a parameter for a number between the `ends`."""
        if self.integers:
            return round(number)
        number, unit = float(f"{number:.{DIGITS}g}"), self._end(self.low)[1]
        return f"{number:.{DIGITS}g} {unit}" if unit else number

    def at(self, part: float) -> Any:
        """The value at a part of the way from the lower to the higher end, 0 to 1."""
        low, high = self.ends
        if self.integers:
            high += 1  # each integer has the same share
        if self.log:
            number = math.exp(math.log(low) + part * (math.log(high) - math.log(low)))
        else:
            number = low + part * (high - low)
        return min(math.floor(number), self.high) if self.integers else self.value(number)

    def _end(self, end: Any) -> tuple[float, str | None]:
        if isinstance(end, int | float) and not isinstance(end, bool) and math.isfinite(end):
            return end, None
        try:
            quantity = in_usual_unit(parse_any(end) if isinstance(end, str) else end)
        except (ValueError, TypeError) as error:
            raise ModelError(f"the range {self}: {error}") from None
        if quantity is None:
            raise ModelError(f"the range {self}: needs numbers, or quantities such as 10 ms")
        return quantity


Values = tuple[Any, ...] | Range


def parse_over(text: str) -> tuple[str, Values]:
    """Read ``section.key=value,value,...`` or ``section.key=low..high``, ``low..high log``.

    Raises
    ------
    ModelError
        It has another form.
    """
    path, equals, given = (part.strip() for part in text.partition("="))
    if not equals or not path or not given:
        raise ModelError(
            f"--over {text}: needs the form section.key=value,value,... or section.key=low..high"
        )
    if match := _RANGE.fullmatch(given):
        low, high = (parse_setting(f"{path}={match[end]}")[1] for end in ("low", "high"))
        return path, Range(low, high, match["log"] is not None)
    try:
        values = tomllib.loads(f"values = [{given}]")["values"]  # tables, which hold commas, too
    except (ValueError, RecursionError):
        values = [parse_setting(f"{path}={value}")[1] for value in given.split(",")]
    if "" in values:
        raise ModelError(f"--over {text}: a value is missing between two commas")
    return path, tuple(values)


def space_of(over: Mapping[str, Any]) -> dict[str, Values]:
    """Parameters and their values, checked.

    Parameters
    ----------
    over : mapping of str to sequence or Range
        By dotted path, as in `spikingfa.Model.but`.

    Raises
    ------
    ModelError
        There is no parameter, one without values, or a value is given twice.
    """
    if not isinstance(over, Mapping) or not over:
        raise ModelError(
            f'needs parameters to vary, such as {{"hidden.tau_m": [...]}}, got {shown(over)}'
        )
    return {path: _values(path, given) for path, given in over.items()}


def _values(path: str, given: Any) -> Values:
    if isinstance(given, Range):
        return given
    values = _listed(given)
    if values is None:
        raise ModelError(f"{path}: needs a list of values or a Range, got {shown(given)}")
    if not values:
        raise ModelError(f"{path}: needs at least one value")
    texts = [str(value) for value in values]
    for text in texts:
        if texts.count(text) > 1:
            raise ModelError(f"{path}: the value {text} is given twice")
    return values


def _listed(given: Any) -> tuple[Any, ...] | None:
    if isinstance(given, str | Mapping):
        return None
    try:
        return tuple(map(plain, given))
    except TypeError:  # of one value, which may be an array without dimensions or a quantity
        return None
