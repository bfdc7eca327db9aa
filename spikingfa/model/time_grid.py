"""Times on the grid of steps: which of them are lost there, and which are too fast for it.

A network is computed in steps of ``training.dt``. Delays and latencies are rounded to the nearest
whole number of steps, refractory periods down to one, as in Brian2; the first of those steps is
that in which a neuron fires. All shipped equations are integrated by exponential Euler, which is
stable for any time constant: what is faster than a step follows its input within it. Own equations
that are not linear in their own variable take forward Euler, which may diverge then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from brian2.units.fundamentalunits import Quantity

from spikingfa.base.errors import ModelError, warn
from spikingfa.model.distribution import Distribution
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import rule_of

ROUNDING = 0.01  # part of itself by which a time may be rounded unsaid
_TINY = 1e-6  # of a step: what is a whole number but for its binary digits

Finding = tuple[bool, str]  # whether it is a problem (else a doubt), and what is the matter

_accepted: ContextVar[frozenset[str] | None] = ContextVar("accepted", default=frozenset())


def check_times(model) -> None:
    """Refuse a model with problems, and warn of its doubts, but for what is accepted.

    Raises
    ------
    ModelError
        There is a problem.
    """
    accepted = _accepted.get()
    if accepted is None:
        return
    for text in problems(model):
        if text not in accepted:
            raise ModelError(text)
    for text in doubts(model):
        if text not in accepted:
            warn(text)


@contextmanager
def accepting(model=None):
    """Let models pass with the problems and doubts of this one, or with any if it is None.

    A copy of a model, and what was stored when it was run, is not judged a second time.
    """
    judged = model is not None and _accepted.get() is not None
    known = frozenset([*problems(model), *doubts(model)]) if judged else None
    token = _accepted.set(known)
    try:
        yield
    finally:
        _accepted.reset(token)


def problems(model) -> list[str]:
    """Delays, latencies and refractory periods that are shorter than a step."""
    return [text for problem, text in _findings(model) if problem]


def doubts(model) -> list[str]:
    """Times that are rounded by more than a hundredth, and time constants shorter than a step."""
    return [text for problem, text in _findings(model) if not problem]


def _findings(model) -> Iterator[Finding]:
    dt = float(model.training.dt)
    for path, time in _rounded_to_nearest(model):
        yield from _on_grid(path, time, dt, down=False)
    for name, layer in model.layers():
        for field, time in layer.refractory_periods().items():
            yield from _on_grid(f"{name}.{field}", time, dt, down=True)
    for path, tau in _time_constants(model):
        if tau < dt * (1 - _TINY):
            said = f"{path} = {_ms(tau)} is {tau / dt:.2g} of {_dt(dt)}"
            yield False, f"{said}: too fast for a step, within which its variable follows its input"


def _rounded_to_nearest(model) -> Iterator[tuple[str, Quantity | Distribution | str]]:
    feedback, output = model.feedback, model.output
    for name, layer in model.layers():
        yield f"{name}.delay", layer.delay
    yield "output.readout_latency", output.readout_latency
    if output.teacher != "events":
        yield "output.teacher_latency", output.teacher_latency
    yield "feedback.error_latency", feedback.error_latency
    if feedback.error == "spiking":
        yield "feedback.delay", feedback.delay
    if RULES[feedback.kind].mirrors:
        yield "feedback.mirror_time", feedback.mirror_time


def _on_grid(path: str, time, dt: float, down: bool) -> Iterator[Finding]:
    if isinstance(time, str) or not float(time):  # what is "auto" is nobody's number
        return
    steps, given = float(time) / dt, f"{path} = {_text(time)}"
    whole = int(steps + (_TINY if down else 0.5))
    if steps < 1 - _TINY:
        than = "has a mean below" if isinstance(time, Distribution) else "is shorter than"
        yield True, f"{given} {than} a step of {_dt(dt)}; 0 ms is none"
    elif isinstance(time, Distribution):
        yield from _each_on_grid(given, time, dt, down)
    elif down and whole == 1:
        yield False, f"{given} acts as none: of {_dt(dt)} it is one step, in which a neuron fires"
    elif abs(whole - steps) > ROUNDING * steps:
        yield False, f"{given} is rounded{' down' * down} to {_ms(whole * dt)}, for {_dt(dt)}"


def _each_on_grid(given: str, times: Distribution, dt: float, down: bool) -> Iterator[Finding]:
    """Mean and spread of times that are rounded one by one."""
    lost = dt / 2 if down else 0.0
    if lost > ROUNDING * float(times):
        mean = _ms(float(times) - lost)
        yield False, f"{given} is rounded down each, to a mean of {mean}, for {_dt(dt)}"
    elif 0 < times.sd < dt / 2:
        yield False, f"{given} has an SD of {_ms(times.sd)}, which is lost in steps of {_dt(dt)}"


def _time_constants(model) -> Iterator[tuple[str, float]]:
    """Path and seconds."""
    for path, layer in model.layers():
        for name, tau in layer.time_constants().items():
            is_field = name in type(layer).model_fields or name.startswith("parameters.")
            yield f"{path}{'.' if is_field else ': '}{name}", tau
    yield "feedback.tau", float(model.feedback.tau)
    if model.feedback.tau_relay is not None:
        yield "feedback.tau_relay", float(model.feedback.tau_relay)
    yield "output.tau_trace", float(model.output.tau_trace)
    section, rule = model.plasticity, rule_of(model.plasticity)
    names = (*(rule.trace.parameters if rule.trace else ()), *rule.parameters)
    names += ("tau_homeostasis",) if section.keeps_rates else ()
    for name in names:
        if name.startswith("tau_") and name in type(section).model_fields:
            yield f"plasticity.{name}", float(getattr(section, name))


def _text(time) -> str:
    return str(time) if isinstance(time, Distribution) else _ms(float(time))


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.6g} ms"


def _dt(dt: float) -> str:
    return f"training.dt = {_ms(dt)}"
