"""The values that the feedback pathway runs with."""

from spikingfa.model.model import Model
from spikingfa.network.error_neurons import error_sources, teacher_delay
from spikingfa.network.feedback_pathways import (
    FeedbackPathway,
    error_names,
    feedback_pathways,
    feedback_rule,
)
from spikingfa.network.pathways import Pathway, Stimuli, pathways

Values = dict[str, dict[str, float]]


def feedback_parameters(model: Model, stimuli: Stimuli) -> Values:
    """Parameters of the error neurons and of the synapses to and from them, in SI units."""
    values = _error_neurons(model, stimuli)
    ends = [("output", "output", float(model.feedback.output_scale))]
    hops = feedback_pathways(model, stimuli)
    scale = float(model.feedback.scale)
    ends += [(hop.source, hop.post, scale * hop.size) for hop in hops]
    spiking = model.feedback.error == "spiking"
    delay = {"delay": float(model.feedback.delay)} if spiking else {}
    for source, post, scale in ends:
        for error in error_names(model.feedback, source):
            values[f"{error}_to_{post}"] = {"scale": scale} | delay
    for hop, forward in mirrored_pairs(model, stimuli):
        for error in error_names(model.feedback, hop.source):
            values[f"{error}_to_{hop.post}"] |= {
                "gain": _taught(model, hop) / _unit_weight(forward),
                "decay": model.feedback.decay,
            }
    if feedback_rule(model).mirrors:
        for hop in hops:
            for error in error_names(model.feedback, hop.source):
                values[f"{error}_to_{hop.post}"] |= {"gain": model.feedback.mirror_gain}
    return values


def mirrored_pairs(model: Model, stimuli: Stimuli) -> list[tuple[FeedbackPathway, Pathway]]:
    """Feedback pathways that learn as a forward one does, each with that one."""
    rule = feedback_rule(model)
    if not rule.learns or rule.mirrors:
        return []
    forward = {(path.pre, path.post): path for path in pathways(model, stimuli)}
    return [(hop, forward[hop.post, hop.source]) for hop in feedback_pathways(model, stimuli)]


def _error_neurons(model: Model, stimuli: Stimuli) -> Values:
    section, values = model.feedback, {}
    rate = {"error_rate": float(section.error_rate)} if section.error == "spiking" else {}
    at_output = {
        "tau_trace": float(model.output.tau_trace),
        "teacher_rate": float(model.output.teacher_rate),
        "error_latency": float(model.error_latency),
    }
    if "tau_apical" in feedback_rule(model).output_error:
        at_output["tau_apical"] = float(section.tau)
    for source in error_sources(model, stimuli):
        for error in error_names(section, source):
            values[error] = rate | (at_output if source == "output" else {})
            if source == "output":
                values[f"teacher_to_{error}"] = {"delay": teacher_delay(model)}
            else:
                values[f"{source}_to_{error}"] = {"scale": float(section.scale)}
    return values


def _taught(model: Model, hop: FeedbackPathway) -> float:
    """The apical current (A) that unit error brings to the source of the errors itself."""
    at_output = hop.source == "output"
    return float(model.feedback.output_scale if at_output else model.feedback.scale)


def _unit_weight(path: Pathway) -> float:
    """The forward weight (A) that B = 1 stands for.

    Weights of this SD give the postsynaptic neurons currents with an SD of one rheobase.
    """
    tau_syn = float(path.target.tau_syn)
    return path.target.rheobase() / (tau_syn * path.squared_rates**0.5)
