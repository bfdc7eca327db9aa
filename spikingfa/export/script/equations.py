"""Equations as a script has them: without what only the engine needs."""

import re
from dataclasses import replace
from inspect import cleandoc

from brian2 import Equations, exponential_euler
from brian2.stateupdaters.base import UnsupportedEquationsException

from spikingfa.network.blueprint import Population

#: Arrays over time in a script, in place of functions of a trial: see `spikingfa.engine.lookup`.
SHOWN = {"stimulus": "stimuli", "target": "answers"}
#: The same where there are events: spikes in each step, in place of the times of the next ones.
REPLAYED = {"event": "input_spikes", "target_event": "teacher_spikes"}

#: A line of equations: all before its unit, and the unit with what comes after it.
_UNIT = re.compile(r"([^#:]*[^#:\s])\s*:\s*([^#:\s].*?)\s*")
WIDE = 64  # of a line that others are not aligned with

_COUNTED = ("n_spikes",)  # which monitors do
_NUMBERED = ("trial", "trial_duration")
_DUE = ("due", "k", "onset")


def over_time(population: Population) -> Population:
    """The population, with arrays over time in place of functions of a trial."""
    unneeded, changes = _COUNTED, {}
    for function, array in SHOWN.items():
        if f"{function}(trial, i)" in population.onset:
            unneeded += _NUMBERED
            shown = population.onset.replace(f"{function}(trial, i)", f"{array}(t, i)")
            population = replace(population, onset=shown)
    for function, array in REPLAYED.items():
        if f"{function}(trial, i, k)" in population.onset:
            unneeded += _NUMBERED + _DUE
            changes = {"threshold": f"{array}(t, i) > 0"}
    for text in ("equations", "reset", "onset", "rest"):
        changes[text] = _without(getattr(population, text), unneeded)
    return replace(population, **changes)


def _without(text: str, names: tuple[str, ...]) -> str:
    """The lines that do not declare or set one of these variables."""
    unneeded = re.compile(rf"\s*({'|'.join(names)})\s*([-+*/]?=|:)")
    return "\n".join(line for line in text.splitlines() if not unneeded.match(line))


def tidy(text: str) -> str:
    """Equations without blank lines at their ends, one at most between, units below each other."""
    paragraphs = re.split(r"\n\s*\n", cleandoc(text))
    return "\n\n".join(_aligned(one) for one in paragraphs if one.strip())


def _aligned(paragraph: str) -> str:
    lines = [_UNIT.fullmatch(line) for line in paragraph.splitlines()]
    width = max((len(match[1]) for match in lines if match and len(match[1]) < WIDE), default=0)
    return "\n".join(
        f"{match[1]:{width}} : {match[2]}" if match else line.rstrip()
        for match, line in zip(lines, paragraph.splitlines())
    )


def simple(text: str) -> str:
    """Equations without products and quotients by 1, as one neuron for each output leaves them."""
    return re.sub(r"(?<=\w)(?://|\*)1(?=\)|$)", "", text)


def method(text: str) -> str:
    """Brian2's method for the equations, as `spikingfa.base.brian.integrate` chooses.

    Empty where there is nothing to integrate.
    """
    equations = Equations(text)
    if not equations.diff_eq_names:
        return ""
    try:
        exponential_euler(equations)
    except UnsupportedEquationsException:
        return "euler"
    return "exponential_euler"
