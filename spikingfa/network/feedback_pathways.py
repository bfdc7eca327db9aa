"""The feedback pathways of a model: which errors reach which hidden layer."""

from dataclasses import dataclass

from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Feedback, Model, layer_names
from spikingfa.network.pathways import Stimuli
from spikingfa.rules.feedback import RULES, FeedbackRule


@dataclass(frozen=True)
class FeedbackPathway:
    """Feedback synapses onto a hidden layer.

    Attributes
    ----------
    source : str
        Whose errors they carry: the output, or the next hidden layer.
    n_source : int
        Its size.
    post : str
        The hidden layer.
    n_post : int
        Its size.
    upper : Hidden or Output
        The source's layer.
    size : float
        What the errors of the source are multiplied with so that as many of them as there are
        outputs, and as many as there are, come to the same: sqrt(n_outputs / n_source).
    """

    source: str
    n_source: int
    post: str
    n_post: int
    upper: Hidden | Output
    size: float


def feedback_rule(model: Model) -> FeedbackRule:
    """The rule that a model names."""
    return RULES[model.feedback.kind]


def feedback_pathways(model: Model, stimuli: Stimuli) -> tuple[FeedbackPathway, ...]:
    """Feedback to every hidden layer, the first layer first."""
    names = (*layer_names(model), "output")
    layers = dict(zip(names, (*model.hidden, model.output)))
    sizes = dict(zip(names, (*(layer.size for layer in model.hidden), stimuli.n_classes)))
    return tuple(
        FeedbackPathway(
            source,
            sizes[source],
            post,
            sizes[post],
            layers[source],
            (stimuli.n_classes / sizes[source]) ** 0.5,
        )
        for post, source in sources_of_errors(model).items()
    )


def sources_of_errors(model: Model) -> dict[str, str]:
    """Whose errors reach each hidden layer, by its name: those of the output, or the next layer."""
    names, path = layer_names(model), feedback_rule(model).path
    if path == "none":
        return {}
    return dict(zip(names, ["output"] * len(names) if path == "direct" else [*names[1:], "output"]))


def error_names(section: Feedback, source: str = "output") -> tuple[str, ...]:
    """Names of the populations that hold the errors of a layer."""
    names = ("error",) if section.error == "graded" else ("error_on", "error_off")
    return names if source == "output" else tuple(f"{name}_{source}" for name in names)


def neurons_per_error(section: Feedback, source: str = "output") -> int:
    """Number of error neurons of each sign for one neuron of the source."""
    return section.neurons_per_output if source == "output" and section.error == "spiking" else 1
