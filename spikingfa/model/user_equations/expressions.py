"""The form of expressions in a model file, checked before Brian2 and sympy read them.

Sympy evaluates what is in quotes, computes any power of numbers at once, and multiplies sums out;
Brian2 evaluates units. So an expression is first parsed as Python, which runs nothing, and only
numbers, names, operators and Brian2's own functions pass, as far as they stay small.
"""

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass

from brian2.core.functions import DEFAULT_FUNCTIONS

from spikingfa.base.text import shown

MAX_CHARACTERS = 2000  # of an expression
MAX_NESTED = 100  # operations within each other; a sum of as many terms is nested so, too
MAX_ARGUMENTS = 3
MAX_NODES = 1000  # of an expression in which all that it names is written out
MAX_TERMS = 500  # of it when products of sums are multiplied out, as sympy does
MAX_POWER = 100
LARGEST = 1e30  # number that a computer can calculate with
LARGEST_INTEGER = 2**53

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_SIGNS = (ast.UAdd, ast.USub, ast.Not)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_OF_NUMBERS = {
    name: getattr(math, name)
    for name in ("exp", "expm1", "sinh", "cosh", "tan", "sqrt", "log", "log10", "log1p")
} | {"abs": abs, "int": int, "floor": math.floor, "ceil": math.ceil}


class _Refused(ValueError):
    """Why an expression is not carried out."""


@dataclass(frozen=True)
class Measure:
    """Size of an expression written out: parts, terms, and value if that is known."""

    nodes: int = 1
    terms: int = 1
    value: float | None = None


def problem_of_expression(text: str, named: Mapping[str, Measure] | None = None) -> str | None:
    """Why a text is not taken as an expression, on one line; None if it is.

    Parameters
    ----------
    text : str
    named : mapping of str to Measure, optional
        The size of what stands for a name, where that is an expression itself.
    """
    try:
        measure(text, named)
        return None
    except _Refused as reason:
        return str(reason)


def measure(text: str, named: Mapping[str, Measure] | None = None) -> Measure:
    """The size of an expression; raises ValueError, with a reason on one line, if it is none."""
    if len(text) > MAX_CHARACTERS:
        raise _Refused(
            f"needs an expression of at most {MAX_CHARACTERS} characters, got {len(text)}"
        )
    if "#" in text:
        raise _Refused(f"needs an expression without a comment, got {shown(text)}")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = " ".join(str(error).split()) or "it is nested too deeply"
        raise _Refused(f"needs an expression, got {shown(text)}: {reason}") from None
    return _measured(tree.body, named or {}, 0)


def names_in(text: str) -> set[str]:
    """The names in an expression that has been measured."""
    tree = ast.parse(text.strip(), mode="eval")
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _measured(node: ast.AST, named: Mapping[str, Measure], depth: int) -> Measure:
    if depth > MAX_NESTED:
        raise _Refused(f"needs an expression with at most {MAX_NESTED} operations in each other")
    if isinstance(node, ast.Constant):
        return Measure(value=_number(node.value))
    if isinstance(node, ast.Name):
        return named.get(node.id, Measure())
    parts = [_measured(part, named, depth + 1) for part in _parts(node)]
    nodes = 1 + sum(part.nodes for part in parts)
    if nodes > MAX_NODES:
        raise _Refused(
            f"needs a smaller expression: written out it has more than {MAX_NODES} parts"
        )
    terms = _terms(node, parts)
    if terms > MAX_TERMS:
        raise _Refused(f"needs a smaller expression: multiplied out it has over {MAX_TERMS} terms")
    return Measure(nodes, terms, _value(node, [part.value for part in parts]))


def _parts(node: ast.AST) -> list[ast.AST]:
    """Operands of an operation, if it is an allowed one."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, _SIGNS):
        return [node.operand]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.Compare) and all(isinstance(op, _COMPARISONS) for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id not in DEFAULT_FUNCTIONS:
            known = ", ".join(sorted(DEFAULT_FUNCTIONS))
            raise _Refused(f"there is no function {shown(node.func.id)}; known are {known}")
        if len(node.args) <= MAX_ARGUMENTS:
            return node.args
    raise _Refused(
        "needs an expression of numbers, names, + - * / // % **, comparisons, and, or, not, and"
        f" functions, got {shown(ast.unparse(node))} in it"
    )


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise _Refused(f"needs an expression of numbers, got {shown(value)} in it")
    if not abs(value) < LARGEST or (isinstance(value, int) and value > LARGEST_INTEGER):
        raise _Refused("needs an expression of numbers, got one too large to compute with in it")
    return float(value)


def _terms(node: ast.AST, parts: list[Measure]) -> int:
    """Number of terms when products of sums are multiplied out."""
    if isinstance(node, ast.Call):
        return 1
    if not isinstance(node, ast.BinOp):
        return sum(part.terms for part in parts)
    left, right = parts
    if isinstance(node.op, ast.Add | ast.Sub):
        return left.terms + right.terms
    if isinstance(node.op, ast.Pow):
        if right.value is None:
            return max(left.terms, right.terms)
        if abs(right.value) > MAX_POWER:
            raise _Refused(f"needs powers of at most {MAX_POWER}, got one of {right.value:g}")
        n = math.ceil(abs(right.value))
        return math.comb(left.terms + n - 1, n) if left.terms > 1 else 1
    return left.terms * right.terms


def _value(node: ast.AST, values: list[float | None]) -> float | None:
    """The number that sympy would compute; None where a name has a part in it."""
    if None in values:
        return None
    try:
        value = _computed(node, values)
    except (ArithmeticError, ValueError, TypeError):
        raise _Refused(f"{shown(ast.unparse(node))} is no number to compute with") from None
    if value is not None and not abs(value) < LARGEST:
        raise _Refused(f"{shown(ast.unparse(node))} is too large to compute with")
    return value


def _computed(node: ast.AST, values: list[float]) -> float | None:
    if isinstance(node, ast.Call):
        function = _OF_NUMBERS.get(node.func.id)
        return None if function is None else float(function(*values))
    if isinstance(node, ast.UnaryOp):
        return -values[0] if isinstance(node.op, ast.USub) else values[0]
    if not isinstance(node, ast.BinOp):
        return None
    a, b = values
    operations = {
        ast.Add: lambda: a + b,
        ast.Sub: lambda: a - b,
        ast.Mult: lambda: a * b,
        ast.Div: lambda: a / b,
        ast.FloorDiv: lambda: a // b,
        ast.Mod: lambda: a % b,
        ast.Pow: lambda: float(a**b),
    }
    return operations[type(node.op)]()
