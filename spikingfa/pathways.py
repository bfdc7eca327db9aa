"""The forward pathways of a model: which populations its plastic synapses join."""

from dataclasses import dataclass
from itertools import pairwise

from spikingfa.layers import Hidden, Output
from spikingfa.model import Model, layer_names


@dataclass(frozen=True)
class Stimuli:
    """What the network must know of the data: sizes, and how bright a stimulus is.

    `mean_square_sum` is the mean over stimuli of the sum of squared intensities; it sets the
    scale of the input weights and of their learning rate.
    """

    n_features: int
    n_classes: int
    mean_square_sum: float


@dataclass(frozen=True)
class Pathway:
    """Plastic synapses from one population to the next.

    Attributes
    ----------
    pre, post : str
        Names of the populations.
    n_pre, n_post : int
        Their sizes.
    source : Hidden, optional
        The presynaptic layer; None if it is the input.
    target : Hidden or Output
        The postsynaptic layer.
    squared_rates : float
        Expected sum of the squared presynaptic rates in Hz**2.
    """

    pre: str
    post: str
    n_pre: int
    n_post: int
    source: Hidden | None
    target: Hidden | Output
    squared_rates: float

    @property
    def name(self) -> str:
        """Of its projection."""
        return f"{self.pre}_to_{self.post}"

    @property
    def blanked(self) -> bool:
        """Whether a part of the presynaptic neurons is blanked out in training."""
        return self.source is not None and self.source.blank > 0


def pathways(model: Model, stimuli: Stimuli) -> tuple[Pathway, ...]:
    """Every forward pathway, from the input on."""
    names = ("input", *layer_names(model), "output")
    sizes = (stimuli.n_features, *(layer.size for layer in model.hidden), stimuli.n_classes)
    layers = (None, *model.hidden, model.output)
    from_input = float(model.input.rate_max) ** 2 * stimuli.mean_square_sum
    reference = float(model.plasticity.reference_rate) ** 2
    squares = (from_input, *(layer.size * reference for layer in model.hidden))
    return tuple(
        Pathway(*ends, *n, *between, rates)
        for ends, n, between, rates in zip(
            pairwise(names), pairwise(sizes), pairwise(layers), squares
        )
    )


def forward_names(model: Model) -> tuple[str, ...]:
    """Names of the projections that lead from the input to the output."""
    chain = ("input", *layer_names(model), "output")
    return tuple(f"{pre}_to_{post}" for pre, post in pairwise(chain))
