"""Whether there is a way from the teacher to an answer: a walk over a network's equations.

Error currents gate plasticity, and by default that is all they do. Coupling to the soma, or own
equations that read `i_apical`, lead them to spikes: then an answer given while the teacher speaks
is partly the teacher's.
"""

import re
from collections import defaultdict
from collections.abc import Callable

from brian2 import Equations

from spikingfa.network.blueprint import Blueprint, Population, Projection

#: What the answer is read from.
_ANSWER = ("output.spikes", "output.count", "output.charge")

_ASSIGNMENT = re.compile(r"\s*(\w+)\s*[-+*/%]*=(?!=)(.*)")
_NAME = re.compile(r"\b[A-Za-z_]\w*\b")

#: Variables, as ``group.variable``, by those that are computed from them, without learning.
_Sources = dict[str, set[str]]


def teacher_acts(network: Blueprint) -> bool:
    """Whether what teacher or error neurons do reaches an answer, where no weight changes."""
    sources: _Sources = defaultdict(set)
    for population in network.populations:
        _add_population(sources, population)
    for projection in network.projections:
        _add_projection(sources, projection)
    seen, left = set(), [*_ANSWER]
    while left:
        name = left.pop()
        if name not in seen:
            seen.add(name)
            left += sources[name]
    return any(name.startswith(("teacher.", "error")) for name in seen)


def _add_population(sources: _Sources, population: Population) -> None:
    def whole(name: str) -> str:
        return f"{population.name}.{name}"

    spikes = whole("spikes")
    sources[spikes] |= set(map(whole, _names(population.threshold + " " + population.refractory)))
    texts = ((population.reset, {spikes}), (population.rest, ()), (population.onset, ()))
    _add(sources, whole, population.equations, texts)


def _add_projection(sources: _Sources, projection: Projection) -> None:
    def whole(name: str) -> str:
        for end, group in (("_pre", projection.pre), ("_post", projection.post)):
            if name.endswith(end):
                return f"{group}.{name.removesuffix(end)}"
        return f"{projection.name}.{name}"

    pre, post = f"{projection.pre}.spikes", f"{projection.post}.spikes"
    texts = ((projection.on_pre, {pre}), (projection.on_post, {post}), (projection.continuous, ()))
    _add(sources, whole, projection.equations, texts)


def _add(sources: _Sources, whole: Callable[[str], str], equations: str, texts) -> None:
    """Add what equations and statements read, these with what they are carried out by."""
    for name, equation in Equations(equations).items():
        if equation.expr is not None:
            sources[whole(name)] |= set(map(whole, equation.identifiers))
    for text, cause in texts:
        for target, read in _assignments(text):
            if "eta" not in read:  # no learning
                sources[whole(target)] |= {*map(whole, read), *cause}


def _assignments(text: str) -> list[tuple[str, set[str]]]:
    """Variables that statements set, each with what is read for it."""
    lines = (line.partition("#")[0] for part in text.split(";") for line in part.splitlines())
    return [(match[1], _names(match[2])) for match in map(_ASSIGNMENT.fullmatch, lines) if match]


def _names(text: str) -> set[str]:
    return set(_NAME.findall(text))
