"""The networks that are compared, with the images they are trained on."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from spikingfa.base.seeds import stream
from spikingfa.engine import Chunk
from spikingfa.model.model import Model, Task
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import random_feedback, synaptic_values
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates, parameters
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.tasks import load_data

SEED = 1


@dataclass(frozen=True)
class Case:
    """A network, the images of its first epoch in their order, and its state before learning.

    Attributes
    ----------
    model : Model
    size : Stimuli
        What the network must know of the data.
    x, y : ndarray
        Images (n, n_features) and classes (n,), as they are shown.
    """

    model: Model
    size: Stimuli
    x: np.ndarray
    y: np.ndarray

    @property
    def n_hidden(self) -> int:
        """Neurons in the hidden layer."""
        return self.model.hidden[0].size

    @property
    def name(self) -> str:
        """Sizes of the layers: ``784-500-10``."""
        return f"{self.size.n_features}-{self.n_hidden}-{self.size.n_classes}"

    @property
    def topology(self) -> Topology:
        """Its populations and pathways."""
        return Topology(self.model, self.size)

    @property
    def blueprint(self) -> Blueprint:
        """The network as spikingfa builds it."""
        return blueprint(self.topology)

    def precisions(self) -> dict[str, Model]:
        """The model in each precision it can run in, the one that it names first."""
        own = self.model.training.precision
        other = {"single": "double", "double": "single"}[own]
        return {own: self.model, other: self.model.but({"training.precision": other})}

    def double(self) -> "Case":
        """The same in double precision, which is what stock Brian2 computes in."""
        return self.with_model(self.precisions()["double"])

    def with_model(self, model: Model) -> "Case":
        """The same images shown to another model."""
        return Case(model, self.size, self.x, self.y)

    @cached_property
    def _state(self) -> dict[str, np.ndarray]:
        return initial_state(self.topology, stream(SEED, "weights"))

    @cached_property
    def _fixed(self) -> dict[str, np.ndarray]:
        matrices = random_feedback(self.topology, stream(SEED, "feedback"))
        return synaptic_values(self.topology, matrices)

    def chunk(self, n: int) -> Chunk:
        """Training on the first `n` images, as the first epoch of `spikingfa.train` does it."""
        return Chunk(
            stimuli=self.x,
            order=np.arange(n, dtype=np.int32),
            targets=self.y[:n].astype(np.int32),
            answers=np.eye(self.size.n_classes),
            trial=float(self.model.training.trial),
            parameters=parameters(self.topology) | learning_rates(self.topology, 0.0),
            arrays=self._state | self._fixed,
            carried=tuple(self._state),
        )


def make_case(x: np.ndarray, y: np.ndarray, n_hidden: int, n_images: int) -> Case:
    """A network with `n_hidden` neurons, defaults otherwise, and `n_images` of the data."""
    training = {"dt": "1 ms", "trial": "60 ms", "precision": "single"}
    model = Model().but(hidden={"size": n_hidden}, training=training)
    squares = np.einsum("ij,ij->i", x, x, dtype=np.float64)
    size = Stimuli(x.shape[1], len(np.unique(y)), float(squares.mean()))
    shown = stream(SEED, "order", 1).permutation(len(x))[:n_images]
    return Case(model, size, x[shown], y[shown])


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Training images and classes of scikit-learn's digits."""
    data = load_data(Task(name="digits"))
    return data.x_train, data.y_train


def mnist() -> tuple[np.ndarray, np.ndarray]:
    """Training images and classes of MNIST.

    Raises
    ------
    DataError
        The files are nowhere.
    """
    beside = Path(__file__).parents[2] / "shared" / "mnist"
    use = beside.is_dir() and "SPIKINGFA_DATA" not in os.environ
    data = load_data(Task(name="mnist", folder=str(beside) if use else None))
    return data.x_train, data.y_train
