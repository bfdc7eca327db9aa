"""The state that a training begins with."""

import numpy as np

from spikingfa import feedback
from spikingfa.model import Model, layer_names
from spikingfa.pathways import Pathway, Stimuli, pathways


def initial_state(
    model: Model,
    stimuli: Stimuli,
    rng: np.random.Generator,
    structure: np.random.Generator | None = None,
) -> dict[str, np.ndarray]:
    """What changes and is carried from chunk to chunk, as it is before learning.

    Weights are normal with mean 0; their SD gives a synaptic current of SD `i_init` in each
    neuron: ``w_sd = i_init / (tau_syn * sqrt(sum_i r_i**2))``.

    Parameters
    ----------
    rng : Generator
        Draws weights and phases.
    structure : Generator, optional
        Draws which synapses are absent and which neurons excite; `rng` by default.

    Returns
    -------
    dict of ndarray
        Weights ``<pre>_to_<post>.w`` (n_pre, n_post) in amp, phases of the input trains, charge
        of the error neurons; where the model has them, masks of the synapses that are there, signs
        and mean rates (Hz) of neurons.
    """
    state, paths = {}, pathways(model, stimuli)
    for path in paths:
        sd = float(path.i_init) / (float(path.target.tau_syn) * np.sqrt(path.squared_rates))
        state[f"{path.name}.w"] = rng.normal(0.0, sd, (path.n_pre, path.n_post))
    if model.input.coding == "regular":
        state["input.phase"] = rng.uniform(0.0, 1.0, stimuli.n_features)
    if model.feedback.error == "spiking":
        # evenly staggered, so that the neurons of one output do not fire in step
        m = model.feedback.neurons_per_output
        staggered = np.tile((np.arange(m) + 0.5) / m, stimuli.n_classes)
        state |= {f"{name}.q": staggered for name in feedback.SIGNS}
    state |= _structure(paths, state, structure or rng)
    return state | _mean_rates(model)


def _structure(paths, state, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Masks of synapses, signs of neurons, and the weights that are left with them."""
    found = {}
    for path in paths:
        w = state[f"{path.name}.w"]
        if path.excitatory is not None:
            if f"{path.pre}.polarity" not in found:
                found[f"{path.pre}.polarity"] = signs(path.n_pre, path.excitatory, rng)
            w = balanced(w, found[f"{path.pre}.polarity"])
        if path.masked:
            there = mask(path, rng)
            w = np.where(there, w, 0.0)
            if path.plastic:
                found[f"{path.name}.mask"] = there
        found[f"{path.name}.w"] = w
    return found


def mask(path: Pathway, rng: np.random.Generator) -> np.ndarray:
    """1 for each synapse that is there, shape (n_pre, n_post); each neuron lacks as many."""
    absent = round(path.target.sparsity * path.n_pre)
    rank = rng.random((path.n_pre, path.n_post)).argsort(axis=0).argsort(axis=0)
    there = (rank >= absent).astype(float)
    if path.recurrent:
        np.fill_diagonal(there, 0.0)
    return there


def signs(n: int, excitatory: float, rng: np.random.Generator) -> np.ndarray:
    """1 for a random part of the neurons, -1 for the others."""
    sign = np.full(n, -1.0)
    sign[rng.permutation(n)[: round(excitatory * n)]] = 1.0
    return sign


def balanced(w: np.ndarray, sign: np.ndarray) -> np.ndarray:
    """Weights (n_pre, n_post) with the signs of their neurons, of mean 0 and the same mean square.

    Where all neurons have one sign nothing can be balanced; sizes then stay as they are.
    """
    part = np.mean(sign > 0)
    if part in (0, 1):
        return np.abs(w) * sign[:, None]
    ratio = np.sqrt((1 - part) / part)
    return np.abs(w) * np.where(sign > 0, ratio, -1 / ratio)[:, None]


def _mean_rates(model: Model) -> dict[str, np.ndarray]:
    """Under homeostasis, mean rates that are the target."""
    if not float(model.plasticity.homeostasis):
        return {}
    target = float(model.plasticity.target_rate)
    sizes = zip(layer_names(model), model.hidden)
    return {f"{name}.mean_rate": np.full(layer.size, target) for name, layer in sizes}
