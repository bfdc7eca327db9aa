"""Equations, statements and expressions of a model file, taken apart before Brian2 reads them.

Each is held to its form: what stands on the right to the module `expressions` beside this one,
names to `names`, units to products of units. So no text of a stranger reaches what would evaluate
it, or C++, before it is known to be an equation.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from brian2.equations.equations import EQUATIONS
from pydantic import BaseModel

from spikingfa.base.brian import reason_of
from spikingfa.base.text import shown, statements_in, without_comments
from spikingfa.model.mistakes import FieldError
from spikingfa.model.user_equations.expressions import (
    Measure,
    measure,
    names_in,
    problem_of_expression,
)
from spikingfa.model.user_equations.names import problem_of_name

MAX_LINES = 100
MAX_NODES = 5000  # of all expressions together, written out
OF_CURRENTS = Measure(nodes=20, terms=8)  # the current that flows into a soma: a sum of some

_STATEMENT = re.compile(r"(\w+)\s*(?:\+|-|\*\*?|//?|%)?=(?!=)\s*(.+)", re.ASCII)
_UNIT = re.compile(r"1|[A-Za-z]+")
_POWER = re.compile(r"-?\s*\d(\.\d+)?")

Problem = tuple[str, str] | None
Fields = tuple[tuple[str, str], ...]  # their names and texts


def fields_of(record: BaseModel, *kinds: tuple[str, ...]) -> Iterator[Fields]:
    """Fields of each kind that hold a text, with it."""
    for names in kinds:
        yield tuple((name, text) for name in names if (text := getattr(record, name)))


class Equation(NamedTuple):
    """One that is declared: its name, its expression (empty of a parameter), its unit, its kind."""

    name: str
    expression: str
    unit: str
    differential: bool


@lru_cache(256)
def problem_of_texts(
    equations: Fields, expressions: Fields, statements: Fields, names: Fields = ()
) -> Problem:
    """The first field that does not have its form, and why; None if all have.

    Parameters
    ----------
    equations, expressions, statements, names : tuple of pairs of str
        Fields and their texts. What an equation names may be an expression of any of them.
    """
    for field, name in names:
        if reason := problem_of_name(name):
            return field, f"{shown(name)} cannot be the name of a variable: {reason}"
    declared, mistake = _declared(equations)
    if mistake:
        return mistake
    sums = {name: OF_CURRENTS for _, name in names}
    return _problem_of_definitions(declared, expressions, sums) or _problem_of_statements(
        statements
    )


def _declared(fields: Fields) -> tuple[list[tuple[str, Equation]], Problem]:
    """Equations with their fields, or what is wrong with one."""
    declared = []
    for field, text in fields:
        try:
            of_field = equations_in(text)
        except ValueError as error:
            return [], (field, str(error))
        if len(of_field) > MAX_LINES:
            return [], (field, f"needs at most {MAX_LINES} equations, got {len(of_field)}")
        declared += [(field, one) for one in of_field]
    return declared, None


def equations_in(text: str) -> list[Equation]:
    """The equations of a text by Brian2's grammar, none of which is evaluated.

    Raises
    ------
    ValueError
        It is no such text, or a name or a unit cannot be one.
    """
    try:
        groups = list(EQUATIONS.parse_string(text, parse_all=True))
    except Exception as error:  # the parser raises what it likes
        raise ValueError(reason_of(error)) from None
    equations = []
    for group in groups:
        parts = dict(group.items())
        name, unit = parts["identifier"], parts["unit"].strip()
        if reason := problem_of_name(name):
            raise ValueError(f"{shown(name)} cannot be the name of a variable: {reason}")
        if not _is_unit(unit):
            raise ValueError(f"{name!r} needs a unit such as volt or amp/second, got {shown(unit)}")
        is_differential = "differential" in group.get_name()
        expression = parts.get("expression", "").strip()
        equations.append(Equation(name, expression, unit, is_differential))
    return equations


def _is_unit(text: str) -> bool:
    """Whether it is a product of units and small powers of them."""
    tokens = re.split(r"(\*\*|[*/])", text.replace(" ", ""))
    if not _UNIT.fullmatch(tokens[0]):
        return False
    pairs = list(zip(tokens[1::2], tokens[2::2]))
    operators = [operator for operator, _ in pairs]
    doubled = any(a == b == "**" for a, b in pairwise(operators))
    return not doubled and all(
        (_POWER if operator == "**" else _UNIT).fullmatch(operand) for operator, operand in pairs
    )


def _problem_of_definitions(
    declared: list[tuple[str, Equation]], expressions: Fields, named: dict[str, Measure]
) -> Problem:
    """Check every expression by itself, then with all that it names written out."""
    given = [(field, one.expression) for field, one in declared if one.expression]
    for field, text in (*given, *expressions):
        if reason := problem_of_expression(text):
            return field, reason
    abbreviations = {
        one.name: (field, one.expression)
        for field, one in declared
        if one.expression and not one.differential
    } | {field: (field, text) for field, text in expressions}
    try:
        _written_out(abbreviations, named)
        nodes = sum(one.nodes for one in named.values())
        for field, one in declared:
            if one.differential:
                nodes += _measured(field, one.expression, named).nodes
    except FieldError as error:
        return error.field, str(error)
    if nodes > MAX_NODES:
        return given[0][0] if given else expressions[0][0], (
            f"needs smaller expressions: written out they have more than {MAX_NODES} parts"
        )
    return None


def _written_out(left: dict[str, tuple[str, str]], named: dict[str, Measure]) -> None:
    """Measure what stands for other expressions, those first that others name.

    What names itself in the end is left to Brian2, which refuses it.
    """
    reads = {name: names_in(text) for name, (_, text) in left.items()}
    while ready := [name for name in left if not reads[name] & left.keys()]:
        for name in ready:
            named[name] = _measured(*left.pop(name), named)


def _measured(field: str, text: str, named: dict[str, Measure]) -> Measure:
    try:
        return measure(text, named)
    except ValueError as error:
        raise FieldError(field, str(error)) from None


def _problem_of_statements(statements: Fields) -> Problem:
    for field, text in statements:
        parts = statements_in(without_comments(text))
        if len(parts) > MAX_LINES:
            return field, f"needs at most {MAX_LINES} statements, got {len(parts)}"
        for part in parts:
            if not (match := _STATEMENT.fullmatch(part)):
                return field, f"needs statements such as x = 0*Hz, got {shown(part)}"
            if reason := problem_of_name(match[1]) or problem_of_expression(match[2]):
                return field, reason
    return None
