"""The state that a training begins with."""

import numpy as np

from spikingfa.error_neurons import error_sources
from spikingfa.feedback_pathways import error_names, feedback_rule, neurons_per_error
from spikingfa.feedback_weights import synaptic_values
from spikingfa.individuals import individuals
from spikingfa.model import Model
from spikingfa.pathways import Stimuli, pathways


def initial_state(
    model: Model, stimuli: Stimuli, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """What changes and is carried from chunk to chunk, as it is before learning.

    Weights are normal with mean 0; their SD gives a synaptic current of SD `i_init` in each
    neuron: ``w_sd = i_init / (tau_syn * sqrt(sum_i r_i**2))``.

    Returns
    -------
    dict of ndarray
        Weights ``<pre>_to_<post>.w`` (n_pre, n_post) in amp, phases of the input trains, charge
        of the error neurons; also what differs between neurons but stays: see `individuals`.
    """
    state = {}
    for path in pathways(model, stimuli):
        sd = float(path.target.i_init) / (float(path.target.tau_syn) * np.sqrt(path.squared_rates))
        state[f"{path.name}.w"] = rng.normal(0.0, sd, (path.n_pre, path.n_post))
    if model.input.coding == "regular":
        state["input.phase"] = rng.uniform(0.0, 1.0, stimuli.n_features)
    if model.feedback.error == "spiking":
        state |= _charges(model, stimuli)
    return state | individuals(model, stimuli)


def _charges(model: Model, stimuli: Stimuli) -> dict[str, np.ndarray]:
    """Evenly staggered, so that the error neurons of one output do not fire in step."""
    charges = {}
    for source, size in error_sources(model, stimuli).items():
        m = neurons_per_error(model.feedback, source)
        staggered = np.tile((np.arange(m) + 0.5) / m, size)
        charges |= {f"{name}.q": staggered for name in error_names(model.feedback, source)}
    return charges


def plastic_feedback(model: Model, b: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What is carried besides where feedback synapses learn: their weights, `b` at first."""
    return synaptic_values(model, b) if feedback_rule(model).learns else {}
