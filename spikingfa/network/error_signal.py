"""What a hidden neuron makes of the error that reaches it: what teaches it, and what it passes on.

By default both are the apical current where the neuron is sensitive. In deep networks the size of
errors changes from layer to layer. A pool neuron, as an interneuron could be, holds the slow root
mean square of its layer, by which either may be divided (divisive normalisation: Carandini &
Heeger 2012, Nat Rev Neurosci 13:51)::

    tau_rms d mean_square/dt = <(i_apical_j sensitivity_j)**2> - mean_square
    error_size = sqrt(mean_square)

    teaching_j  = i_apical_j sensitivity_j * teaching_rms output_error / error_size
    passed_on_j = i_apical_j sensitivity_j * scale error_rms / error_size

`output_error` is the same of the output, in units of unit error; all layers hear of it, as of a
neuromodulator. So teaching has one size in all layers, and falls as the output's errors do. What is
passed on may have a filter of its own, `tau_relay` in place of `tau`.
"""

from dataclasses import dataclass

from spikingfa.network.blueprint import Population, Projection
from spikingfa.network.mechanisms import Mechanism, joined
from spikingfa.network.topology import Topology
from spikingfa.rules.feedback import FeedbackRule

#: Gain at most: errors smaller than this part of what they are kept at stay smaller.
LARGEST_GAIN = 100.0

_RELAY = """
# apical current that is passed on
di_relay/dt = {change:38} : amp
tau_relay : second (shared, constant)
"""

RELAY_SPIKING = Mechanism(_RELAY.format(change="-i_relay / tau_relay"), rest="i_relay = 0*amp")
RELAY_GRADED = Mechanism(
    _RELAY.format(change="(i_error - i_relay) / tau_relay"), rest="i_relay = 0*amp"
)

_PASSED_ON = """
# what is passed on to the layer below
passed_on = {current:40} : amp (constant over dt)
"""

#: It arrives in the first step of a trial, before any error does.
_SIZE = Mechanism(
    """
# size of the layer's errors, which its pool neuron holds
error_size : amp
""",
    rest="error_size = 1*amp",
)

#: The root mean square of the output's errors, which all layers hear of.
_OUTPUT_ERROR = Mechanism("""
# size of the output's errors, 1 for unit error
output_error : 1
teaching_rms : amp (shared, constant)
""")

_POOL = Mechanism("""
# size of the errors of a layer: a slow mean of their squares
dmean_square/dt = (square - mean_square) / tau_rms   : amp**2
square : amp**2
size = clip(sqrt(mean_square), size_min, 1*amp)      : amp
tau_rms  : second (shared, constant)
size_min : amp    (shared, constant)
""")


@dataclass(frozen=True)
class ErrorSignal:
    """What the error is to the neurons of a hidden layer.

    Attributes
    ----------
    teaching : str
        What teaches a neuron, in amp: an expression in its variables.
    mechanisms : tuple of Mechanism
        What they need besides for it, and for what they pass on.
    """

    teaching: str = FeedbackRule.teaching
    mechanisms: tuple[Mechanism, ...] = ()


def error_signal(name: str, topology: Topology, rule: FeedbackRule) -> ErrorSignal:
    """The error signal of a hidden layer under a rule of feedback."""
    teaching, mechanisms = rule.teaching, [Mechanism(rule.hidden, rest=rule.hidden_rest)]
    if name in topology.pooled:
        mechanisms.append(_SIZE)
        if topology.teaching_is_normalised:
            teaching = f"{teaching}*teaching_rms*output_error/error_size"
            mechanisms.append(_OUTPUT_ERROR)
    if name in topology.relays:
        mechanisms += _passing_on(topology)
    return ErrorSignal(teaching, tuple(mechanisms))


def _passing_on(topology: Topology) -> list[Mechanism]:
    section, current, mechanisms = topology.model.feedback, "i_apical*sensitivity", []
    if section.tau_relay is not None:
        current = "i_relay*sensitivity"
        mechanisms.append(RELAY_GRADED if section.error == "graded" else RELAY_SPIKING)
    if section.error_rms:
        current = f"{current}*passed_on_rms/error_size"
        mechanisms.append(Mechanism("passed_on_rms : amp (shared, constant)\n"))
    return [*mechanisms, Mechanism(_PASSED_ON.format(current=current))]


def pool_populations(topology: Topology) -> tuple[Population, ...]:
    """A neuron for each layer whose errors have a size that is held."""
    return tuple(joined(pool, 1, [_POOL]) for pool in topology.pools.values())


def pool_projections(topology: Topology) -> tuple[Projection, ...]:
    """From a layer to its pool neuron, and back; from that of the output to all layers."""
    squared = {
        layer: "i_apical_pre" if layer == "output" else "(i_apical_pre*sensitivity_pre)"
        for layer in topology.pools
    }
    return (
        *(
            Projection(
                *(f"{layer}_to_{pool}", layer, pool),
                equations=f"square_post = {squared[layer]}**2/N_pre : amp**2 (summed)",
            )
            for layer, pool in topology.pools.items()
        ),
        *(
            Projection(
                *(f"{pool}_to_{layer}", pool, layer),
                equations="error_size_post = size_pre : amp (summed)",
            )
            for layer, pool in topology.pooled.items()
        ),
        *(
            Projection(
                *(f"{topology.pools['output']}_to_{layer}", topology.pools["output"], layer),
                equations="output_error_post = size_pre/scale : 1 (summed)\n"
                "scale : amp (shared, constant)",
            )
            for layer in topology.pooled
            if topology.teaching_is_normalised
        ),
    )


def pool_parameters(topology: Topology) -> dict[str, dict[str, float]]:
    """Values of pool neurons and of the neurons that they act on, in SI units."""
    model, values = topology.model, {}
    for layer, pool in topology.pools.items():
        values[pool] = {"size_min": initial_size(topology, layer) / LARGEST_GAIN}
    for layer in topology.pooled:
        values[layer] = {}
        if topology.teaching_is_normalised:
            values[layer]["teaching_rms"] = float(model.plasticity.teaching_rms)
            scale = float(model.feedback.output_scale)
            values[f"{topology.pools['output']}_to_{layer}"] = {"scale": scale}
    for layer in topology.relays:
        relayed = values.setdefault(layer, {})
        if model.feedback.tau_relay is not None:
            relayed["tau_relay"] = float(model.feedback.tau_relay)
        if model.feedback.error_rms:
            relayed["passed_on_rms"] = _passed_on_rms(topology)
    return values


def initial_size(topology: Topology, layer: str) -> float:
    """The size of errors (A) before any has come: unit error, or that which gives a gain of one."""
    if layer == "output":
        return float(topology.model.feedback.output_scale)
    return float(topology.model.plasticity.teaching_rms) or _passed_on_rms(topology)


def _passed_on_rms(topology: Topology) -> float:
    section = topology.model.feedback
    return section.error_rms * float(section.scale)
