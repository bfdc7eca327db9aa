"""Times on the grid of steps: which of them are lost there, and which are too fast for it.

A network is computed in steps of ``training.dt``. Delays and latencies are rounded to the nearest
whole number of steps, refractory periods down to one, as in Brian2; the first of those steps is
that in which a neuron fires. Equations are integrated by exponential Euler, which is stable for any
time constant: what is faster than a step follows its input within it. A layer whose potential
depends on itself in a way that is not linear is integrated by forward Euler, which is unstable for
time constants below half a step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from brian2.units.fundamentalunits import Quantity

from spikingfa.distribution import Distribution
from spikingfa.errors import ModelError
from spikingfa.feedback_rules import RULES
from spikingfa.plasticity_rules import rule_of
from spikingfa.warn import warn

ROUNDING = 0.01  # part of itself by which a time may be rounded unsaid
_TINY = 1e-6  # of a step: what is a whole number but for its binary digits

Finding = tuple[bool, str]  # whether it is a fault (else a doubt), and what is the matter

_accepted: ContextVar[frozenset[str] | None] = ContextVar("accepted", default=frozenset())


def check_times(model) -> None:
    """Refuse a model with faults, and warn of its doubts, but for what is accepted.

    Raises
    ------
    ModelError
        There is a fault.
    """
    accepted = _accepted.get()
    if accepted is None:
        return
    for text in faults(model):
        if text not in accepted:
            raise ModelError(text)
    for text in doubts(model):
        if text not in accepted:
            warn(text)


@contextmanager
def accepting(model=None):
    """Within it a model passes with the faults and doubts of this one, or with any if it is None.

    A copy of a model, and what was stored when it was run, is not judged a second time.
    """
    known = None if model is None else frozenset([*faults(model), *doubts(model)])
    token = _accepted.set(known)
    try:
        yield
    finally:
        _accepted.reset(token)


def faults(model) -> list[str]:
    """Times that are shorter than a step, and time constants that are unstable in it."""
    return [text for fault, text in _findings(model) if fault]


def doubts(model) -> list[str]:
    """Times that are rounded by more than a hundredth, and time constants shorter than a step."""
    return [text for fault, text in _findings(model) if not fault]


def _findings(model) -> Iterator[Finding]:
    dt = float(model.training.dt)
    for path, time in _rounded_to_nearest(model):
        yield from _on_grid(path, time, dt, down=False)
    for name, layer in model.layers():
        for field, time in layer.refractory_periods().items():
            yield from _on_grid(f"{name}.{field}", time, dt, down=True)
    for path, tau, euler in _time_constants(model):
        if tau < dt * (1 - _TINY):
            yield _too_fast(path, tau, dt, euler)


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
    """What becomes of the mean and of the spread of times that are rounded one by one."""
    lost = dt / 2 if down else 0.0
    if lost > ROUNDING * float(times):
        mean = _ms(float(times) - lost)
        yield False, f"{given} is rounded down each, to a mean of {mean}, for {_dt(dt)}"
    elif 0 < times.sd < dt / 2:
        yield False, f"{given} has an SD of {_ms(times.sd)}, which is lost in steps of {_dt(dt)}"


def _time_constants(model) -> Iterator[tuple[str, float, bool]]:
    """Path, seconds, and whether forward Euler integrates it."""
    layers = dict(model.layers())
    hidden = [layer for path, layer in layers.items() if path != "output"]
    for path, layer in layers.items():
        for name, tau in layer.time_constants().items():
            yield f"{path}.{name}", tau, layer.forward_euler
    euler = any(layer.forward_euler for layer in layers.values())
    yield "feedback.tau", float(model.feedback.tau), euler
    yield "output.tau_trace", float(model.output.tau_trace), False
    section, rule = model.plasticity, rule_of(model.plasticity)
    euler = any(layer.forward_euler for layer in hidden)
    in_neurons = rule.trace.parameters if rule.trace else ()
    in_neurons += ("tau_homeostasis",) if float(section.homeostasis) else ()
    for names, euler_too in ((in_neurons, euler), (rule.parameters, False)):
        for name in names:
            if name.startswith("tau_") and name in type(section).model_fields:
                yield f"plasticity.{name}", float(getattr(section, name)), euler_too


def _too_fast(path: str, tau: float, dt: float, euler: bool) -> Finding:
    part = tau / dt
    said = f"{path} = {_ms(tau)} is {part:.2g} of {_dt(dt)}"
    if not euler:
        return False, f"{said}: what it filters follows its input within a step"
    if part > 0.5:
        return False, f"{said}: forward Euler, which the neurons need, overshoots below 1"
    return True, f"{said}: forward Euler, which the neurons need, is unstable from 0.5 down"


def _text(time) -> str:
    return str(time) if isinstance(time, Distribution) else _ms(float(time))


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.6g} ms"


def _dt(dt: float) -> str:
    return f"training.dt = {_ms(dt)}"
