"""Training with a set of examples, epoch by epoch."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spikingfa.paper.rate_network.network import RateNetwork
from spikingfa.paper.rate_network.rules import learn


@dataclass(frozen=True)
class Training:
    """A training that shows each example once an epoch, in random order.

    Attributes
    ----------
    eta : float
        Learning rate of an example.
    decay : float
        Times `eta`, the part of itself that a weight loses with an example. What an epoch takes is
        taken at its end: in single precision that of one example is lost in rounding.
    batch : int
        Examples that are answered with the same weights; their changes add up.
    """

    eta: float
    decay: float = 0.0
    batch: int = 1

    def epochs(
        self,
        network: RateNetwork,
        rule,
        x: np.ndarray,
        target: np.ndarray,
        n_epochs: int,
        rng: np.random.Generator,
    ) -> Iterator[RateNetwork]:
        """The network as it is at the start and after each epoch."""
        yield network
        for _ in range(n_epochs):
            self.epoch(network, rule, x, target, rng)
            yield network

    def epoch(
        self,
        network: RateNetwork,
        rule,
        x: np.ndarray,
        target: np.ndarray,
        rng: np.random.Generator,
    ) -> None:
        """Change the network by every example of x (n_inputs, n_examples)."""
        order = rng.permutation(x.shape[1])
        for start in range(0, len(order), self.batch):
            shown = order[start : start + self.batch]
            learn(network, rule, x[:, shown], target[:, shown], self.eta)
        network.decay(1 - (1 - self.eta * self.decay) ** len(order))
