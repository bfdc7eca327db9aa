"""The sentences of a methods section, a paragraph a topic."""

from collections.abc import Iterator
from inspect import getdoc
from typing import Any

from spikingfa.export.methods.described import Described
from spikingfa.model.layers import Hidden
from spikingfa.model.neurons import NEURONS
from spikingfa.network.feedback import feedback_rule
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.training.metrics import METRICS

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
CODING = {
    "regular": "spikes at regular intervals",
    "poisson": "Poisson spike trains",
}
CONNECTIVITY = {
    "fixed_indegree": ", as many of each neuron",
    "fixed_outdegree": ", as many of each presynaptic neuron",
    "bernoulli": ", each by chance",
}
SCHEDULES = {
    "exponential": "exponentially",
    "cosine": "along half a cosine",
    "linear": "linearly",
}
RANDOM = ("direct", "layerwise", "kolen_pollack", "weight_mirror")  # rules whose B is drawn
OURS = ("spikingfa", "brian2")
#: Of tasks whose answers are no classes, where there is no run that says so.
METRIC_OF = {"linear": "nse", "nonlinear": "nse", "spike_pattern": "van_rossum"}


def paragraphs(described: Described) -> dict[str, str]:
    """Paragraphs by their headings."""
    topics = {
        "Network": _network,
        "Stimuli": _stimuli,
        "Errors": _errors,
        "Plasticity": _plasticity,
        "Training and test": _training,
        "Simulation": _simulation,
    }
    return {heading: " ".join(topic(described)) for heading, topic in topics.items()}


def number(n: int, noun: str) -> str:
    """``one hidden layer``, ``200 neurons``."""
    return f"{NUMBERS[n] if n < len(NUMBERS) else n} {noun}{'s' * (n != 1)}"


def listed(parts: list[str]) -> str:
    """``a, b and c``."""
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def ranges(names: list[str]) -> str:
    """Populations in words: ``hidden_1 to hidden_9``."""
    if len(names) > 2 and all(name.startswith("hidden_") for name in names):
        numbers = [int(name.removeprefix("hidden_")) for name in names]
        if numbers == list(range(numbers[0], numbers[-1] + 1)):
            return f"{names[0]} to {names[-1]}"
    return listed(names)


def by_value(values: dict[str, Any]) -> dict[Any, str]:
    """Those that have the same value, in words, by that value."""
    groups: dict[Any, list[str]] = {}
    for name, value in values.items():
        groups.setdefault(value, []).append(name)
    return {value: ranges(names) for value, names in groups.items()}


def what_it_is(part: object) -> str:
    """What a neuron model, a rule or a measure is, from its docstring; no full stop."""
    text = (getdoc(part) or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")
    return text.strip().removesuffix(".")


def lowered(text: str) -> str:
    """With a small first letter, but for names and formulas."""
    first, _, rest = text.partition(" ")
    return f"{first.lower()} {rest}" if first[1:].islower() and first.isalpha() else text


def _network(d: Described) -> Iterator[str]:
    sizes, hidden = d.topology.sizes, d.topology.hidden
    of = [str(sizes[name]) for name in hidden]
    each = f"{of[0]} neurons each" if len(of) > 1 and len({*of}) == 1 else f"{listed(of)} neurons"
    yield (
        f"The network had {sizes['input']} input neurons, {number(len(hidden), 'hidden layer')} of"
        f" {each}, and {sizes['output']} output neurons."
    )
    models = by_value({path.replace(".", "_"): one.model for path, one in d.model.layers()})
    for model, names in models.items():
        kind, neuron = lowered(what_it_is(NEURONS[model])), NEURONS[model]
        who = "All hidden and output neurons" if len(models) == 1 else f"Neurons of {names}"
        yield f"{who} followed the model `{model}` ({kind}; {neuron.reference})."
    yield "Each population projected to the next one, all to all."
    skips = {name: layer.skip for name, layer in hidden.items() if layer.skip}
    for sources, names in by_value(skips).items():
        yield f"Synapses from {listed(list(sources))} to {names} went past the layers between."
    sd = by_value({name: d.of(name, "i_init") for name in [*hidden, "output"]})
    deviations = listed([f"{value} in {names}" for value, names in sd.items()])
    signed = d.model.input.excitatory or any(layer.excitatory for layer in hidden.values())
    weights = "in which excitation and inhibition cancel" if signed else "normal, of mean zero"
    yield (
        f"Initial weights were random, {weights}, so that the synaptic current had a standard"
        f" deviation of {deviations}."
    )
    copies = [name for name, layer in hidden.items() if layer.initial == "one_to_one"]
    if copies:
        yield f"In {ranges(copies)} neuron $i$ received from neuron $i$ alone at first."
    yield from _options_of_layers(d)


def _options_of_layers(d: Described) -> Iterator[str]:
    for name, layer in d.topology.hidden.items():
        if layer.recurrent != "none":
            sd = d.of(name, "i_recurrent")
            yield (
                f"Neurons of {name} projected to each other ({layer.recurrent} synapses, standard"
                f" deviation of the current {sd})."
            )
        if layer.receptive_field:
            side = layer.receptive_field
            yield f"Each neuron of {name} saw a random square of {side} x {side} pixels."
        elif layer.sparsity:
            absent = f"a part of {layer.sparsity:g} of the incoming synapses was absent"
            yield f"In {name} {absent}{CONNECTIVITY[layer.connectivity]}."
        if layer.excitatory:
            yield (
                f"By Dale's law a part of {layer.excitatory:g} of the neurons of {name} excited,"
                " and the others inhibited."
            )
        if layer.dropout:
            yield f"In training a part of {layer.dropout:g} of {name} was silent in each stimulus."
        yield from _coupling(d, name, layer)


def _coupling(d: Described, name: str, layer: Hidden) -> Iterator[str]:
    if layer.coupled:
        yield (
            f"The apical compartment of {name} acted on the soma through a conductance of"
            f" {d.of(name, 'g_couple')}."
        )


def _stimuli(d: Described) -> Iterator[str]:
    data, trial = d.run.data if d.run else None, d.parameters["training.trial"]
    task = d.model.task.name
    if data is None:
        yield f"The task was `{task}`."
    else:
        yield f"The task was `{task}`, with {data.n_train} training and {data.n_test} test stimuli."
    if d.model.input.coding == "events":
        yield f"The input neurons fired at the times of a stimulus's events, within {trial}."
    elif d.model.input.coding == "latency":
        latest = d.parameters["input.latency_max"]
        yield (
            f"Each stimulus was shown for {trial}: the input neuron of a feature of intensity x > 0"
            f" fired once, {latest} times 1 - x after the onset (latency coding)."
        )
    else:
        rate, coding = d.parameters["input.rate_max"], CODING[d.model.input.coding]
        yield (
            f"Each stimulus was shown for {trial}, by {coding} whose rate was the feature's"
            f" intensity times {rate}."
        )
    if d.model.training.continuous:
        yield "Stimuli followed each other without pause, and nothing was put to rest in between."
    else:
        yield (
            "At the onset of each stimulus potentials, currents and traces were put to rest; the"
            " phases of regular input, charges of error neurons and weights were kept."
        )
    if d.model.task.shift:
        yield (
            f"In training each image was shifted by up to {d.model.task.shift} pixels in either"
            " direction, anew each time."
        )


def _errors(d: Described) -> Iterator[str]:
    feedback, p = d.model.feedback, d.parameters
    onset = "the beginning of a run" if d.model.training.continuous else "the onset"
    if d.model.output.teacher == "events":
        yield "A teacher neuron for each output fired the spikes that were wanted of it."
    else:
        yield (
            f"A teacher neuron for each output fired {d.model.output.teacher} spikes at"
            f" {p['output.teacher_rate']} times what was wanted of the output (1 for the right"
            " class), " + _teacher_latency(d)
        )
    yield (
        "The error of an output was the difference of its own and its teacher's spikes, filtered"
        f" with {p['output.tau_trace']}; it counted from {p['feedback.error_latency']} after"
        f" {onset} on."
    )
    if feedback.error == "spiking":
        n = number(feedback.neurons_per_output, "neuron")
        yield (
            f"Errors were carried by spikes: {n} of either sign for each output fired at"
            f" {p['feedback.error_rate']} at unit error, and their synapses had a delay of"
            f" {p['feedback.delay']}."
        )
    else:
        yield "Errors were carried by graded currents."
    rule = feedback_rule(d.model)
    yield (
        f"The feedback weights B followed the rule `{rule.kind}` ({what_it_is(rule)};"
        f" {rule.reference}){'' if rule.local else ', a control that is not local'}."
    )
    if rule.kind in RANDOM:
        yield (
            f"They were drawn from a {feedback.distribution} distribution of root mean square"
            " $1/\\sqrt{3}$."
        )
    if rule.path != "none":
        yield (
            f"What reached a hidden neuron was a current in an apical compartment (decay"
            f" {p['feedback.tau']}), of {p['feedback.scale']} at unit error; at the output it was"
            f" {p['feedback.output_scale']}."
        )


def _teacher_latency(d: Described) -> str:
    latency = d.parameters["output.teacher_latency"]
    if d.model.training.continuous:
        return f"through synapses with a delay of {latency}."
    return f"from {latency} after the onset on."


def _plasticity(d: Described) -> Iterator[str]:
    section, p = d.model.plasticity, d.parameters
    rule = PLASTICITY[section.rule]
    yield (
        f"Forward weights changed by the rule `{rule.kind}` ({what_it_is(rule)}; {rule.reference})."
    )
    yield (
        f"Learning rates were {p['plasticity.eta_hidden']} into hidden layers and"
        f" {p['plasticity.eta_output']} into the output."
    )
    if section.schedule == "plateau":
        yield (
            f"They fell to {section.plateau_factor:g} of themselves whenever the validation error"
            f" had not fallen for {section.patience} epochs."
        )
    elif section.schedule != "constant":
        how = SCHEDULES[section.schedule]
        yield f"They fell {how} to {section.eta_final:g} of that over the training."
    for part in d.parts:
        names = listed([f"`{path}`" for path in part.kind.split(", ")])
        yield f"Further, {names}: {what_it_is(part)} ({part.reference})."
    frozen = [name for name, layer in d.topology.hidden.items() if not layer.plastic]
    if frozen:
        yield f"The synapses onto {ranges(frozen)} did not change."


def _training(d: Described) -> Iterator[str]:
    epochs = d.metrics.get("epochs", d.model.training.epochs)
    often = "once" if epochs == 1 else f"{number(epochs, 'time')}, each time"
    yield f"All training stimuli were shown {often} in a random order."
    if d.model.task.validation:
        yield "A part of the training stimuli was held out for validation."
    for stage in d.model.training.stages:
        changes = ", ".join(f"{key} = {value}" for key, value in stage.changes.items())
        yield f"From epoch {stage.epoch} on: {changes}."
    data = d.run.data if d.run else None
    metric = METRICS[data.metric if data else METRIC_OF.get(d.model.task.name, "error")]
    yield f"Tests measured {lowered(what_it_is(metric))}."
    yield "They ran without teacher and without plasticity."


def _simulation(d: Described) -> Iterator[str]:
    ours, brian2 = (f" {d.versions[name]}" if name in d.versions else "" for name in OURS)
    p = d.parameters
    yield (
        f"Networks were simulated with spikingfa{ours} on Brian2{brian2} (Stimberg, Brette &"
        f" Goodman 2019, eLife 8:e47314), by exponential Euler with steps of {p['training.dt']}, in"
        f" {p['training.precision']} precision."
    )
    seed = d.metrics.get("seed", d.model.training.seed)
    yield f"The seed of weights, order, phases and noise was {seed}."
