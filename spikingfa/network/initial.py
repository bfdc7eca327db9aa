"""The state that a training begins with."""

import numpy as np

from spikingfa.network.connectivity import connectivity
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.feedback_weights import synaptic_values
from spikingfa.network.heterogeneity import heterogeneity
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
        sd = float(path.i_init) / (float(path.target.tau_syn) * np.sqrt(path.squared_rates))
        state[f"{path.name}.w"] = rng.normal(0.0, sd, (path.n_pre, path.n_post))
    if model.input.coding == "regular":
        state["input.phase"] = rng.uniform(0.0, 1.0, topology.sizes["input"])
    if model.feedback.error == "spiking":
        state |= _charges(topology)
    state |= connectivity(paths, state, structure or rng) | heterogeneity(topology)
    return state | bounded(topology, state) | _mean_rates(topology)


def _charges(topology: Topology) -> dict[str, np.ndarray]:
    """Evenly staggered, so that the error neurons of one output do not fire in step."""
    charges, sizes = {}, topology.sizes
    for source in topology.error_sources:
        m = source.neurons
        staggered = np.tile((np.arange(m) + 0.5) / m, sizes[source.name])
        charges |= {f"{name}.q": staggered for name in source.errors}
    return charges


def bounded(topology: Topology, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Plastic weights within the model's bounds, so that none moves without learning."""
    if topology.model.plasticity.w_max is None:
        return {}
    w_max = float(topology.model.plasticity.w_max)
    names = (f"{path.name}.w" for path in topology.pathways if path.plastic)
    return {name: np.clip(state[name], -w_max, w_max) for name in names}


def _mean_rates(topology: Topology) -> dict[str, np.ndarray]:
    """Under homeostasis, mean rates that are the target."""
    section = topology.model.plasticity
    if not float(section.homeostasis):
        return {}
    target = float(section.target_rate)
    layers = topology.hidden.items()
    return {f"{name}.mean_rate": np.full(layer.size, target) for name, layer in layers}


def plastic_feedback(topology: Topology, b: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The weights of feedback synapses that learn, `b` at first; nothing where they do not."""
    return synaptic_values(topology, b) if feedback_rule(topology.model).learns else {}
