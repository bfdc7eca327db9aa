"""Pathways past layers: from earlier populations than the layer right before."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.small_chunks import SIZE, make_chunk

import spikingfa
from spikingfa.engine import make_engine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import effective_forward_weights
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates
from spikingfa.network.pathways import Stimuli, forward_names
from spikingfa.network.topology import Topology
from spikingfa.training.perturbation import Perturbation

DRIVEN = {"hidden.size": 8, "hidden.i_bias": "120 pA", "output.i_bias": "180 pA"}


def deep(n: int = 3, **changes) -> Model:
    return Model().but({"hidden.layers": n} | DRIVEN | changes)


def test_each_layer_but_the_first_gets_the_input_besides():
    topology = Topology(deep(**{"hidden.skip": ["input"]}), SIZE)
    names = [path.name for path in topology.pathways]
    skips = ["input_to_hidden_1", "input_to_hidden_2"]
    assert names == [*forward_names(topology.model), *skips]
    assert set(names) <= {p.name for p in blueprint(topology).projections}
    assert [path.name for path in topology.forward_into("hidden_2")] == [
        "hidden_1_to_hidden_2",
        "input_to_hidden_2",
    ]


def test_the_layer_right_before_is_no_second_pathway():
    model = deep(2).but({"hidden.1.skip": ["hidden_0"], "hidden.0.skip": ["input"]})
    names = [path.name for path in Topology(model, SIZE).pathways]
    assert names == list(forward_names(model))


def test_they_share_sparsity_delay_and_signs():
    changes = {"hidden.skip": ["input"], "hidden.sparsity": 0.5, "hidden.delay": "3 ms"}
    model = deep(2, **changes).but({"input.excitatory": 0.5})
    state = initial_state(Topology(model, SIZE), np.random.default_rng(1))
    assert (state["input_to_hidden_1.mask"] == 0).sum(axis=0).tolist() == [4] * 8
    signs = np.sign(state["input_to_hidden_1.w"]) * state["input.polarity"][:, None]
    assert (signs >= 0).all()
    network = blueprint(Topology(model, SIZE))
    assert network.projection("input_to_hidden_1").delayed


def test_the_scale_of_their_weights():
    """A current of SD i_skip at the rates that the stimuli have."""
    model = Model().but({"hidden.layers": 2, "hidden.size": 500, "hidden.skip": ["input"]})
    model = model.but({"hidden.i_skip": "70 pA"})
    stimuli = Stimuli(n_features=400, n_classes=3, mean_square_sum=100.0)
    w = initial_state(Topology(model, stimuli), np.random.default_rng(0))["input_to_hidden_1.w"]
    current = 5e-3 * 200 * 0.5 * w.sum(axis=0)  # intensities of 0.5: their squares add up to 100
    np.testing.assert_allclose(current.std(), 70e-12, rtol=0.1)


def test_learning_rates_are_divided_by_the_number_of_pathways():
    plain, skipping = (Topology(deep(**c), SIZE) for c in ({}, {"hidden.skip": ["input"]}))
    one, other = (learning_rates(topology, 0.0) for topology in (plain, skipping))
    for name in ("input_to_hidden_0", "hidden_2_to_output"):
        assert other[f"{name}.eta"] == one[f"{name}.eta"]
    for name in ("hidden_0_to_hidden_1", "hidden_1_to_hidden_2"):
        assert other[f"{name}.eta"] == one[f"{name}.eta"] / 2
    # per stimulus the same: both have the input's rates
    assert other["input_to_hidden_1.eta"] == one["input_to_hidden_0.eta"] / 2


def test_with_direct_feedback_b_stands_for_all_ways_to_the_output():
    topology = Topology(deep().but({"hidden.2.skip": ["hidden_0"]}), SIZE)
    state = initial_state(topology, np.random.default_rng(1))
    w = {name: state[f"{name}.w"] for name in (*forward_names(topology.model),)}
    top = w["hidden_2_to_output"]
    chain = w["hidden_0_to_hidden_1"] @ (w["hidden_1_to_hidden_2"] @ top)
    found = effective_forward_weights(topology, state)["hidden_0"]
    np.testing.assert_allclose(found, chain + state["hidden_0_to_hidden_2.w"] @ top, rtol=1e-12)
    layerwise = Topology(topology.model.but({"feedback.kind": "layerwise"}), SIZE)
    found = effective_forward_weights(layerwise, state)["hidden_0"]
    np.testing.assert_array_equal(found, w["hidden_0_to_hidden_1"])


@pytest.mark.usefixtures("numpy_target")
def test_spikes_pass_a_layer_by():
    """With the chain cut, the second layer fires for the input alone."""
    model = deep(2, **{"hidden.skip": ["input"], "hidden.i_skip": "400 pA"})
    network, n_spikes = blueprint(Topology(model, SIZE)), {}
    engine = RuntimeEngine(network)
    for on in (True, False):
        chunk = make_chunk(model, learn=False)
        arrays = chunk.arrays | {"hidden_0_to_hidden_1.w": np.zeros((8, 8))}
        if not on:
            arrays["input_to_hidden_1.w"] = np.zeros((8, 8))
        n_spikes[on] = engine.run(replace(chunk, arrays=arrays)).n_spikes["hidden_1"]
    assert n_spikes[True] > 0 == n_spikes[False]


@pytest.mark.long
@pytest.mark.usefixtures("numpy_target")
def test_runtime_and_compiled_network_agree_bit_for_bit(tmp_path):
    model = deep(2, **{"hidden.skip": ["input"], "hidden.delay": "2 ms"})
    chunk, network = make_chunk(model), blueprint(Topology(model, SIZE))
    compiled = make_engine("cpp_standalone", network, tmp_path).run(chunk)
    stepped = RuntimeEngine(network).run(chunk)
    assert stepped.n_spikes == compiled.n_spikes
    for name, array in compiled.state.items():
        np.testing.assert_array_equal(stepped.state[name], array, name)
    before = chunk.arrays["input_to_hidden_1.w"]
    assert not np.array_equal(compiled.state["input_to_hidden_1.w"], before)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hidden.skip": ["inputs"]}, "hidden.0.skip: 'inputs' is no population before this"),
        ({"hidden.1.skip": ["hidden_1"]}, "which are input, hidden_0; did you mean 'hidden_0'"),
        ({"hidden.2.skip": ["output"]}, "which are input, hidden_0, hidden_1"),
        ({"hidden.skip": "input"}, "hidden.0.skip: "),
    ],
)
def test_what_is_refused(changes, reason):
    with pytest.raises(spikingfa.ModelError) as error:
        deep().but(changes)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


def test_killed_neurons_and_noisy_weights():
    model = deep().but({"hidden.2.skip": ["hidden_0"]})
    state = initial_state(Topology(model, SIZE), np.random.default_rng(0))
    left = Perturbation(kill=0.5).of_weights(model, state)
    names = ("hidden_0_to_hidden_1", "hidden_0_to_hidden_2")
    silent = [np.flatnonzero((left[f"{name}.w"] == 0).all(axis=1)) for name in names]
    np.testing.assert_array_equal(*silent)
    noisy = Perturbation(weight_noise=0.1).of_weights(model, state)
    changed = {name for name in state if not np.array_equal(noisy[name], state[name])}
    assert changed == {name for name in state if name.endswith(".w")}
