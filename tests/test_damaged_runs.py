"""Damaged and hostile run folders: whatever reads them says so in one line, and gives no number."""

import numpy as np
import pytest

from spikingfa import Model, load_model
from spikingfa.feedback_weights import random_feedback
from spikingfa.initial import initial_state, plastic_feedback
from spikingfa.model_file import shipped_models
from spikingfa.network import blueprint
from spikingfa.pathways import Stimuli
from spikingfa.state_schema import feedback_schema, population_sizes, state_schema

SIZE = Stimuli(n_features=6, n_classes=4, mean_square_sum=1.0)
TAU_M = {"dist": "normal", "mean": "20 ms", "sd": "2 ms"}
DELAYS = {"dist": "uniform", "low": "1 ms", "high": "4 ms"}

# what is carried


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"input.coding": "poisson", "feedback.error": "graded"},
        {"hidden.layers": 3, "feedback.kind": "layerwise"},
        {"hidden.recurrent": "plastic", "hidden.sparsity": 0.5},
        {"hidden.recurrent": "fixed", "input.excitatory": 0.8, "hidden.excitatory": 0.8},
        {"hidden.tau_m": TAU_M, "hidden.delay": DELAYS, "output.tau_m": TAU_M},
        {"plasticity.homeostasis": "2 pA", "feedback.kind": "kolen_pollack"},
        {"feedback.neurons_per_output": 3, "feedback.kind": "kolen_pollack"},
        {"feedback.kind": "none"},
    ],
)
def test_the_schema_has_what_a_training_begins_with(changes):
    model = Model().but({"hidden.size": 5} | changes)
    rng = np.random.default_rng(0)
    b = random_feedback(model, SIZE, rng)
    state = initial_state(model, SIZE, rng) | plastic_feedback(model, b)
    schema = state_schema(model, SIZE)
    assert {name: spec.shape for name, spec in schema.items()} == {
        name: array.shape for name, array in state.items()
    }
    for name, array in state.items():
        assert schema[name].low <= array.min() <= array.max() <= schema[name].high
    matrices = {name: spec.shape for name, spec in feedback_schema(model, SIZE).items()}
    assert matrices == {f"feedback_to_{layer}.b": matrix.shape for layer, matrix in b.items()}


@pytest.mark.parametrize("name", shipped_models())
def test_the_schema_of_shipped_models(name):
    model = load_model(name)
    state = initial_state(model, SIZE, np.random.default_rng(0))
    assert set(state) <= set(state_schema(model, SIZE))
    populations = {p.name: p.size for p in blueprint(model, SIZE).populations}
    assert population_sizes(model, SIZE) == populations
