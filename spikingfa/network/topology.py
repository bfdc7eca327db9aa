"""The topology of a network: its populations, and the pathways that join them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from brian2.units.fundamentalunits import Quantity

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
        pools = dict.fromkeys(self.pools.values(), 1)
        return self.sizes | {"teacher": self.stimuli.n_classes} | self.error_sizes | pools

    @cached_property
    def pathways(self) -> tuple[Pathway, ...]:
        """From the input to the output, past layers, and of hidden layers onto themselves."""
        layers, hidden = self._layers, self.hidden.items()
        return (
            *(self._pathway(*ends, layers[ends[1]].i_init) for ends in pairwise(self.sizes)),
            *(self._pathway(*ends, layers[ends[1]].i_skip) for ends in self._skips()),
            *(
                self._pathway(name, name, layer.i_recurrent, layer.recurrent == "plastic")
                for name, layer in hidden
                if layer.recurrent != "none"
            ),
        )

    def forward_into(self, name: str) -> tuple[Pathway, ...]:
        """The pathways from other populations into a layer."""
        return tuple(path for path in self.pathways if path.post == name and not path.recurrent)

    def forward_from(self, name: str) -> tuple[Pathway, ...]:
        """The pathways from a population to others, first that to the next layer."""
        return tuple(path for path in self.pathways if path.pre == name and not path.recurrent)

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
    def teaching_is_normalised(self) -> bool:
        """Whether what teaches a hidden layer is kept at one root mean square."""
        return float(self.model.plasticity.teaching_rms) > 0

    @cached_property
    def pooled(self) -> dict[str, str]:
        """Hidden layers whose errors have a size that is held, each with its pool neuron's name."""
        taught = (path.post for path in self.feedback) if self.teaching_is_normalised else ()
        passing = self.relays if self.model.feedback.error_rms else ()
        names = {*taught, *passing}
        return {name: f"pool_{name}" for name in self.hidden if name in names}

    @cached_property
    def pools(self) -> dict[str, str]:
        """Pool neurons by the layer whose errors they measure: with that of the output, if any."""
        output = {"output": "pool_output"} if self.pooled and self.teaching_is_normalised else {}
        return self.pooled | output

    @cached_property
    def relays(self) -> tuple[str, ...]:
        """Hidden layers that pass something else on than what teaches them."""
        section, (_, *sources) = self.model.feedback, self.error_sources
        apart = section.tau_relay is not None or section.error_rms or self.teaching_is_normalised
        return tuple(source.name for source in reversed(sources)) if apart else ()

    @cached_property
    def opponents(self) -> tuple[str, ...]:
        """Hidden layers whose on and off error neurons share one signed charge."""
        section, (_, *sources) = self.model.feedback, self.error_sources
        opposed = section.opponent and section.error == "spiking"
        return tuple(source.name for source in sources) if opposed else ()

    @cached_property
    def mirrored_pairs(self) -> tuple[tuple[FeedbackPathway, Pathway], ...]:
        """Feedback pathways that learn as a forward one does, each with that one."""
        rule = feedback_rule(self.model)
        if not rule.learns or rule.mirrors:
            return ()
        forward = {(path.pre, path.post): path for path in self.pathways}
        return tuple((hop, forward[hop.post, hop.source.name]) for hop in self.feedback)

    @cached_property
    def _layers(self) -> dict[str, Hidden | Output | None]:
        """Layers by name; the input is none."""
        return {"input": None} | self.hidden | {"output": self.model.output}

    @cached_property
    def _copies(self) -> set[tuple[str, str]]:
        """Ends of the pathways that begin one to one."""
        copied = pairwise(self.hidden)
        return {(pre, post) for pre, post in copied if self.hidden[post].initial == "one_to_one"}

    def _skips(self) -> Iterator[tuple[str, str]]:
        """Ends of the pathways from earlier populations than the one right before."""
        names = [*self.sizes]
        for k, (post, layer) in enumerate(self.hidden.items()):
            yield from ((pre, post) for pre in names[:k] if pre in layer.skip)

    def _pathway(self, pre: str, post: str, i_init: Quantity, plastic: bool = True) -> Pathway:
        source, target = self._layers[pre], self._layers[post]
        return Pathway(
            *(pre, post, self.sizes[pre], self.sizes[post], source, target),
            squared_rates=self._squared_rates(source, target),
            i_init=i_init,
            excitatory=(source or self.model.input).excitatory,
            plastic=plastic and getattr(target, "plastic", True),  # the output always learns
            one_to_one=(pre, post) in self._copies,
            image=self.stimuli.image,
        )

    def _squared_rates(self, source: Hidden | None, target: Hidden | Output) -> float:
        """The expected sum of squared presynaptic rates, over the synapses that are there."""
        if source is None:
            squares = float(self.model.input.rate_max) ** 2 * self.stimuli.mean_square_sum
        else:
            squares = source.size * float(self.model.plasticity.reference_rate) ** 2
        if source is None and isinstance(target, Hidden) and target.receptive_field:
            return squares * target.receptive_field**2 / self.stimuli.n_features
        return squares * (1 - target.sparsity)  # a factor of exactly 1 where none is absent
