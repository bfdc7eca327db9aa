"""Populations that hold the errors of a layer, and what tells them.

Output spikes raise the trace of the error neurons of the same class, teacher spikes lower it:
both pass through one filter, so that a right answer leaves no error once both are settled::

    dtrace_k/dt = -trace_k/tau_trace + (output spikes) - (teacher spikes)
    e_k = trace_k / (tau_trace * teacher_rate)

The error of a hidden neuron, which it passes on to the layer below, is what reached itself where
its sensitivity let it: ``e_j = sensitivity_j * i_apical_j / scale``; see
:mod:`spikingfa.network.error_signal` for what else it may be.

On and off neurons of a pair integrate errors of their own sign. Those of hidden layers may be
opponents: each spike of one takes from the charge of the other as well, so that both hold one
signed charge, and noise of mean zero makes neither of them fire.
"""

from collections.abc import Iterator
from dataclasses import replace

from spikingfa.model.model import Model
from spikingfa.network.blueprint import Population, Projection
from spikingfa.network.feedback_pathways import ErrorSource, feedback_rule
from spikingfa.network.mechanisms import Mechanism, joined
from spikingfa.network.topology import Topology

_OUTPUT_ERROR = Mechanism(
    """
# output spikes minus teacher spikes, filtered
dtrace/dt = -trace/tau_trace : 1
error = trace/(tau_trace*teacher_rate)*int(t - onset >= error_latency - dt/2) : 1
onset         : second (shared)
tau_trace     : second (shared, constant)
teacher_rate  : Hz     (shared, constant)
error_latency : second (shared, constant)
""",
    rest="onset = t\ntrace = 0",
)

#: A graded error is passed on to the layer below in the step after it was summed.
_HIDDEN_ERROR = Mechanism(
    """
# what reached one neuron of the layer
error : 1
""",
    rest="error = 0",
)

#: A perfect integrator fires in proportion to the error of its sign. What is left over at the end
#: of a trial is kept, so that small errors add up to spikes instead of being rounded away; a spike
#: that is due by then is none of the next trial, nor of a test without errors.
_APART = Mechanism(
    """
dq/dt = error_rate*clip({sign}error, 0, 1e6) : 1
error_rate    : Hz     (shared, constant)
n_spikes      : integer
""",
    threshold="q >= 1",
    reset="q = clip(q - 1, 0, 1)\nn_spikes += 1",
    rest="q = q*int(q < 1)",
)

#: The same where errors of the other sign take charge away, as spikes of the opponent give it back;
#: no more in a step than the charge of the one spike that there may be.
_OPPOSED = Mechanism(
    """
dq/dt = clip({sign}error_rate*error, -1/dt, 1/dt) : 1
error_rate    : Hz     (shared, constant)
n_spikes      : integer
""",
    threshold="q >= 1",
    reset="q -= 1\nn_spikes += 1",
    rest="q = q*int(abs(q) < 1)",
)

#: The error as it teaches the layer, where something else is passed on.
_TAUGHT = Mechanism("\n# error as it teaches the layer itself\nerror_signal : 1\n")

_SIGNS = ("", "-")  # of on and off neurons


def error_populations(topology: Topology) -> tuple[Population, ...]:
    """On and off error neurons, or one graded error unit, per neuron of each source of errors."""
    return tuple(
        population
        for source in topology.error_sources
        for population in _populations(topology, source)
    )


def _populations(topology: Topology, source: ErrorSource) -> Iterator[Population]:
    model, size, rule = topology.model, topology.sizes[source.name], feedback_rule(topology.model)
    if source.name == "output":
        mechanisms = [_OUTPUT_ERROR, Mechanism(rule.output_error, rest=rule.error_rest)]
    elif rule.hidden_error and source.name in topology.relays:
        mechanisms = [_HIDDEN_ERROR, _TAUGHT]
    else:
        mechanisms = [_HIDDEN_ERROR, Mechanism(rule.hidden_error)]
    if model.feedback.error == "graded":
        yield joined(*source.errors, size, mechanisms)
        return
    fires = _OPPOSED if source.name in topology.opponents else _APART
    for name, sign in zip(source.errors, _SIGNS):
        of_sign = replace(fires, equations=fires.equations.format(sign=sign))
        yield joined(name, size * source.neurons, [*mechanisms, of_sign])


def error_inputs(topology: Topology) -> tuple[Projection, ...]:
    """Inputs of error neurons: spikes of output and teacher, the current of a hidden neuron."""
    output, *hidden = topology.error_sources
    late = teacher_delay(topology.model) > 0
    return (
        *_compared(output, late),
        *(p for source in hidden for p in _passed_on(source, topology)),
        *(p for source in hidden if source.name in topology.opponents for p in _opposed(source)),
    )


def teacher_delay(model: Model) -> float:
    """Delay of teacher spikes in s: in continuous operation that is the latency.

    In trials the teacher is silent so long, and what it tells then arrives at once.
    """
    late = model.training.continuous and model.output.teacher != "events"
    return float(model.teacher_latency) if late else 0.0


def _compared(output: ErrorSource, late: bool) -> tuple[Projection, ...]:
    return tuple(
        Projection(
            f"{pre}_to_{error}",
            pre,
            error,
            on_pre=f"trace_post {sign}= 1",
            connect=f"i == j//{output.neurons}",
            delayed=late and pre == "teacher",
        )
        for error in output.errors
        for pre, sign in (("output", "+"), ("teacher", "-"))
    )


def _passed_on(source: ErrorSource, topology: Topology) -> tuple[Projection, ...]:
    equations = ["error_post = teaching_pre/scale : 1 (summed)", "scale : amp (shared, constant)"]
    if source.name in topology.relays:
        equations[0] = "error_post = passed_on_pre/scale : 1 (summed)"
        if feedback_rule(topology.model).hidden_error:
            equations.insert(1, "error_signal_post = teaching_pre/scale : 1 (summed)")
    return tuple(
        Projection(
            *(f"{source.name}_to_{error}", source.name, error),
            equations="\n".join(equations),
            connect="i == j",
        )
        for error in source.errors
    )


def _opposed(source: ErrorSource) -> tuple[Projection, ...]:
    """A spike of one of a pair gives charge to the other, whose charge is the same but for sign."""
    on, off = source.errors
    return tuple(
        Projection(
            *(f"{pre}_to_{post}", pre, post),
            on_pre="q_post += 1",
            connect="i == j",
        )
        for pre, post in ((on, off), (off, on))
    )
