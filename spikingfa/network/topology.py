"""The topology of a network: its populations, and the pathways that join them."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Model, hidden_layers
from spikingfa.network.feedback_pathways import (
    ErrorSource,
    FeedbackPathway,
    error_source,
    feedback_rule,
)
from spikingfa.network.pathways import Pathway, Stimuli


@dataclass(frozen=True)
class Topology:
    """Populations and pathways of a model, for stimuli of a certain size.

    All that writes the network out, draws its weights or reads its arrays asks here which
    populations there are, how large they are, and which of them are joined.

    Attributes
    ----------
    model : Model
    stimuli : Stimuli
    """

    model: Model
    stimuli: Stimuli

    @cached_property
    def hidden(self) -> dict[str, Hidden]:
        """The hidden layers by name, the first one first."""
        return hidden_layers(self.model)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Neurons of the input, of the hidden layers and of the output, by name, in this order."""
        hidden = {name: layer.size for name, layer in self.hidden.items()}
        return {"input": self.stimuli.n_features} | hidden | {"output": self.stimuli.n_classes}

    @cached_property
    def all_sizes(self) -> dict[str, int]:
        """Neurons of every population, by name: with the teacher and what holds errors."""
        return self.sizes | {"teacher": self.stimuli.n_classes} | self.error_sizes

    @cached_property
    def pathways(self) -> tuple[Pathway, ...]:
        """From the input to the output, then of hidden layers onto themselves."""
        return (*self._forward(), *self._recurrent())

    @cached_property
    def feedback(self) -> tuple[FeedbackPathway, ...]:
        """Feedback to every hidden layer that errors reach, the first layer first."""
        names, path = [*self.hidden], feedback_rule(self.model).path
        if path == "none":
            return ()
        sources = ["output"] * len(names) if path == "direct" else [*names[1:], "output"]
        return tuple(
            FeedbackPathway(error_source(self.model.feedback, source), post)
            for source, post in zip(sources, names)
        )

    @cached_property
    def output_feedback(self) -> FeedbackPathway:
        """The errors of the output, onto itself and one to one."""
        return FeedbackPathway(error_source(self.model.feedback), "output")

    @cached_property
    def feedback_names(self) -> tuple[str, ...]:
        """Names of the projections that carry errors to hidden layers."""
        return tuple(name for hop in self.feedback for name in hop.projections)

    @cached_property
    def error_sources(self) -> tuple[ErrorSource, ...]:
        """The layers whose errors are held: always the output, first."""
        others = (path.source for path in self.feedback[::-1])
        return tuple(dict.fromkeys((self.output_feedback.source, *others)))

    @cached_property
    def error_sizes(self) -> dict[str, int]:
        """Neurons of the populations that hold errors, by name."""
        return {
            error: self.sizes[source.name] * source.neurons
            for source in self.error_sources
            for error in source.errors
        }

    @cached_property
    def mirrored_pairs(self) -> tuple[tuple[FeedbackPathway, Pathway], ...]:
        """Feedback pathways that learn as a forward one does, each with that one."""
        rule = feedback_rule(self.model)
        if not rule.learns or rule.mirrors:
            return ()
        forward = {(path.pre, path.post): path for path in self.pathways}
        return tuple((hop, forward[hop.post, hop.source.name]) for hop in self.feedback)

    def _forward(self):
        model, layers = self.model, [*self.hidden.values()]
        sources, targets = (None, *layers), (*layers, model.output)
        signs = (model.input.excitatory, *(layer.excitatory for layer in layers))
        ends = zip(pairwise(self.sizes), pairwise(self.sizes.values()))
        for (names, n), source, target, sign in zip(ends, sources, targets, signs):
            squares = self._squared_rates(source, target)
            yield Pathway(*names, *n, source, target, squares, target.i_init, sign)

    def _recurrent(self):
        for name, layer in self.hidden.items():
            if layer.recurrent != "none":
                yield Pathway(
                    *(name, name, layer.size, layer.size, layer, layer),
                    self._squared_rates(layer, layer),
                    layer.i_recurrent,
                    layer.excitatory,
                    plastic=layer.recurrent == "plastic",
                )

    def _squared_rates(self, source: Hidden | None, target: Hidden | Output) -> float:
        """The expected sum of squared presynaptic rates, over the synapses that are there."""
        if source is None:
            squares = float(self.model.input.rate_max) ** 2 * self.stimuli.mean_square_sum
        else:
            squares = source.size * float(self.model.plasticity.reference_rate) ** 2
        return squares * (1 - target.sparsity)  # a factor of exactly 1 where none is absent
