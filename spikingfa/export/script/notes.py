"""Notes at the beginning of a script."""

from inspect import getdoc

from spikingfa.export.script.trials import Trials
from spikingfa.network.feedback_pathways import feedback_rule

_RANDOM = (
    "The network draws random numbers while it runs. The sequence is that of spikingfa on Brian2's"
    " runtime (training.device = runtime) with the numpy target, whose spikes these are; compiled,"
    " spikingfa draws others, and spikes are the same in distribution only."
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


def title(trials: Trials) -> str:
    """One line: sizes and task."""
    network, model = trials.network, trials.model
    sizes = [network.population("input").size, *(layer.size for layer in model.hidden)]
    sizes.append(network.population("output").size)
    what = " - ".join(map(str, sizes))
    return f"Feedback alignment in a network of {what} spiking neurons: {model.task.name}."


def about(trials: Trials) -> str:
    """A line about the network."""
    how = getdoc(feedback_rule(trials.model)).splitlines()[0]
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
    found = [_RANDOM if trials.random else _SAME]
    if trials.learns and rule.mirrors:
        found.append(_MIRRORS)
    if trials.learns and rule.follows:
        found.append(_FOLLOWS)
    return found
