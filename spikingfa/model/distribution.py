"""Parameters that differ from neuron to neuron: a distribution in place of a value.

In a model file: ``tau_m = { dist = "normal", mean = "20 ms", sd = "2 ms" }``. The values are drawn
once, from a stream of the seed that nothing else uses, and kept with the weights.
"""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import numpy as np
from brian2.units.fundamentalunits import Quantity
from pydantic import BeforeValidator, PlainSerializer

from spikingfa.base.units import (
    Check,
    format_quantity,
    not_negative,
    parse_checked,
    parse_quantity,
    positive,
)

#: Families, and the two quantities that each is described by.
FAMILIES = {"normal": ("mean", "sd"), "lognormal": ("mean", "sd"), "uniform": ("low", "high")}

MAX_DRAWS = 1000  # of one value; for a mean above zero the chance to need them is 2**-1000


@dataclass(frozen=True)
class Distribution:
    """A random quantity.

    ============  ===========================================================================
    normal        of this mean and sd
    lognormal     its logarithm is normal; mean and sd are those of the quantity itself
    uniform       between low and high
    ============  ===========================================================================

    Where a quantity must be positive (or not negative), values that are not are drawn again: the
    distribution is truncated, and `mean` and `sd` are those before.

    Attributes
    ----------
    dist : {"normal", "lognormal", "uniform"}
    kind : str
        Of the quantity, such as ``"time"``.
    values : tuple of two Quantity
        Mean and sd, or low and high.
    check : callable, optional
        Raises ValueError where a value is out of bounds.
    """

    dist: str
    kind: str
    values: tuple[Quantity, Quantity]
    check: Check | None = None

    def __float__(self) -> float:
        """The mean in SI units."""
        return float(self.mean)

    @property
    def mean(self) -> Quantity:
        """The mean."""
        first, second = self.values
        return (first + second) / 2 if self.dist == "uniform" else first

    @property
    def sd(self) -> float:
        """The standard deviation in SI units."""
        first, second = map(float, self.values)
        return (second - first) / 12**0.5 if self.dist == "uniform" else second

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Values in SI units."""
        values = self._draw(rng, shape)
        for _ in range(MAX_DRAWS if self.check else 0):
            wrong = ~(values > 0 if self.check is positive else values >= 0)
            if not wrong.any():
                break
            values[wrong] = self._draw(rng, (int(wrong.sum()),))
        return values

    def _draw(self, rng: np.random.Generator, shape) -> np.ndarray:
        first, second = map(float, self.values)
        if self.dist == "lognormal":
            sigma = np.sqrt(np.log1p((second / first) ** 2))
            return rng.lognormal(np.log(first) - sigma**2 / 2, sigma, shape)
        return (rng.normal if self.dist == "normal" else rng.uniform)(first, second, shape)

    def table(self) -> dict[str, str]:
        """The table that stands in a model file."""
        numbers = (format_quantity(value, self.kind) for value in self.values)
        return {"dist": self.dist} | dict(zip(FAMILIES[self.dist], numbers))

    def __str__(self) -> str:
        name, *numbers = self.table().items()
        return f"{name[1]}({', '.join(f'{key} {value}' for key, value in numbers)})"


def parse_distribution(table: dict, kind: str, check: Check | None = None) -> Distribution:
    """Read a distribution of quantities of this kind.

    Raises
    ------
    ValueError
        A key is unknown or missing, or a quantity is wrong.
    """
    family = table.get("dist")
    if family not in FAMILIES:
        known = ", ".join(f'"{name}"' for name in FAMILIES)
        raise ValueError(f"a distribution needs dist = one of {known}, got {family!r}")
    names = FAMILIES[family]
    if set(table) != {"dist", *names}:
        got = ", ".join(key for key in table if key != "dist") or "neither"
        raise ValueError(f"a {family} distribution needs {names[0]} and {names[1]}, got {got}")
    first, second = (_part(name, table[name], kind) for name in names)
    parsed = Distribution(family, kind, (first, second), check)
    _check_spread(parsed, names)
    return parsed


def _part(name: str, value: Any, kind: str) -> Quantity:
    try:
        return parse_quantity(value, kind)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


def _check_spread(distribution: Distribution, names: tuple[str, str]) -> None:
    first, second = map(float, distribution.values)
    if distribution.dist == "uniform":
        if first >= second:
            raise ValueError(f"low must be below high, got {distribution}")
    elif second < 0:
        raise ValueError(f"sd must not be negative, got {distribution}")
    bound = positive if distribution.dist == "lognormal" else distribution.check
    if bound is not None:  # of the low end of a uniform one, of the mean of another
        try:
            bound(distribution.values[0], distribution.kind)
        except ValueError as error:
            raise ValueError(f"{names[0]} {error}") from None


def parse_each(value: Any, kind: str, check: Check | None = None) -> Quantity | Distribution:
    """Read one quantity for all neurons, or a distribution."""
    if isinstance(value, Distribution):
        value = value.table()
    if isinstance(value, dict):
        return parse_distribution(value, kind, check)
    return parse_checked(value, kind, check)


def format_each(value: Quantity | Distribution, kind: str) -> str | dict[str, str]:
    """Write what `parse_each` reads."""
    return value.table() if isinstance(value, Distribution) else format_quantity(value, kind)


def each(kind: str, check: Check | None = None):
    """A pydantic field type: a quantity, or a distribution over neurons."""
    parse = BeforeValidator(partial(parse_each, kind=kind, check=check))
    return Annotated[Any, parse, PlainSerializer(partial(format_each, kind=kind))]


EachTime = each("time", positive)
EachDelay = each("time", not_negative)
EachVoltage = each("voltage")
EachVoltageStep = each("voltage", not_negative)
EachVoltageWidth = each("voltage", positive)
EachCurrent = each("current")
EachScale = each("current", not_negative)
EachResistance = each("resistance", positive)
EachRate = each("rate", positive)
EachCapacitance = each("capacitance", positive)
EachConductance = each("conductance", positive)
EachCoupling = each("conductance", not_negative)
EachSignedConductance = each("conductance")
EachSlope = each("conductance per voltage", positive)
