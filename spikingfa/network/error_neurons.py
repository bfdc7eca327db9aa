"""Populations that hold the errors of a layer, and what tells them.

Output spikes raise the trace of the error neurons of the same class, teacher spikes lower it:
both pass through one filter, so that a right answer leaves no error once both are settled::

    dtrace_k/dt = -trace_k/tau_trace + (output spikes) - (teacher spikes)
    e_k = trace_k / (tau_trace * teacher_rate)

The error of a hidden neuron, which it passes on to the layer below, is what reached itself where
its sensitivity let it: ``e_j = sensitivity_j * i_apical_j / scale``.
"""

from collections.abc import Iterator

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
_ERROR_NEURON = """
dq/dt = error_rate*clip({sign}error, 0, 1e6) : 1
error_rate    : Hz     (shared, constant)
n_spikes      : integer
"""

_SIGNS = ("", "-")  # of on and off neurons


def error_populations(topology: Topology) -> tuple[Population, ...]:
    """On and off error neurons, or one graded error unit, per neuron of each source of errors."""
    return tuple(
        population
        for source in topology.error_sources
        for population in _populations(topology.model, source, topology.sizes[source.name])
    )


def _populations(model: Model, source: ErrorSource, size: int) -> Iterator[Population]:
    rule = feedback_rule(model)
    mechanisms = [_HIDDEN_ERROR, Mechanism(rule.hidden_error)]
    if source.name == "output":
        mechanisms = [_OUTPUT_ERROR, Mechanism(rule.output_error, rest=rule.error_rest)]
    if model.feedback.error == "graded":
        yield joined(*source.errors, size, mechanisms)
        return
    for name, sign in zip(source.errors, _SIGNS):
        yield joined(name, size * source.neurons, [*mechanisms, _fires(sign)])


def _fires(sign: str) -> Mechanism:
    return Mechanism(
        _ERROR_NEURON.format(sign=sign),
        threshold="q >= 1",
        reset="q = clip(q - 1, 0, 1)\nn_spikes += 1",
        rest="q = q*int(q < 1)",
    )


def error_inputs(topology: Topology) -> tuple[Projection, ...]:
    """Inputs of error neurons: spikes of output and teacher, the current of a hidden neuron."""
    output, *hidden = topology.error_sources
    late = teacher_delay(topology.model) > 0
    return (*_compared(output, late), *(p for source in hidden for p in _passed_on(source)))


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


def _passed_on(source: ErrorSource) -> tuple[Projection, ...]:
    return tuple(
        Projection(
            f"{source.name}_to_{error}",
            source.name,
            error,
            equations="error_post = teaching_pre/scale : 1 (summed)\n"
            "scale : amp (shared, constant)",
            connect="i == j",
        )
        for error in source.errors
    )
