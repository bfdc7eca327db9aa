"""Ways to teach the hidden layers of a rate network.

A rule is a function of the network, its activities and the error that gives `deltas`, one for each
layer of weights: what units should have done more, (n_units, n_examples), or None for a layer that
does not learn.
"""

from dataclasses import dataclass

import numpy as np

from spikingfa.paper.rate_network.network import RateNetwork

Deltas = list[np.ndarray | None]


@dataclass(frozen=True)
class Shallow:
    """Only the output learns."""

    def deltas(self, network: RateNetwork, h: list[np.ndarray], e: np.ndarray) -> Deltas:
        """Deltas of the output alone."""
        return [None] * (len(network.w) - 1) + [e]


@dataclass(frozen=True)
class Backpropagation:
    """delta_l = (W_(l+1).T delta_(l+1)) f'(h_l) (Rumelhart, Hinton & Williams 1986)."""

    def deltas(self, network: RateNetwork, h: list[np.ndarray], e: np.ndarray) -> Deltas:
        """From the output down."""
        return _layer_by_layer(network, h, e, [w.T for w in network.w[1:]])


@dataclass(frozen=True)
class FeedbackAlignment:
    """delta_l = (B_l delta_(l+1)) f'(h_l), B random and fixed (Lillicrap et al. 2016).

    `b` are the matrices, (n_hidden, n_above), of the first hidden layer first.
    """

    b: list[np.ndarray]

    def deltas(self, network: RateNetwork, h: list[np.ndarray], e: np.ndarray) -> Deltas:
        """From the output down."""
        return _layer_by_layer(network, h, e, self.b)


@dataclass(frozen=True)
class DirectFeedbackAlignment:
    """delta_l = (B_l e) f'(h_l), B random and fixed (Nokland 2016, arXiv:1609.01596)."""

    b: list[np.ndarray]

    def deltas(self, network: RateNetwork, h: list[np.ndarray], e: np.ndarray) -> Deltas:
        """From the output straight to every layer."""
        hidden = zip(self.b, h[1:-1])
        return [*((b @ e) * network.hidden.slope(y) for b, y in hidden), e]


@dataclass(frozen=True)
class NodePerturbation:
    """delta_l = part (L - L') xi_l / sigma**2, L' the loss with noise xi_l ~ N(0, sigma**2) in h_l.

    One scalar for all hidden units, who know their own noise (Widrow & Lehr 1990, Proc IEEE
    78:1415; the article's comparison). The loss is half the squared error. `part` slows the hidden
    layers down: the estimate is so noisy that with the output's learning rate it diverges.
    """

    sigma: float
    part: float
    rng: np.random.Generator

    def deltas(self, network: RateNetwork, h: list[np.ndarray], e: np.ndarray) -> Deltas:
        """From one noisy and one quiet pass."""
        xi = [self.rng.normal(0, self.sigma, y.shape) for y in h[1:-1]]
        target = e + h[-1]
        noisy = target - network.activities(h[0], xi)[-1]
        worse = ((noisy**2).sum(axis=0) - (e**2).sum(axis=0)) / 2
        return [*(-self.part * worse * noise / self.sigma**2 for noise in xi), e]


def _layer_by_layer(network, h, e, back: list[np.ndarray]) -> Deltas:
    deltas = [e]
    for b, y in zip(back[::-1], h[-2:0:-1]):
        deltas.insert(0, (b @ deltas[0]) * network.hidden.slope(y))
    return deltas


def learn(network: RateNetwork, rule, x: np.ndarray, target: np.ndarray, eta: float) -> np.ndarray:
    """Change the network by its error on examples, all at once; return the error before."""
    h = network.activities(x)
    e = target - h[-1]
    network.change(h, rule.deltas(network, h, e), eta)
    return e


def angle(a: np.ndarray, b: np.ndarray) -> float:
    """Angle between two arrays taken as vectors, in degrees; NaN where one is zero."""
    return float(angles(a.reshape(-1, 1), b.reshape(-1, 1))[0])


def angles(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angle between each column of `a` and that of `b`, in degrees; NaN where one is zero."""
    size = np.linalg.norm(a, axis=0) * np.linalg.norm(b, axis=0)
    cosine = np.divide((a * b).sum(axis=0), size, out=np.full_like(size, np.nan), where=size > 0)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))


def angles_to_bp_and_inverse(w: np.ndarray, b: np.ndarray, e: np.ndarray) -> tuple[float, float]:
    """Mean angles between B e, which FA tells the hidden units, and W.T e, and W+ e, in degrees.

    Parameters
    ----------
    w : ndarray, shape (n_outputs, n_hidden)
    b : ndarray, shape (n_hidden, n_outputs)
    e : ndarray, shape (n_outputs, n_examples)
    """
    by_feedback = b @ e
    return tuple(float(angles(by_feedback, other @ e).mean()) for other in (w.T, np.linalg.pinv(w)))


def angles_to_backpropagation(
    network: RateNetwork, rule, x: np.ndarray, target: np.ndarray
) -> list[float]:
    """Mean angle between what the rule and what BP tells each hidden layer, in degrees."""
    h = network.activities(x)
    deltas = (each.deltas(network, h, target - h[-1]) for each in (rule, Backpropagation()))
    return [float(angles(one, other).mean()) for one, other in list(zip(*deltas))[:-1]]
