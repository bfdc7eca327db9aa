"""A layered network of rate units, and how an error changes its weights.

For the activities h_l = f(W_l h_(l-1) + bias_l), h_0 = x, and the error e = y* - y of the output,
every rule here changes the weights along (Lillicrap et al. 2016, Nat Commun 7:13276, Methods)::

    dW_l = delta_l h_(l-1).T,    dbias_l = delta_l,    delta_output = e,

and says by itself what delta is in the hidden layers: see :mod:`spikingfa.rate.rules`. The output
has no factor f', as for a linear output and the squared error, or a logistic one and the cross
entropy.
"""

from dataclasses import dataclass

import numpy as np

from spikingfa.rate.activations import LINEAR, Activation


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
    """

    w: list[np.ndarray]
    bias: list[np.ndarray] | None = None
    hidden: Activation = LINEAR
    output: Activation = LINEAR

    @classmethod
    def uniform(
        cls, sizes, size: float, rng: np.random.Generator, biases: bool = False, **activations
    ) -> "RateNetwork":
        """Weights drawn from U[-size, size]; biases zero."""
        shapes = list(zip(sizes[1:], sizes[:-1]))
        w = [rng.uniform(-size, size, shape) for shape in shapes]
        bias = [np.zeros((n, 1)) for n, _ in shapes] if biases else None
        return cls(w, bias, **activations)

    def copy(self) -> "RateNetwork":
        """Another network with the same weights."""
        bias = None if self.bias is None else [b.copy() for b in self.bias]
        return RateNetwork([w.copy() for w in self.w], bias, self.hidden, self.output)

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
            self.w[k] += eta * delta @ pre.T
            if self.bias is not None:
                self.bias[k] += eta * delta.sum(axis=1, keepdims=True)
