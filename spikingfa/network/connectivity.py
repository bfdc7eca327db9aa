"""Connectivity: which synapses are there, and which neurons excite."""

import numpy as np

from spikingfa.network.pathways import Pathway


def connectivity(
    paths: tuple[Pathway, ...], state: dict[str, np.ndarray], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Masks of synapses, polarities of neurons, and the weights of `state` that fit them.

    Returns
    -------
    dict of ndarray
        ``<pre>_to_<post>.mask`` (n_pre, n_post) of plastic pathways that lack synapses,
        ``<pre>.polarity`` (n_pre,) of populations that obey Dale's law, and every
        ``<pre>_to_<post>.w`` (n_pre, n_post) in amp.
    """
    arrays = {}
    for path in paths:
        w = state[f"{path.name}.w"]
        if path.excitatory is not None:
            if f"{path.pre}.polarity" not in arrays:
                arrays[f"{path.pre}.polarity"] = signs(path.n_pre, path.excitatory, rng)
            w = balanced(w, arrays[f"{path.pre}.polarity"])
        if path.masked:
            there = mask(path, rng)
            w = np.where(there, w, 0.0)
            if path.plastic:
                arrays[f"{path.name}.mask"] = there.astype(np.int8)
        arrays[f"{path.name}.w"] = w
    return arrays


def mask(path: Pathway, rng: np.random.Generator) -> np.ndarray:
    """1 for each synapse that is there, shape (n_pre, n_post)."""
    if path.local:
        return squares_of(path.image, path.target.receptive_field, path.n_post, rng)
    there = _there(path, rng).astype(float)
    if path.recurrent:
        np.fill_diagonal(there, 0.0)
    return there


def _there(path: Pathway, rng: np.random.Generator) -> np.ndarray:
    """Whether each synapse is: as many onto each neuron, as many from each, or by chance."""
    sparsity, drawn = path.target.sparsity, rng.random((path.n_pre, path.n_post))
    if path.target.connectivity == "bernoulli":
        return drawn >= sparsity
    axis = 0 if path.target.connectivity == "fixed_indegree" else 1
    rank = drawn.argsort(axis=axis).argsort(axis=axis)
    return rank >= round(sparsity * drawn.shape[axis])


def squares_of(
    image: tuple[int, int], side: int, n_post: int, rng: np.random.Generator
) -> np.ndarray:
    """1 for each pixel in a neuron's square of the image, shape (pixels, n_post).

    The place of each square is drawn; all lie within the image.
    """
    rows, columns = (_within(length, side, n_post, rng) for length in image)
    return (rows[:, None] * columns[None]).reshape(-1, n_post)


def _within(length: int, side: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """1 from a random place on, `side` of `length` times, shape (length, n)."""
    first, place = rng.integers(length - side + 1, size=n), np.arange(length)[:, None]
    return ((first <= place) & (place < first + side)).astype(float)


def signs(n: int, excitatory: float, rng: np.random.Generator) -> np.ndarray:
    """1 for a random part of the neurons, -1 for the others."""
    sign = np.full(n, -1.0)
    sign[rng.permutation(n)[: round(excitatory * n)]] = 1.0
    return sign


def balanced(w: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """Weights (n_pre, n_post) with the signs of their neurons, of mean 0 and the same mean square.

    The mean is not 0 where all neurons have one sign: absolute values are kept then.
    """
    part = np.mean(sign > 0)
    if part in (0, 1):
        return np.abs(w) * sign[:, None]
    ratio = np.sqrt((1 - part) / part)
    return np.abs(w) * np.where(sign > 0, ratio, -1 / ratio)[:, None]
