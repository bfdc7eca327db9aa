"""The state that a training begins with."""

import numpy as np

from spikingfa.network.connectivity import connectivity
from spikingfa.network.error_signal import initial_size
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.feedback_weights import synaptic_values
from spikingfa.network.heterogeneity import heterogeneity
from spikingfa.network.pathways import Pathway
from spikingfa.network.topology import Topology


def initial_state(
    topology: Topology,
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
    model, paths, state = topology.model, topology.pathways, {}
    for path in paths:
        state[f"{path.name}.w"] = initial_weights(path, rng)
    if model.input.coding == "regular":
        state["input.phase"] = rng.uniform(0.0, 1.0, topology.sizes["input"])
    if model.feedback.error == "spiking":
        state |= _charges(topology)
    state |= connectivity(paths, state, structure or rng) | heterogeneity(topology)
    return state | bounded(topology, state) | _slow_variables(topology)


def initial_weights(path: Pathway, rng: np.random.Generator) -> np.ndarray:
    """Weights (n_pre, n_post) in amp before learning, of mean 0 or one to one.

    One to one, neuron i projects to neuron i of the next layer, and to i + n_pre, ... where that is
    larger, with the current that a normal weight of this size brings it from all neurons together.
    """
    sd = float(path.i_init) / (float(path.target.tau_syn) * np.sqrt(path.squared_rates))
    if path.one_to_one:
        i, j = np.indices((path.n_pre, path.n_post), sparse=True)
        return np.where(j % path.n_pre == i % path.n_post, sd * path.n_pre**0.5, 0.0)
    return rng.normal(0.0, sd, (path.n_pre, path.n_post))


def _charges(topology: Topology) -> dict[str, np.ndarray]:
    """Evenly staggered, so that the error neurons of one output do not fire in step."""
    charges, sizes = {}, topology.sizes
    for source in topology.error_sources:
        m = source.neurons
        staggered = np.tile((np.arange(m) + 0.5) / m, sizes[source.name])
        opposed = source.name in topology.opponents
        charges |= {f"{name}.q": 0 * staggered if opposed else staggered for name in source.errors}
    return charges


def bounded(topology: Topology, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Plastic weights within the model's bounds, so that none moves without learning."""
    if topology.model.plasticity.w_max is None:
        return {}
    w_max = float(topology.model.plasticity.w_max)
    names = (f"{path.name}.w" for path in topology.pathways if path.plastic)
    return {name: np.clip(state[name], -w_max, w_max) for name in names}


def _slow_variables(topology: Topology) -> dict[str, np.ndarray]:
    """Mean rates that are the target, biases of zero, sizes of errors that give a gain of one."""
    section, slow = topology.model.plasticity, {}
    for name, layer in topology.hidden.items():
        if section.keeps_rates:
            slow[f"{name}.mean_rate"] = np.full(layer.size, float(section.target_rate))
        if float(section.intrinsic):
            slow[f"{name}.i_intrinsic"] = np.zeros(layer.size)
    for layer, pool in topology.pools.items():
        slow[f"{pool}.mean_square"] = np.full(1, initial_size(topology, layer) ** 2)
    return slow


def plastic_feedback(topology: Topology, b: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of feedback synapses that learn, `b` at first; nothing where they do not."""
    return synaptic_values(topology, b) if feedback_rule(topology.model).learns else {}
