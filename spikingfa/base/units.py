"""Physical quantities as text: ``"20 ms"`` to a Brian2 quantity and back without loss.

A quantity is written as a number, then a unit: ``"-65 mV"``, ``"150 pA"``, ``"0.7 nS/mV"``.
Any unit that Brian2 knows is understood, by its long name (``mvolt``) or its short one (``mV``).
"""

import math
import re
from collections.abc import Callable
from functools import cache, partial
from typing import Annotated, Any

import brian2.units.allunits as brian2_units
import brian2.units.stdunits as brian2_short_units
from brian2.units.fundamentalunits import Quantity, get_dimensions, have_same_dimensions
from pydantic import BeforeValidator, PlainSerializer
from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

_TEXT = re.compile(
    r"\s*([-+]?(?:\d+\.?\d*|\.\d+|inf)(?:[eE][-+]?\d+)?)\s*([A-Za-z]\w*(?:/[A-Za-z]\w*)?)?\s*"
)

_UNITS_OFFERED = {
    "time": ("ms", "us", "second"),
    "voltage": ("mV", "uV", "volt"),
    "current": ("pA", "nA", "uA", "amp"),
    "resistance": ("Mohm", "Gohm", "kohm", "ohm"),
    "rate": ("Hz", "kHz"),
    "conductance": ("nS", "uS", "siemens"),
    "capacitance": ("pF", "nF", "farad"),
    "conductance per voltage": ("nS/mV", "siemens/volt"),
}

# symbols that Brian2 leaves free, since they would shadow variables in a script
_SYMBOLS = {"s": "second", "V": "volt", "A": "amp", "Ohm": "ohm", "MOhm": "Mohm", "GOhm": "Gohm"}
_SYMBOLS |= {"uV": "uvolt", "ns": "nsecond"}

#: Returns a quantity of its kind, or raises ValueError where it is out of bounds.
Check = Callable[[Quantity, str], Quantity]

AUTO = "auto"  # a time that follows from others

SMALLEST = 1e-30  # in SI units, so that squares and products stay numbers


#: How Brian2's equations call the unit of each kind.
_BASE_UNITS = ("second", "volt", "amp", "ohm", "Hz", "siemens", "farad", "siemens/volt", "1")


@cache
def _unit(name: str) -> Quantity | None:
    """The Brian2 unit called `name`, or the quotient of two; None if there is none."""
    if "/" in name:
        numerator, denominator = map(_unit, name.split("/"))
        return None if numerator is None or denominator is None else numerator / denominator
    if name.startswith("_"):
        return None
    name = _SYMBOLS.get(name, name)
    unit = getattr(brian2_short_units, name, None)
    unit = getattr(brian2_units, name, None) if unit is None else unit
    return unit if isinstance(unit, Quantity) else None


def parse_quantity(value: Any, kind: str, or_else: str = "") -> Quantity:
    """Turn text or a Brian2 quantity into a quantity of the kind that is needed.

    Parameters
    ----------
    value : str or Quantity
        For example ``"20 ms"`` or ``20*ms``.
    kind : {"time", "voltage", "current", "resistance", "rate", "conductance", "capacitance", ...}
        What the quantity must be.
    or_else : str
        What may stand in its place, for messages.

    Raises
    ------
    ValueError
        The unit is missing, unknown or of another kind, or the number is not finite.
    """
    needed = f'needs a {kind} with its unit, such as "20 {_UNITS_OFFERED[kind][0]}"{or_else}'
    quantity = _from_text(value, needed) if isinstance(value, str) else value
    if not isinstance(quantity, Quantity) or quantity.shape != ():
        raise ValueError(f"{needed}, got {value!r}")
    if not have_same_dimensions(quantity, _unit(_UNITS_OFFERED[kind][0])):
        raise ValueError(f"{needed}, got {value!r}, which is not a {kind}")
    _check_computable(quantity, value, needed)
    return quantity


def parse_any(text: str) -> Quantity:
    """Turn text into a quantity of whatever kind its unit says; see `parse_quantity`."""
    needed = 'needs a quantity with its unit, such as "20 ms"'
    quantity = _from_text(text, needed)
    _check_computable(quantity, text, needed)
    return quantity


def _check_computable(quantity: Quantity, value: Any, needed: str) -> None:
    if not math.isfinite(float(quantity)):
        raise ValueError(f"{needed}, got {value!r}, which is not finite")
    if float(quantity) != 0 and not SMALLEST < abs(float(quantity)) < 1 / SMALLEST:
        raise ValueError(f"{needed}, got {value!r}, which no computer can calculate with")


def _from_text(text: str, needed: str) -> Quantity:
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{needed}, got {text!r}")
    number, name = match.groups()
    if name is None:
        raise ValueError(f"{needed}, got {text!r}, which has no unit")
    unit = _unit(name)
    if unit is None:
        raise ValueError(f"{needed}, got {text!r}: there is no unit {name!r}{_nearest_unit(name)}")
    return Quantity(float(number) * float(unit), dim=get_dimensions(unit))


def _nearest_unit(name: str) -> str:
    offered = [unit for units in _UNITS_OFFERED.values() for unit in units]
    near = extractOne(
        name, offered, scorer=OSA.normalized_similarity, processor=str.lower, score_cutoff=0.5
    )
    return f", did you mean {near[0]!r}?" if near else ""


def format_quantity(quantity: Quantity, kind: str) -> str:
    """Write a quantity so that `parse_quantity` gives exactly the same number again."""
    value = float(quantity)
    for name in _UNITS_OFFERED[kind]:
        for digits in (6, 15, 17):
            number = f"{value / float(_unit(name)):.{digits}g}"
            if float(number) * float(_unit(name)) == value:
                return f"{number} {name}"
    return f"{value!r} {_UNITS_OFFERED[kind][-1]}"


def unit_of(value: Any) -> str:
    """The unit of a value as equations name it: ``volt`` of -65 mV, ``1`` of a plain number."""
    for name in _BASE_UNITS[:-1]:
        if have_same_dimensions(value, _unit(name)):
            return name
    return repr(get_dimensions(value)) if isinstance(value, Quantity) else "1"


def kind_of(quantity: Quantity) -> str | None:
    """The kind of a quantity: ``"time"`` of 20 ms; None if it has no name here."""
    kinds = (
        k for k, names in _UNITS_OFFERED.items() if have_same_dimensions(quantity, _unit(names[0]))
    )
    return next(kinds, None)


def in_usual_unit(quantity: Quantity) -> tuple[float, str] | None:
    """A quantity as a number and the unit that its kind is given in first; None without a name."""
    kind = kind_of(quantity)
    if kind is None:
        return None
    unit = _UNITS_OFFERED[kind][0]
    return float(f"{float(quantity) / float(_unit(unit)):.15g}"), unit


def positive(quantity: Quantity, kind: str) -> Quantity:
    if float(quantity) <= 0:
        raise ValueError(f"must be more than zero, got {format_quantity(quantity, kind)}")
    return quantity


def not_negative(quantity: Quantity, kind: str) -> Quantity:
    if float(quantity) < 0:
        raise ValueError(f"must not be negative, got {format_quantity(quantity, kind)}")
    return quantity


def parse_latency(value: Any) -> Quantity | str:
    """Read a time from zero on, or ``"auto"``."""
    if isinstance(value, str) and value.strip() == AUTO:
        return AUTO
    return not_negative(parse_quantity(value, "time", or_else=f' or "{AUTO}"'), "time")


def format_latency(value: Quantity | str) -> str:
    """Write what `parse_latency` reads."""
    return value if isinstance(value, str) else format_quantity(value, "time")


def parse_checked(value: Any, kind: str, check: Check | None = None) -> Quantity:
    """Read a quantity as `parse_quantity` does, within the bounds that `check` knows."""
    quantity = parse_quantity(value, kind)
    return quantity if check is None else check(quantity, kind)


def _field(kind: str, check: Check | None = None):
    """A pydantic field type for one kind of quantity."""
    parse = BeforeValidator(partial(parse_checked, kind=kind, check=check))
    text = PlainSerializer(partial(format_quantity, kind=kind), return_type=str)
    return Annotated[Any, parse, text]


Time = _field("time", positive)
Delay = _field("time", not_negative)
Latency = Annotated[Any, BeforeValidator(parse_latency), PlainSerializer(format_latency)]
Voltage = _field("voltage")
VoltageStep = _field("voltage", not_negative)
Current = _field("current")
Scale = _field("current", not_negative)
Resistance = _field("resistance", positive)
Rate = _field("rate", positive)
Coupling = _field("conductance", not_negative)
