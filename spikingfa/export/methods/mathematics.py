"""Equations of a network as TeX."""

import re

from brian2 import Equations
from brian2.parsing.sympytools import str_to_sympy
from sympy import Expr, Float, Symbol
from sympy.logic.boolalg import Boolean
from sympy.printing.latex import LatexPrinter

WORDS = {"phase": r"\varphi", "dt": r"\Delta t"}
GREEK = {name: f"\\{name}" for name in ("tau", "eta", "theta", "delta", "gamma", "xi")} | WORDS
BOOKKEEPING = ("n_spikes", "trial", "not_refractory", "lastspike")  # not a part of the model
_STATEMENT = r"\s*(\w+)\s*([-+*/]?)=(?!=)\s*(.+?)\s*(?:#.*)?"
_HOLDS = r"\left[ {} \right]"  # Iverson's bracket: 1 where it holds, else 0
_WHOLE = r"\left\lfloor {} \right\rfloor"


class _Printer(LatexPrinter):
    """Sympy's, with names as `symbol` writes them and conditions in brackets."""

    def _print_Symbol(self, expr: Symbol, style: str = "plain") -> str:
        return symbol(expr.name)

    def _print_Add(self, expr: Expr, order: str | None = None) -> str:
        """What is added before what is taken away: v_rest - v."""
        terms = sorted(self._as_ordered_terms(expr), key=lambda one: one.could_extract_minus_sign())
        text = ""
        for term in terms:
            minus = bool(text) and term.could_extract_minus_sign()
            printed = self._print(-term if minus else term)
            if self._needs_add_brackets(-term if minus else term):
                printed = rf"\left({printed}\right)"
            text += f"{' - ' if minus else ' + ' if text else ''}{printed}"
        return text

    def _print_Float(self, expr: Float) -> str:
        mantissa, _, power = f"{float(expr):.12g}".partition("e")
        return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa

    def _print_Function(self, expr: Expr, exp: str | None = None) -> str:
        name = str(expr.func).strip("_")
        arguments = [self._print(argument) for argument in expr.args]
        if name == "int":
            (given,) = expr.args
            text = (_HOLDS if isinstance(given, Boolean) else _WHOLE).format(*arguments)
        elif name == "sqrt":
            text = rf"\sqrt{{{arguments[0]}}}"
        else:
            upright = name.replace("_", r"\_")
            text = rf"\mathrm{{{upright}}}\left({', '.join(arguments)}\right)"
        return rf"{text}^{{{exp}}}" if exp else text


def symbol(name: str) -> str:
    """A variable: ``i_syn`` as i with the index syn, words upright."""
    first, _, index = name.partition("_")
    head = GREEK.get(first, first if len(first) == 1 else rf"\mathrm{{{first}}}")
    index = index.replace("_", r",\,")
    return rf"{head}_\mathrm{{{index}}}" if index else head


def expression(text: str) -> str:
    """An expression or condition of Brian2."""
    return _Printer({"mul_symbol": r" \, "}).doprint(str_to_sympy(text))


def of_equations(text: str) -> list[str]:
    """Differential equations and abbreviations, in their order; parameters are left out."""
    lines = []
    for name, equation in Equations(text).items():
        if equation.type == "parameter" or name in BOOKKEEPING:
            continue
        right = expression(equation.expr.code)
        if equation.type == "differential equation":
            left = rf"\frac{{d{symbol(name)}}}{{dt}}"
        else:
            left = symbol(name)
        lines.append(f"{left} &= {right}{_held(equation.flags)}")
    return lines


def _held(flags: list[str]) -> str:
    return r" \quad \text{(unless refractory)}" if "unless refractory" in flags else ""


def of_statements(text: str) -> list[str]:
    """Statements, such as what a spike does, one after the other; bookkeeping is left out."""
    lines = (re.fullmatch(_STATEMENT, line) for line in text.splitlines())
    return [_assignment(*line.groups()) for line in lines if line and line[1] not in BOOKKEEPING]


def _assignment(name: str, operator: str, right: str) -> str:
    new = f"{name} {operator} ({right})" if operator else right
    return rf"{symbol(name)} &\leftarrow {expression(new)}"
