"""Texts of a script: notes at its top, headings of its parts, meanings of parameters."""

from inspect import getdoc

from spikingfa.export.script.trials import Trials
from spikingfa.model.model import Model, hidden_layers
from spikingfa.model.neurons import NEURONS
from spikingfa.network.blueprint import Projection
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.plasticity import rule_of

_RANDOM = (
    "The network draws random numbers while it runs, here from Brian2's generator. spikingfa has"
    " one of its own: spikes are the same in distribution only."
)
_SAME = "The spikes are those of spikingfa, bit for bit, with the versions named below."
_MIRRORS = (
    "Feedback weights learn in phases of noise, the first of which comes after more trials than"
    " are shown here: they do not change."
)
_FOLLOWS = (
    "Feedback weights follow the forward weights after more trials than are shown here: they do"
    " not change."
)
_POPULATIONS = {
    "input": "Input: a neuron for each feature.",
    "hidden": "Hidden layer.",
    "output": "Output: a neuron for each answer.",
    "teacher": "Teacher: fires as the output should.",
    "error": "Errors of the output, as numbers.",
    "error_on": "Error neurons: on cells fire in proportion to errors above zero, off cells to"
    " those below.",
}


def title(trials: Trials) -> str:
    """One line: sizes and task."""
    network, model = trials.network, trials.model
    sizes = [network.population("input").size, *(layer.size for layer in model.hidden)]
    sizes.append(network.population("output").size)
    what = " - ".join(map(str, sizes))
    return f"Feedback alignment in a network of {what} spiking neurons: {model.task.name}."


def about(trials: Trials) -> str:
    """A line about the network."""
    how = _first_line(feedback_rule(trials.model))
    kind = "spikes of error neurons" if trials.model.feedback.error == "spiking" else "currents"
    return (
        f"The error of the output reaches the hidden neurons as {kind}, through synapses of their"
        " own, and gates the plasticity of the forward synapses in an apical compartment. Feedback"
        f" weights: {how} The idea:"
    )


def what(trials: Trials) -> str:
    """A line about the trials."""
    n = len(trials.chunk.order)
    if trials.learns:
        return (
            f"Shown are the first {n} trials of the training with seed"
            f" {trials.model.training.seed}, from the weights that were drawn for it. The network"
            " learns."
        )
    return (
        f"Shown are the {n} test stimuli whose spikes were recorded when the network had been"
        " trained. It does not learn here."
    )


def notes(trials: Trials) -> list[str]:
    """Lines on how its spikes compare with those of spikingfa, and on its limits."""
    rule = feedback_rule(trials.model)
    texts = [_RANDOM if trials.random else _SAME]
    if trials.learns and rule.mirrors:
        texts.append(_MIRRORS)
    if trials.learns and rule.follows:
        texts.append(_FOLLOWS)
    return texts


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


def meanings(model: Model, learns: bool) -> dict[str, str]:
    """Meaning of each parameter, by its name in the equations."""
    descriptions = {}
    for section in (model.input, model.plasticity, model.feedback, *model.hidden, model.output):
        fields = type(section).model_fields
        descriptions |= {name: entry.description for name, entry in fields.items()}
    return descriptions | {
        "tau_apical": descriptions["tau"],
        "eta": "learning rate, per presynaptic spike" if learns else "no learning",
        "teacher_latency": "silent until then",
        "error_latency": "the error counts from then on",
        "gain": "",
        "phase": "of the spike trains at first",
        "q": "at first, so that not all fire in step",
        "polarity": "1 excites, -1 inhibits",
    }


def _first_line(thing) -> str:
    return getdoc(thing).splitlines()[0]
