"""Fields that hold a user's own equations, and the parameters that these name."""

import re
from inspect import cleandoc
from typing import Annotated, Any

from brian2.units.fundamentalunits import Quantity
from pydantic import BeforeValidator

from spikingfa.base.text import plain, shown
from spikingfa.base.units import SMALLEST, format_quantity, kind_of, parse_any, parse_quantity
from spikingfa.model.distribution import Distribution, parse_distribution
from spikingfa.model.user_equations.names import problem_of_name

MAX_CHARACTERS = 20_000  # of a text
MAX_PARAMETERS = 100


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # whatever ends a line for a C++ compiler ends one here; comments go on into the C++
    return cleandoc("\n".join(_harmless(value).splitlines())).strip()


def _on_one_line(value: Any) -> Any:
    return " ".join(_harmless(value).split()) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    if "\\" in text:
        raise ValueError("no backslash can stand in equations")
    if len(text) > MAX_CHARACTERS:
        raise ValueError(f"needs at most {MAX_CHARACTERS} characters, got {len(text)}")
    # what else ends lines is none of them any more when they are read
    plain(re.sub(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", text))
    return text


#: Equations or statements, one a line.
Block = Annotated[str, BeforeValidator(_text)]

#: An expression or a name.
Line = Annotated[str, BeforeValidator(_on_one_line)]


def own_parameters(given: dict[str, Any]) -> dict[str, Any]:
    """Parameters by name, each as it stands in a model file.

    Raises
    ------
    ValueError
        A name cannot be one, or a value is no number, no quantity and no distribution.
    """
    if len(given) > MAX_PARAMETERS:
        raise ValueError(f"needs at most {MAX_PARAMETERS} parameters, got {len(given)}")
    parsed = {}
    for name, value in given.items():
        if reason := problem_of_name(name):
            raise ValueError(f"{shown(name)} cannot be the name of a parameter: {reason}")
        try:
            parsed[name] = _parameter(value)
        except ValueError as error:
            raise ValueError(f"{name} {error}") from None
    return parsed


def own_value(given: Any) -> Any:
    """The value of such a parameter: a number, a quantity or a distribution."""
    if isinstance(given, dict):
        return _distribution(given)
    return given if isinstance(given, float) else parse_any(given)


def _parameter(value: Any) -> Any:
    """A parameter in a model file: a quantity as text, a number, or a distribution's table."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, dict | Distribution):
        return _distribution(value).table()
    if isinstance(value, str):
        parse_any(value)
        return " ".join(value.split())
    if isinstance(value, Quantity) and value.shape == () and (kind := kind_of(value)):
        return format_quantity(parse_quantity(value, kind), kind)
    raise ValueError(f'needs a number or a quantity such as "20 ms", got {shown(value)}')


def _number(value: float) -> float:
    if value != 0 and not SMALLEST < abs(value) < 1 / SMALLEST:  # also true of what is no number
        raise ValueError(f"needs a number that can be computed with, got {shown(value)}")
    return float(value)


def _distribution(value: dict | Distribution) -> Distribution:
    if isinstance(value, Distribution):
        return value
    texts = [str(text) for key, text in value.items() if key != "dist"] or ["1 ms"]
    kind = kind_of(parse_any(texts[0]))
    if kind is None:
        raise ValueError(f"of {texts[0]!r} there are no distributions, only single values")
    return parse_distribution(value, kind)
