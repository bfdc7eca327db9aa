"""The state that a training begins with: weights, structure, and what differs between neurons."""

from zlib import crc32

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.base.seeds import stream
from spikingfa.model.distribution import Distribution
from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Model, hidden_layers
from spikingfa.network.feedback_pathways import error_sources, feedback_rule
from spikingfa.network.feedback_weights import synaptic_values
from spikingfa.network.pathways import Pathway, Stimuli, layer_sizes, pathways


def initial_state(
    model: Model,
    stimuli: Stimuli,
    rng: np.random.Generator,
    structure: np.random.Generator | None = None,
) -> dict[str, np.ndarray]:
    """The state that is carried from chunk to chunk, before learning.

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
        of the error neurons; where the model has them, masks of the synapses that are there,
        polarities and mean rates (Hz) of neurons; what differs between neurons but stays: see
        `heterogeneity`.
    """
    state, paths = {}, pathways(model, stimuli)
    for path in paths:
        sd = float(path.i_init) / (float(path.target.tau_syn) * np.sqrt(path.squared_rates))
        state[f"{path.name}.w"] = rng.normal(0.0, sd, (path.n_pre, path.n_post))
    if model.input.coding == "regular":
        state["input.phase"] = rng.uniform(0.0, 1.0, stimuli.n_features)
    if model.feedback.error == "spiking":
        state |= _charges(model, stimuli)
    state |= connectivity(paths, state, structure or rng) | heterogeneity(model, stimuli)
    return state | bounded(model, paths, state) | _mean_rates(model)


def _charges(model: Model, stimuli: Stimuli) -> dict[str, np.ndarray]:
    """Evenly staggered, so that the error neurons of one output do not fire in step."""
    charges, sizes = {}, layer_sizes(model, stimuli)
    for source in error_sources(model):
        m = source.neurons
        staggered = np.tile((np.arange(m) + 0.5) / m, sizes[source.name])
        charges |= {f"{name}.q": staggered for name in source.errors}
    return charges


def bounded(model: Model, paths: tuple[Pathway, ...], state) -> dict[str, np.ndarray]:
    """Plastic weights within the model's bounds, so that none moves without learning."""
    if model.plasticity.w_max is None:
        return {}
    w_max = float(model.plasticity.w_max)
    names = (f"{path.name}.w" for path in paths if path.plastic)
    return {name: np.clip(state[name], -w_max, w_max) for name in names}


def _mean_rates(model: Model) -> dict[str, np.ndarray]:
    """Under homeostasis, mean rates that are the target."""
    if not float(model.plasticity.homeostasis):
        return {}
    target = float(model.plasticity.target_rate)
    layers = hidden_layers(model).items()
    return {f"{name}.mean_rate": np.full(layer.size, target) for name, layer in layers}


def plastic_feedback(model: Model, b: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of feedback synapses that learn, `b` at first; nothing where they do not."""
    return synaptic_values(model, b) if feedback_rule(model).learns else {}


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

    The mean is not 0 where all neurons have one sign: absolute values are kept then.
    """
    part = np.mean(sign > 0)
    if part in (0, 1):
        return np.abs(w) * sign[:, None]
    ratio = np.sqrt((1 - part) / part)
    return np.abs(w) * np.where(sign > 0, ratio, -1 / ratio)[:, None]


def heterogeneity(model: Model, stimuli: Stimuli) -> dict[str, np.ndarray]:
    """Draw the parameters that a model gives as distributions.

    Each has a stream of the model's seed to itself, so that no other changes with it.

    Returns
    -------
    dict of ndarray
        Parameters ``<layer>.<name>`` (n,), delays ``<pre>_to_<post>.delay`` (n_pre, n_post), in SI
        units.

    Raises
    ------
    ModelError
        A neuron came out as none can be, such as with its threshold below its reset.
    """
    seed, found = model.training.seed, {}
    for path in pathways(model, stimuli):
        drawn = {
            name: distribution.draw(_rng(seed, f"{path.post}.{name}"), (path.n_post,))
            for name, distribution in path.target.distributions().items()
        }
        _check_order(path.post, path.target, drawn)
        found |= {f"{path.post}.{name}": values for name, values in drawn.items()}
        if isinstance(path.target.delay, Distribution):
            name = f"{path.name}.delay"
            found[name] = path.target.delay.draw(_rng(seed, name), (path.n_pre, path.n_post))
    return found


def _rng(seed: int, name: str) -> np.random.Generator:
    return stream(seed, "neurons", crc32(name.encode()))


def _check_order(name: str, layer: Hidden | Output, drawn: dict[str, np.ndarray]) -> None:
    if broken := layer.out_of_order(drawn):
        low, high = broken
        raise ModelError(
            f"{name}.{low if low in drawn else high}: of the neurons drawn some have {low} at or"
            f" above {high}; narrower distributions keep them apart"
        )
