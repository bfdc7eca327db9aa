"""Populations and projections as the template of a script needs them."""

import re
from dataclasses import dataclass, field, replace

import numpy as np

from spikingfa.engine.construct import AT_ONSET
from spikingfa.export.script import texts
from spikingfa.export.script.equations import method, over_time, simple, tidy
from spikingfa.export.script.trials import Trials
from spikingfa.export.script.values import is_simple, quantity, units_of
from spikingfa.network.blueprint import Population, Projection

#: Kept in double precision always, as by `spikingfa.engine.construct`.
_TIMES = re.compile(r"^\s*onset\s*:", re.MULTILINE)

_VARIABLES = {"input": "inputs"}  # `input` is a function of Python's


@dataclass(frozen=True)
class Setting:
    """A line that sets a variable: ``hidden.tau_m = 20*ms  # membrane time constant``."""

    left: str
    right: str
    comment: str = ""


@dataclass(frozen=True)
class Runner:
    """Statements that are carried out again and again: arguments of ``run_regularly``."""

    statements: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A population or a projection.

    Attributes
    ----------
    of : Population or Projection
    heading : str
        A comment above it; empty if it belongs to the one before.
    equations : str
    settings : list of Setting
    runners : list of Runner
    method : str
        Of integration; empty where nothing is integrated.
    times : bool
        Whether it has times, which stay in double precision.
    delay : str
        An argument of Synapses.
    """

    of: Population | Projection
    heading: str
    equations: str
    settings: list[Setting]
    runners: list[Runner] = field(default_factory=list)
    method: str = ""
    times: bool = False
    delay: str = ""

    @property
    def variable(self) -> str:
        """Its Python name."""
        return variable(self.of.name)


def variable(name: str) -> str:
    """The Python name of a population or a projection."""
    return _VARIABLES.get(name, name)


def populations(trials: Trials) -> list[Part]:
    """Every population."""
    return [_population(over_time(one), trials) for one in trials.network.populations]


def _population(one: Population, trials: Trials) -> Part:
    if trials.network.continuous:
        runners = [Runner(one.onset, _at(one.name, "onset")), _at_rest(one, trials)]
    else:  # in one go, since neither reads what the other sets
        runners = [Runner(_both(one.rest, one.onset), _at(one.name, "onset"))]
    return Part(
        of=one,
        heading=texts.of_population(one.name, trials.model),
        equations=tidy(one.equations),
        settings=_settings(one, trials),
        runners=[runner for runner in runners if runner.statements],
        method=method(one.equations),
        times=bool(_TIMES.search(one.equations)),
    )


def _both(rest: str, onset: str) -> str:
    """The statements of both; Brian2 wants those first that set a variable all neurons share."""
    lines = [line for line in f"{rest}\n{onset}".splitlines() if line.strip()]
    return "\n".join(sorted(lines, key=lambda line: not line.startswith("onset =")))


def _at_rest(one: Population | Projection, trials: Trials) -> Runner:
    every = "n_trials*trial_duration" if trials.network.continuous else "trial_duration"
    return Runner(one.rest, _at(one.name, "rest", every))


def _at(name: str, part: str, every: str = "trial_duration") -> tuple[str, ...]:
    # before all else in its step; by its name Brian2 carries it out before or after others
    when = (f"{key}={value!r}".replace("'", '"') for key, value in AT_ONSET.items())
    return f"dt={every}", *when, f'name="{name}_{part}"'


def projections(trials: Trials) -> list[Part]:
    """Every projection, the first of each kind with a heading."""
    parts, last = [], ""
    for one in trials.network.projections:
        heading = texts.of_projection(one, trials.model)
        one = replace(one, on_pre=simple(one.on_pre), connect=simple(one.connect))
        parts.append(_projection(one, trials, heading if heading != last else ""))
        last = heading
    return parts


def _projection(one: Projection, trials: Trials, heading: str) -> Part:
    step = 'when="after_synapses"', f'name="{one.name}_continuous"'
    runners = [Runner(one.continuous, step), _at_rest(one, trials)]
    return Part(
        of=one,
        heading=heading,
        equations=tidy(one.equations),
        settings=_settings(one, trials),
        runners=[runner for runner in runners if runner.statements],
        delay=_delay(one, trials),
    )


def _delay(one: Projection, trials: Trials) -> str:
    before = trials.chunk.parameters.get(f"{one.name}.delay", 0.0)
    pre, post = quantity(before, "second"), quantity(one.post_delay, "second")
    if one.post_delay:
        return f'{{"pre": {pre}, "post": {post}}}' if before else f'{{"post": {post}}}'
    return pre if before else ""


def _settings(one: Population | Projection, trials: Trials) -> list[Setting]:
    """Lines that set its parameters and variables."""
    units = units_of(one.equations) | {"delay": "second"}
    meanings = texts.meanings(trials.model, trials.learns)
    numbers = _of(one, trials.chunk.parameters)
    numbers = {name: value for name, value in numbers.items() if name in units}
    numbers.pop("delay", None)  # an argument
    return [
        *(_number(one.name, *each, units, meanings) for each in numbers.items()),
        *(_array(one, *each, units, meanings) for each in _of(one, trials.chunk.arrays).items()),
    ]


def _of(one: Population | Projection, values: dict) -> dict:
    """Values of one group, out of those by ``group.variable``."""
    split = ((key.rpartition("."), value) for key, value in values.items())
    return {variable: value for (group, _, variable), value in split if group == one.name}


def _number(group: str, name: str, value: float, units: dict, meanings: dict) -> Setting:
    left, comment = f"{variable(group)}.{name}", meanings.get(name, "")
    text = quantity(value, units[name])
    if text is None:  # in SI units
        return Setting(f"{left}_", repr(float(value)), comment)
    return Setting(left, text, comment)


def _array(one: Population | Projection, name: str, array, units: dict, meanings: dict) -> Setting:
    left, right = f"{variable(one.name)}.{name}", f'data["{one.name}.{name}"]'
    comment = meanings.get(name, "")
    if isinstance(one, Projection):
        right += ".ravel()"
        comment = " x ".join(map(str, array.shape))
    if name == "w":
        comment += f", SD {1e12 * np.std(array):.3g} pA"
    if is_simple(units[name]):
        right += f"*{units[name]}"
    elif units[name] != "1":
        left += "_"
    return Setting(left, right, comment)
