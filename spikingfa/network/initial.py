"""The state that a training begins with."""

import numpy as np

from spikingfa.model.model import Model, hidden_layers
from spikingfa.network.connectivity import connectivity
from spikingfa.network.feedback_pathways import error_sources, feedback_rule
from spikingfa.network.feedback_weights import synaptic_values
from spikingfa.network.heterogeneity import heterogeneity
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
