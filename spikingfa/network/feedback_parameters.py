"""The values that the feedback pathway runs with."""

from spikingfa.model.model import Model
from spikingfa.network.error_neurons import teacher_delay
from spikingfa.network.feedback_pathways import FeedbackPathway, feedback_rule
from spikingfa.network.pathways import Pathway
from spikingfa.network.topology import Topology

Values = dict[str, dict[str, float]]


def feedback_parameters(topology: Topology) -> Values:
    """Parameters of the error neurons and of the synapses to and from them, in SI units."""
    section, values = topology.model.feedback, _error_neurons(topology)
    delay = {"delay": float(section.delay)} if section.error == "spiking" else {}
    for name in topology.output_feedback.projections:
        values[name] = {"scale": float(section.output_scale)} | delay
    learnt = {"gain": section.mirror_gain} if feedback_rule(topology.model).mirrors else {}
    for hop in topology.feedback:
        scale = float(section.scale) * _of_many(hop, topology)
        values |= {name: {"scale": scale} | delay | learnt for name in hop.projections}
    for hop, forward in topology.mirrored_pairs:
        gain = _taught(topology.model, hop) / _unit_weight(forward)
        for name in hop.projections:
            values[name] |= {"gain": gain, "decay": section.decay}
    return values


def _of_many(hop: FeedbackPathway, topology: Topology) -> float:
    """The factor of the scale that makes up for the number of errors that come together.

    B has a root mean square of 1 / sqrt(3): n errors of a hidden layer come to sqrt(n / 3) times
    the size of one, to that of one with a `hop_gain` of 1, and by default to what as large errors
    of the output do.
    """
    n, gain = topology.sizes[hop.source.name], topology.model.feedback.hop_gain
    if gain is None or hop.source.name == "output":
        return (topology.sizes["output"] / n) ** 0.5
    return gain * (3 / n) ** 0.5


def _error_neurons(topology: Topology) -> Values:
    model, section, values = topology.model, topology.model.feedback, {}
    rate = {"error_rate": float(section.error_rate)} if section.error == "spiking" else {}
    at_output = {
        "tau_trace": float(model.output.tau_trace),
        "teacher_rate": float(model.output.teacher_rate),
        "error_latency": float(model.error_latency),
    }
    if "tau_apical" in feedback_rule(model).output_error:
        at_output["tau_apical"] = float(section.tau)
    output, *hidden = topology.error_sources
    for error in output.errors:
        values[error] = rate | at_output
        values[f"teacher_to_{error}"] = {"delay": teacher_delay(model)}
    if rate and section.hidden_error_rate is not None:
        rate = {"error_rate": float(section.hidden_error_rate)}
    for source in hidden:
        for error in source.errors:
            values[error] = rate
            values[f"{source.name}_to_{error}"] = {"scale": float(section.scale)}
    return values


def _taught(model: Model, hop: FeedbackPathway) -> float:
    """The apical current (A) that unit error brings to the source of the errors itself."""
    at_output = hop.source.name == "output"
    return float(model.feedback.output_scale if at_output else model.feedback.scale)


def _unit_weight(path: Pathway) -> float:
    """The forward weight (A) that B = 1 stands for.

    Weights of this SD give the postsynaptic neurons currents with an SD of one rheobase.
    """
    tau_syn = float(path.target.tau_syn)
    return path.target.rheobase() / (tau_syn * path.squared_rates**0.5)
