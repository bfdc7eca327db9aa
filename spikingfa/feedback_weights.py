"""The matrices B of the feedback synapses."""

import numpy as np

from spikingfa import feedback
from spikingfa.feedback_rules import RULES
from spikingfa.model import Model, layer_names
from spikingfa.pathways import Stimuli, forward_names


def random_feedback(
    model: Model, stimuli: Stimuli, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Random matrices (n_classes, n_hidden) by layer name.

    B ~ U[-1, 1], or normal of the same root mean square, 1 / sqrt(3). Of each matrix, a part
    `feedback.sparsity` is zero: synapses that are not there.
    """
    draw = rng.normal if model.feedback.distribution == "normal" else rng.uniform
    bounds = (0.0, 1 / np.sqrt(3)) if model.feedback.distribution == "normal" else (-1.0, 1.0)
    matrices = {
        name: draw(*bounds, (stimuli.n_classes, layer.size))
        for name, layer in zip(layer_names(model), model.hidden)
    }
    if model.feedback.sparsity:
        for b in matrices.values():
            removed = rng.permutation(b.size)[: round(model.feedback.sparsity * b.size)]
            b.flat[removed] = 0
    return matrices


def feedback_matrices(
    model: Model, random: dict[str, np.ndarray], state: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The matrices B of the model's rule while forward weights are those of `state`."""
    to_output, product = {}, None
    for name, projection in zip(layer_names(model)[::-1], forward_names(model)[:0:-1]):
        w = state[f"{projection}.w"].astype(float)
        product = w if product is None else w @ product
        to_output[name] = product
    return RULES[model.feedback.kind].matrices(random, dict(reversed(to_output.items())))


def synaptic_values(model: Model, b: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Matrices as synaptic variables; error neurons of one output share their row."""
    m = 1 if model.feedback.error == "graded" else model.feedback.neurons_per_output
    return {
        f"{error}_to_{layer}.b": np.repeat(matrix, m, axis=0)
        for error in feedback.error_names(model.feedback)
        for layer, matrix in b.items()
    }
