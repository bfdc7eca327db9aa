"""Pathways: forward synapses from a population to a later one, and recurrent ones."""

from dataclasses import dataclass
from itertools import pairwise

from brian2.units.fundamentalunits import Quantity

from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Model, layer_names


@dataclass(frozen=True)
class Stimuli:
    """Sizes of the data, and how bright a stimulus is.

    `mean_square_sum` is the mean over stimuli of the sum of squared intensities; it sets the
    scale of the input weights and of their learning rate. `image` is rows and columns, where the
    features are pixels.
    """

    n_features: int
    n_classes: int
    mean_square_sum: float
    image: tuple[int, int] | None = None


@dataclass(frozen=True)
class Pathway:
    """Synapses from one population to a later one, or of a hidden layer onto itself.

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
        Expected sum of the squared presynaptic rates in Hz**2, over the synapses that are there.
    i_init : Quantity
        SD of the synaptic current before learning.
    excitatory : float, optional
        Part of the presynaptic neurons that excites; None if signs mix.
    plastic : bool
        Whether its weights learn.
    one_to_one : bool
        Whether neuron i projects to neuron i alone before learning.
    image : (int, int), optional
        Rows and columns of the image that the source is, where each neuron sees a square of it.
    """

    pre: str
    post: str
    n_pre: int
    n_post: int
    source: Hidden | None
    target: Hidden | Output
    squared_rates: float
    i_init: Quantity
    excitatory: float | None = None
    plastic: bool = True
    one_to_one: bool = False
    image: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """Name of its projection."""
        return f"{self.pre}_to_{self.post}"

    @property
    def dropped_out(self) -> bool:
        """Whether a part of the presynaptic neurons is silent in each trial of the training."""
        return self.source is not None and self.source.dropout > 0

    @property
    def recurrent(self) -> bool:
        """Whether a layer projects to itself."""
        return self.pre == self.post

    @property
    def masked(self) -> bool:
        """Whether some of the synapses are not there."""
        return self.recurrent or self.target.sparsity > 0 or self.local

    @property
    def local(self) -> bool:
        """Whether each neuron sees a square of the image only."""
        onto_hidden = self.source is None and isinstance(self.target, Hidden)
        return onto_hidden and self.target.receptive_field > 0


def forward_names(model: Model) -> tuple[str, ...]:
    """Names of the projections that lead from the input to the output."""
    chain = ("input", *layer_names(model), "output")
    return tuple(f"{pre}_to_{post}" for pre, post in pairwise(chain))
