"""Feedback pathways: the layers whose errors are held, and synapses that carry them."""

from dataclasses import dataclass

from spikingfa.model.model import Feedback, Model
from spikingfa.rules.feedback import RULES, FeedbackRule


@dataclass(frozen=True)
class ErrorSource:
    """A layer whose errors are held.

    Attributes
    ----------
    name : str
    errors : tuple of str
        Names of the populations that hold them.
    neurons : int
        Error neurons of each sign for one neuron of the layer.
    """

    name: str
    errors: tuple[str, ...]
    neurons: int


@dataclass(frozen=True)
class FeedbackPathway:
    """Feedback synapses onto a layer.

    Attributes
    ----------
    source : ErrorSource
        Whose errors they carry: the output, or the next hidden layer.
    post : str
        The layer.
    """

    source: ErrorSource
    post: str

    @property
    def projections(self) -> tuple[str, ...]:
        """Names of its projections, one from each population that holds the errors."""
        return tuple(f"{error}_to_{self.post}" for error in self.source.errors)


def feedback_rule(model: Model) -> FeedbackRule:
    """The rule that a model names."""
    return RULES[model.feedback.kind]


def error_source(section: Feedback, name: str = "output") -> ErrorSource:
    """The layer of this name, with the populations that hold its errors."""
    spiking, at_output = section.error == "spiking", name == "output"
    errors = ("error_on", "error_off") if spiking else ("error",)
    return ErrorSource(
        name,
        errors if at_output else tuple(f"{error}_{name}" for error in errors),
        section.neurons_per_output if at_output and spiking else 1,
    )
