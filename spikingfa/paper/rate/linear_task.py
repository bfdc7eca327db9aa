"""The linear function of three experiments, and the network that learns it."""

from dataclasses import dataclass

import numpy as np

from spikingfa.paper.rate_network.network import RateNetwork

SIZES, ETA, W_SIZE, B_SIZE = (30, 20, 10), 0.005, 0.01, 0.5


@dataclass(frozen=True)
class LinearTask:
    """y* = T x, T ~ U[-1, 1], x ~ N(0, I), and what a network of 30 - 20 - 10 units begins with.

    Attributes
    ----------
    target : ndarray, shape (10, 30)
        T.
    start : RateNetwork
        Weights U[-w_size, w_size], no biases.
    b : ndarray, shape (20, 10)
        Feedback weights U[-0.5, 0.5].
    x : ndarray, shape (30, n_examples)
    rng : numpy.random.Generator
        For what else is drawn with this seed.
    """

    target: np.ndarray
    start: RateNetwork
    b: np.ndarray
    x: np.ndarray
    rng: np.random.Generator

    @classmethod
    def of_seed(cls, seed: int, n_examples: int, w_size: float = W_SIZE) -> "LinearTask":
        """Draw one."""
        rng = np.random.default_rng(seed)
        return cls(
            target=rng.uniform(-1, 1, (SIZES[-1], SIZES[0])),
            start=RateNetwork.uniform(SIZES, w_size, rng),
            b=rng.uniform(-B_SIZE, B_SIZE, (SIZES[1], SIZES[2])),
            x=rng.normal(size=(SIZES[0], n_examples)),
            rng=rng,
        )

    def example(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Stimulus (30, 1) and target (10, 1)."""
        x = self.x[:, k : k + 1]
        return x, self.target @ x

    def error(self, network: RateNetwork, n_examples: int = 100) -> np.ndarray:
        """Error of the first examples, shape (10, n_examples)."""
        x = self.x[:, :n_examples]
        return self.target @ x - network(x)

    def nse(self, network: RateNetwork) -> float:
        """|T - W W0|**2 / |T|**2."""
        left = self.target - network.w[1] @ network.w[0]
        return float((left**2).sum() / (self.target**2).sum())
