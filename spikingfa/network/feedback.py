"""The feedback pathway: synapses that carry errors, apart from the forward synapses.

The error reaches the apical current of a hidden neuron j through feedback weights B, drawn once in
feedback alignment (Lillicrap et al. 2016, Nat Commun 7:13276)::

    tau d i_apical_j/dt = -i_apical_j + scale * sum_k e_k B_kj

and that of its own output neuron one to one.
"""

from spikingfa.model.model import Model
from spikingfa.network.blueprint import Projection
from spikingfa.network.feedback_pathways import FeedbackPathway, feedback_rule
from spikingfa.network.topology import Topology
from spikingfa.network.under_way import OF_THIS_TRIAL, are_dropped

#: One error spike brings this share of the charge that a unit error brings in the time tau.
_PER_SPIKE = "scale/(error_rate_pre*tau_apical_post*{neurons})"

#: The same of the current that is passed on, where that has a filter of its own.
_RELAYED = "scale/(error_rate_pre*tau_relay_post*{neurons})"

_SCALE = "scale : amp (shared, constant)\n"

_FIXED = "b : 1 (constant)"


def feedback_projections(topology: Topology) -> tuple[Projection, ...]:
    """Error to its own output neuron, and through B to every hidden layer."""
    return tuple(
        _projection(topology, path, error)
        for path in (topology.output_feedback, *topology.feedback)
        for error in path.source.errors
    )


def _projection(topology: Topology, path: FeedbackPathway, error: str) -> Projection:
    model = topology.model
    rule, one_to_one = feedback_rule(model), path.post == "output"
    weight = "" if one_to_one else "*b"
    if model.feedback.error == "graded":
        texts = _graded(model, path, weight)
    else:
        relayed = model.feedback.tau_relay is not None and path.post in topology.relays
        texts = _spiking(model, path, error, weight, relayed)
    if one_to_one:
        texts["equations"] += _SCALE
    else:
        texts["equations"] += _SCALE + (rule.synapse or _FIXED)
        texts |= {"connect": "all", "on_post": rule.learn, "post_delay": rule.learn_after}
    return Projection(f"{error}_to_{path.post}", error, path.post, **texts)


def _graded(model: Model, path: FeedbackPathway, weight: str) -> dict:
    signed = path.post == "output" or feedback_rule(model).signed
    amount = "error_pre" if signed else "abs(error_pre)"
    summed = f"i_error_post = scale{weight}*{amount} : amp (summed)\n"
    return {"equations": summed, "connect": "i == j"}


def _spiking(model: Model, path: FeedbackPathway, error: str, weight: str, relayed: bool) -> dict:
    section, neurons = model.feedback, path.source.neurons
    counts = f"*{OF_THIS_TRIAL}" if are_dropped(section.delay, model.training.continuous) else ""
    signed = path.post == "output" or feedback_rule(model).signed
    sign = "-" if signed and error.startswith("error_off") else "+"
    currents = {"i_apical": _PER_SPIKE} | ({"i_relay": _RELAYED} if relayed else {})
    return {
        "equations": "",
        "on_pre": "\n".join(
            f"{current}_post {sign}= {charge.format(neurons=neurons)}{weight}{counts}"
            for current, charge in currents.items()
        ),
        "connect": f"j == i//{neurons}",
        "delayed": True,
    }
