"""Headings of the parts of a script, and the meaning of parameters."""

from inspect import getdoc

from spikingfa.model.model import Model, hidden_layers
from spikingfa.model.neurons import NEURONS
from spikingfa.network.blueprint import Projection
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.plasticity import rule_of

_POPULATIONS = {
    "input": "Input: a neuron for each feature.",
    "hidden": "Hidden layer.",
    "output": "Output: a neuron for each answer.",
    "teacher": "Teacher: fires as the output should.",
    "error": "Errors of the output, as numbers.",
    "error_on": "Error neurons: on cells fire in proportion to errors above zero, off cells to"
    " those below.",
}


def of_population(name: str, model: Model) -> str:
    """Heading of a population; empty for error neurons that follow their like."""
    layers = hidden_layers(model) | {"output": model.output}
    if name in layers:
        neuron = NEURONS[layers[name].model]
        what = _POPULATIONS.get(name, f"Hidden layer {name.removeprefix('hidden_')}.")
        return f"{what} {_first_line(neuron)} {neuron.reference}"
    for layer in layers:
        if name in (f"error_{layer}", f"error_on_{layer}"):
            return f"Errors of {layer}, which it passes on."
    return _POPULATIONS.get(name, "")


def of_projection(one: Projection, model: Model) -> str:
    """Heading of a projection."""
    if one.pre.startswith("error"):
        rule = feedback_rule(model)
        return f"Feedback synapses. {_first_line(rule)} {rule.reference}"
    if one.post.startswith("error"):
        return "What tells the errors."
    if one.pre == one.post == "output":
        return "Inhibition between outputs."
    rule = rule_of(model.plasticity)
    return f"Forward synapses. {_first_line(rule)} {rule.reference}"


def _first_line(thing) -> str:
    return getdoc(thing).splitlines()[0]


def meanings(model: Model, learns: bool) -> dict[str, str]:
    """Meaning of each parameter, by its name in the equations."""
    found = {}
    for section in (model.input, model.plasticity, model.feedback, *model.hidden, model.output):
        fields = type(section).model_fields
        found |= {name: entry.description for name, entry in fields.items()}
    return found | {
        "tau_apical": found["tau"],
        "eta": "learning rate, per presynaptic spike" if learns else "no learning",
        "teacher_latency": "silent until then",
        "error_latency": "the error counts from then on",
        "gain": "",
        "phase": "of the spike trains at first",
        "q": "at first, so that not all fire in step",
        "polarity": "1 excites, -1 inhibits",
    }
