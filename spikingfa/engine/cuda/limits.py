"""Networks that a GPU would compute in another way than C++, which are refused.

Synapses are updated side by side: what one adds to a neuron cannot be seen by the next in the same
step, and each spike of a step would be given the same random numbers.
"""

import re

from brian2 import Equations
from brian2.equations.equations import SUBEXPRESSION
from brian2.utils.stringtools import get_identifiers

from spikingfa.base.errors import ModelError
from spikingfa.network.blueprint import Blueprint, Population, Projection

MAX_SYNAPSES = 2**31 - 1  # of a projection: Brian2CUDA counts them in 32 bits

_STATEMENT = re.compile(r"\s*(\w+)\s*([-+*/]?)=(?!=)(.*)")
_RANDOM = {"rand", "randn", "rand8", "poisson", "binomial"}


def check(blueprint: Blueprint) -> None:
    """Refuse a network that a GPU would not run as C++ does.

    Raises
    ------
    ModelError
        The message says which projection or population, and why.
    """
    for group in (*blueprint.projections, *blueprint.populations):
        if isinstance(group, Projection):
            reason = projection_problem(blueprint, group)
        else:
            reason = population_problem(group)
        if reason:
            raise ModelError(
                f"{group.name} cannot be run with training.device=cuda_standalone: {reason}"
                " (cpp_standalone can)"
            )


def projection_problem(blueprint: Blueprint, projection: Projection) -> str | None:
    """Why synapses cannot be updated side by side, or None."""
    pre, post = (blueprint.population(name) for name in (projection.pre, projection.post))
    if pre.size * post.size > MAX_SYNAPSES:
        return f"{pre.size * post.size} synapses are more than {MAX_SYNAPSES}"
    known = _subexpressions(projection, pre, post)
    for text in (projection.continuous, projection.rest):
        if changed := _of_neurons(written for written, *_ in _statements(text)):
            return f"its synapses change {changed[0]} in every step"
    for text in (projection.on_pre, projection.on_post):
        if reason := _at_spikes(text, known):
            return reason
    return None


def population_problem(population: Population) -> str | None:
    """Why its neurons cannot be updated side by side, or None."""
    equations = Equations(population.equations)
    for text in (population.rest, population.onset, population.reset):
        for name, operation, value in _statements(text):
            shared = name in equations and "shared" in equations[name].flags
            if shared and (operation or name in get_identifiers(value)):
                return f"all of its neurons share {name}, which it counts"
    return None


def _at_spikes(text: str, known: dict[str, str]) -> str | None:
    statements = _statements(text)
    read = set().union(*(_identifiers(value, known) for *_, value in statements))
    if drawn := sorted(read & _RANDOM):
        return f"its synapses draw {drawn[0]}() at spikes"
    operations: dict[str, set[str]] = {}
    for name, operation, _ in statements:
        operations.setdefault(name, set()).add({"-": "+", "/": "*"}.get(operation, operation))
    for name in _of_neurons(operations):
        if name in read:
            return f"its synapses both change and read {name} at a spike"
        if operations[name] not in ({"+"}, {"*"}):
            return f"its synapses set {name} at a spike, where they might add to it"
    return None


def _statements(text: str) -> list[tuple[str, str, str]]:
    """Name, operation (``""``, ``"+"``, ...) and value of each."""
    lines = re.split(r"[\n;]", re.sub("#.*", "", text))
    return [match.groups() for line in lines if (match := _STATEMENT.fullmatch(line))]


def _of_neurons(names) -> list[str]:
    return [name for name in names if name.endswith(("_pre", "_post"))]


def _subexpressions(projection: Projection, pre: Population, post: Population) -> dict[str, str]:
    """Subexpressions, by the name that synapses use."""
    own = _computed(projection.equations, "")
    return own | _computed(pre.equations, "_pre") | _computed(post.equations, "_post")


def _computed(text: str, suffix: str) -> dict[str, str]:
    equations = Equations(text)
    computed = {}
    for name, equation in equations.items():
        if equation.type == SUBEXPRESSION and "constant over dt" not in equation.flags:
            code = equation.expr.code
            for part in get_identifiers(code) & set(equations):
                code = re.sub(rf"\b{part}\b", part + suffix, code)
            computed[name + suffix] = code
    return computed


def _identifiers(value: str, known: dict[str, str]) -> set[str]:
    """Names in a value, and in what is computed for it."""
    names: set[str] = set()
    left = set(get_identifiers(value))
    while left:
        name = left.pop()
        names.add(name)
        left |= set(get_identifiers(known.get(name, ""))) - names
    return names
