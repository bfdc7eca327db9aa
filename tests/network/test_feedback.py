"""Errors come back layer by layer, and plastic feedback learns what the forward synapse learns."""

from dataclasses import replace

import brian2
import numpy as np
import pytest

from spikingfa.engine import Chunk, make_engine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_parameters import feedback_parameters
from spikingfa.network.feedback_weights import (
    feedback_matrices,
    random_feedback,
    synaptic_values,
)
from spikingfa.network.initial import initial_state, plastic_feedback
from spikingfa.network.parameters import parameters, while_learning
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.training.analysis import alignment_angle

N_TRIALS = 20


def make_chunk(model: Model) -> tuple[Topology, Chunk]:
    """Trials of 8 features and 3 classes that make every population fire."""
    rng = np.random.default_rng(4)
    x = rng.random((N_TRIALS, 8), dtype=np.float32)
    topology = Topology(model, Stimuli(8, 3, float((x.astype(float) ** 2).sum(axis=1).mean())))
    b = random_feedback(topology, rng)
    state = initial_state(topology, rng) | plastic_feedback(topology, b)
    chunk = Chunk(
        stimuli=x,
        order=rng.permutation(N_TRIALS),
        targets=np.arange(N_TRIALS) % 3,
        answers=np.eye(3, dtype=np.float32),
        trial=float(model.training.trial),
        parameters=parameters(topology) | while_learning(topology, 0.0),
        arrays=state | synaptic_values(topology, feedback_matrices(topology, b, state)),
        carried=tuple(state),
        record=True,
    )
    return topology, chunk


def two_layers(**feedback) -> Model:
    layer = {"size": 12, "i_bias": "250 pA", "i_init": "60 pA"}
    return Model(
        hidden=[layer, layer | {"size": 9}], output={"i_bias": "180 pA"}, feedback=feedback
    )


@pytest.mark.usefixtures("numpy_target")
def test_a_hidden_neuron_passes_on_what_reached_it_where_it_is_sensitive():
    """e_j = sensitivity_j i_apical_j / scale, and the layer below hears sum_j B_ji e_j."""
    model = two_layers(kind="layerwise", error="graded")
    topology, chunk = make_chunk(model)
    engine = RuntimeEngine(blueprint(topology))
    engine.prepare(chunk)
    groups, run = engine.parts.groups, engine.parts.network.run
    run(60 * brian2.ms, namespace={})
    upper, error = groups["hidden_1"], groups["error_hidden_1"]
    expected = upper.i_apical_[:] * upper.sensitivity[:] / float(model.feedback.scale)
    run(1 * brian2.ms, namespace={})
    np.testing.assert_allclose(error.error_[:], expected, rtol=1e-12)
    assert 0 < (expected == 0).sum() < len(expected)
    run(1 * brian2.ms, namespace={})  # each hop takes a step
    b = chunk.arrays["error_hidden_1_to_hidden_0.b"]
    heard = float(model.feedback.scale) * np.sqrt(3 / 9) * expected @ b
    np.testing.assert_allclose(groups["hidden_0"].i_error_[:], heard, rtol=1e-9)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("layerwise", marks=pytest.mark.long),
        pytest.param("kolen_pollack", marks=pytest.mark.slow),
    ],
)
def test_on_and_off_neurons_carry_what_the_graded_error_does(kind, tmp_path):
    """Every layer learns, and about the same as from graded errors."""
    changes = {}
    for error in ("graded", "spiking"):
        model = two_layers(kind=kind, error=error, error_rate="1000 Hz", neurons_per_output=4)
        topology, chunk = make_chunk(model)
        # so little that the change is that of the same weights all along
        little = {key: 1e-3 * v for key, v in chunk.parameters.items() if key.endswith(".eta")}
        chunk = replace(chunk, parameters=chunk.parameters | little)
        folder = tmp_path / error
        folder.mkdir()
        outcome = make_engine("cpp_standalone", blueprint(topology), folder).run(chunk)
        for name in ("input_to_hidden_0.w", "hidden_0_to_hidden_1.w"):
            change = outcome.state[name] - chunk.arrays[name]
            changes.setdefault(name, []).append(change / np.linalg.norm(change))
    for one, other in changes.values():
        assert np.sum(one * other) > 0.7


@pytest.mark.long
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_plastic_feedback_changes_as_the_forward_weights_do(decay, tmp_path):
    """Where errors are graded W.T - B changes by its decay alone, synapse by synapse."""
    model = two_layers(kind="kolen_pollack", error="graded", decay=decay)
    topology, chunk = make_chunk(model)
    outcome = make_engine("cpp_standalone", blueprint(topology), tmp_path).run(chunk)
    for hop, forward in topology.mirrored_pairs:
        w, b = f"{forward.name}.w", f"error{_suffix(hop)}_to_{hop.post}.b"
        values = feedback_parameters(topology)[b.removesuffix(".b")]
        scale = model.feedback.output_scale if hop.source.name == "output" else model.feedback.scale
        unit = float(scale) / values["gain"]
        before = chunk.arrays[w] - unit * chunk.arrays[b].T
        after = outcome.state[w] - unit * outcome.state[b].T
        spikes = np.bincount(outcome.spikes[hop.post][1], minlength=chunk.arrays[b].shape[1])
        eta = chunk.parameters[f"{forward.name}.eta"]
        left = (1 - eta * decay) ** spikes
        np.testing.assert_allclose(after, before * left[:, np.newaxis], rtol=1e-6, atol=1e-20)
        assert (spikes > 10).sum() > 5
        assert not np.allclose(outcome.state[b], chunk.arrays[b])


def _suffix(hop) -> str:
    return "" if hop.source.name == "output" else f"_{hop.source.name}"


@pytest.mark.long
def test_plastic_feedback_of_both_signs_stays_the_same(tmp_path):
    model = two_layers(kind="kolen_pollack", neurons_per_output=2)
    topology, chunk = make_chunk(model)
    outcome = make_engine("cpp_standalone", blueprint(topology), tmp_path).run(chunk)
    for hop in ("_to_hidden_1", "_hidden_1_to_hidden_0"):
        on, off = (outcome.state[f"error_{sign}{hop}.b"] for sign in ("on", "off"))
        np.testing.assert_array_equal(on, off)
    rows = outcome.state["error_on_to_hidden_1.b"]
    np.testing.assert_array_equal(rows[::2], rows[1::2])


@pytest.mark.long
def test_tests_leave_plastic_feedback_alone(tmp_path):
    model = two_layers(kind="kolen_pollack")
    topology, chunk = make_chunk(model)
    off = {name: 0.0 for name in chunk.parameters if name.endswith(".eta")}
    assert "error_on_hidden_1_to_hidden_0.eta" in off
    chunk = replace(chunk, parameters=chunk.parameters | off)
    outcome = make_engine("cpp_standalone", blueprint(topology), tmp_path).run(chunk)
    for name in ("error_on_to_hidden_1.b", "error_on_hidden_1_to_hidden_0.b"):
        np.testing.assert_array_equal(outcome.state[name], chunk.arrays[name])


@pytest.mark.long
def test_weights_and_plastic_feedback_meet_where_neurons_fire(tmp_path):
    """A feedback synapse onto a neuron that never fires stays as it is."""
    model = two_layers(kind="kolen_pollack", error="graded", decay=0.1)
    topology, chunk = make_chunk(model)
    engine = make_engine("cpp_standalone", blueprint(topology), tmp_path)
    n_spikes = np.zeros(9, int)
    for _ in range(20):
        outcome = engine.run(chunk)
        n_spikes += np.bincount(outcome.spikes["hidden_1"][1], minlength=9)
        chunk = replace(chunk, arrays=chunk.arrays | outcome.state)
    w, b = (outcome.state[name] for name in ("hidden_1_to_output.w", "error_to_hidden_1.b"))
    active = n_spikes > 500
    assert active.sum() > 3
    assert alignment_angle(w[active], b[:, active]) < 1
