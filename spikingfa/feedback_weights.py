"""The matrices B of the feedback synapses: fixed and random, or, as a control, W transposed."""

import numpy as np

from spikingfa import feedback
from spikingfa.model import Model, layer_names
from spikingfa.network import Stimuli, forward_names


def random_feedback(
    model: Model, stimuli: Stimuli, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Fixed feedback matrices B (n_classes, n_hidden), uniform in [-1, 1], by layer name."""
    if model.feedback.kind == "none":
        return {}
    return {
        name: rng.uniform(-1.0, 1.0, (stimuli.n_classes, layer.size))
        for name, layer in zip(layer_names(model), model.hidden)
    }


def transported_feedback(model: Model, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Forward weights transposed (n_classes, n_hidden), by layer name: the backprop control.

    This is **weight transport**: a feedback synapse takes the strength of other synapses, which no
    neuron could know. For a deep layer it is the product of all matrices from it to the output.
    Each is scaled to the root mean square of a random B, so that only directions differ:
    ``B = W.T / (sqrt(3) rms(W))``.

    Parameters
    ----------
    state : dict of ndarray
        Has the forward weights ``<pre>_to_<post>.w``.
    """
    matrices, to_output = {}, None
    for name, projection in zip(layer_names(model)[::-1], forward_names(model)[:0:-1]):
        w = state[f"{projection}.w"].astype(float)
        to_output = w if to_output is None else w @ to_output
        size = np.sqrt(3 * np.mean(to_output**2))
        matrices[name] = to_output.T / size if size else np.zeros_like(to_output.T)
    return dict(reversed(matrices.items()))


def synaptic_values(model: Model, b: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Matrices as synaptic variables; error neurons of one output share their row."""
    m = 1 if model.feedback.error == "graded" else model.feedback.neurons_per_output
    return {
        f"{error}_to_{layer}.b": np.repeat(matrix, m, axis=0)
        for error in feedback.error_names(model.feedback)
        for layer, matrix in b.items()
    }
