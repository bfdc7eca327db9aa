"""Numbers as a script writes them: with the unit that a person would choose, without loss."""

import re

import brian2
from brian2.units.fundamentalunits import Quantity

from spikingfa.base.units import format_quantity, kind_of

#: A variable that equations declare or integrate: its name and its unit.
_DECLARED = re.compile(
    r"^[ \t]*(?:d(\w+)/dt[ \t]*=[^:\n]*|(\w+)[ \t]*):[ \t]*([^(\n#]*[^(\n# \t])", re.MULTILINE
)
_SIMPLE = re.compile(r"[a-zA-Z]+(/[a-zA-Z]+)?")


#: Types that Brian2 declares as it does units.
NUMBERS = ("integer", "boolean")


def units_of(equations: str) -> dict[str, str]:
    """Units of the variables that equations declare or integrate, by their names."""
    declared = _DECLARED.findall(equations)
    return {a or b: "1" if unit in NUMBERS else unit for a, b, unit in declared}


def quantity(value: float, unit: str) -> str | None:
    """A value in SI units as text, such as ``20*ms``; None if no units that have a name give it.

    Parameters
    ----------
    value : float
    unit : str
        As equations call it: ``second``, ``1``.
    """
    if unit == "1":
        return repr(float(value))
    if not is_simple(unit):
        return None
    whole = Quantity(value, dim=_quantity_of(1.0, unit).dim)
    kind = kind_of(whole)
    texts = [f"{float(value)!r} {unit}"]  # any number times 1 is itself
    if kind is not None:
        texts.insert(0, format_quantity(whole, kind))
    for number, chosen in (text.split(" ") for text in texts):
        if is_simple(chosen) and float(_quantity_of(float(number), chosen)) == value:
            return f"{number}*{chosen}"
    return None


def is_simple(unit: str) -> bool:
    """Whether a script may write the unit as it is."""
    names = unit.split("/")
    return bool(_SIMPLE.fullmatch(unit)) and all(hasattr(brian2, name) for name in names)


def _quantity_of(number: float, unit: str) -> Quantity:
    """The product as Python computes it, from left to right."""
    first, *others = unit.split("/")
    product = number * getattr(brian2, first)
    for name in others:
        product = product / getattr(brian2, name)
    return product
