"""A layered network of rate units, and how an error changes its weights.

For the activities h_l = f(W_l h_(l-1) + bias_l), h_0 = x, and the error e = y* - y of the output,
every rule here changes the weights along (Lillicrap et al. 2016, Nat Commun 7:13276, Methods)::

    dW_l = delta_l h_(l-1).T,    dbias_l = delta_l,    delta_output = e,

and says by itself what delta is in the hidden layers: see the module `rules` beside this one. The
output has no factor f', as for a linear output and the squared error, or a logistic one and the
cross entropy.
"""

from dataclasses import dataclass, replace

import numpy as np

from spikingfa.paper.rate_network.activations import LINEAR, Activation


@dataclass
class RateNetwork:
    """Weights, and what units make of their input.

    Attributes
    ----------
    w : list of ndarray, each (n_post, n_pre)
        Weights from the input on.
    bias : list of ndarray, each (n_post, 1), optional
        None where units have none.
    hidden, output : Activation
    present : list of ndarray, each (n_post, n_pre), optional
        1 for a weight that is there and 0 for one that is not; None where all are.
    """

    w: list[np.ndarray]
    bias: list[np.ndarray] | None = None
    hidden: Activation = LINEAR
    output: Activation = LINEAR
    present: list[np.ndarray] | None = None

    @classmethod
    def uniform(
        cls,
        sizes,
        size: float,
        rng: np.random.Generator,
        biases: bool = False,
        dtype=np.float64,
        **activations,
    ) -> "RateNetwork":
        """Weights drawn from U[-size, size]; biases zero."""
        shapes = list(zip(sizes[1:], sizes[:-1]))
        w = [rng.uniform(-size, size, shape).astype(dtype) for shape in shapes]
        bias = [np.zeros((n, 1), dtype) for n, _ in shapes] if biases else None
        return cls(w, bias, **activations)

    def copy(self) -> "RateNetwork":
        """Another network with the same weights."""
        bias = None if self.bias is None else [b.copy() for b in self.bias]
        return replace(self, w=[w.copy() for w in self.w], bias=bias)

    def above(self, layer: int) -> "RateNetwork":
        """The layers above this one, 0 being the input; they share this network's weights."""
        bias, present = (part and part[layer:] for part in (self.bias, self.present))
        return replace(self, w=self.w[layer:], bias=bias, present=present)

    def thinned(self, part: float, rng: np.random.Generator) -> "RateNetwork":
        """Another network, in which this part of the weights is absent, each by chance."""
        present = [present_by_chance(w, part, rng) for w in self.w]
        return replace(self.copy(), w=[w * p for w, p in zip(self.w, present)], present=present)

    def activities(self, x: np.ndarray, noise: list[np.ndarray] | None = None) -> list[np.ndarray]:
        """Activities of all layers, x (n_inputs, n_examples) first, the output last.

        `noise` is added to the input of hidden units, layer by layer.
        """
        h = [x]
        for k, w in enumerate(self.w):
            last = k == len(self.w) - 1
            a = w @ h[-1] + (0 if self.bias is None else self.bias[k])
            a = a if noise is None or last else a + noise[k]
            h.append((self.output if last else self.hidden).f(a))
        return h

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """The output (n_outputs, n_examples)."""
        return self.activities(x)[-1]

    def change(self, h: list[np.ndarray], deltas: list[np.ndarray], eta: float) -> None:
        """Change weights and biases: the sum over the examples, times the learning rate."""
        for k, (pre, delta) in enumerate(zip(h, deltas)):
            if delta is None:
                continue
            change = eta * delta @ pre.T
            self.w[k] += change if self.present is None else change * self.present[k]
            if self.bias is not None:
                self.bias[k] += eta * delta.sum(axis=1, keepdims=True)

    def decay(self, part: float) -> None:
        """Make all weights smaller by this part of each; biases stay."""
        for w in self.w:
            w *= 1 - part


def present_by_chance(w: np.ndarray, absent: float, rng: np.random.Generator) -> np.ndarray:
    """1 for a weight that is there, 0 for one that is not, in the shape of `w`."""
    return (rng.random(w.shape) >= absent).astype(w.dtype)
