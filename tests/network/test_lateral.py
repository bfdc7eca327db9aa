"""Synapses within a layer."""

import numpy as np
import pytest

import spikingfa
from spikingfa.base.seeds import stream
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.initial import initial_state
from spikingfa.network.pathways import Stimuli, forward_names
from spikingfa.network.topology import Topology
from spikingfa.training.data_fit import topology_of

STIMULI = Stimuli(n_features=20, n_classes=3, mean_square_sum=5.0)


@pytest.mark.long
def test_fixed_recurrent_weights_stay_and_act(tiny_model, tiny_run, tmp_path):
    model = tiny_model.but({"hidden.recurrent": "fixed", "hidden.i_recurrent": "200 pA"})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    topology = topology_of(model, spikingfa.tasks.load_data(model.task))
    w = initial_state(topology, stream(1, "weights"), stream(1, "structure"))
    before = w["hidden_to_hidden.w"]
    np.testing.assert_array_equal(run.arrays["hidden_to_hidden.w"], before)
    assert (np.diag(before) == 0).all()
    assert (before != 0).sum() == 12 * 11
    assert not np.array_equal(run.spikes.of("hidden")[0], tiny_run.spikes.of("hidden")[0])
    # the others begin as they do without
    plain = initial_state(Topology(tiny_model, topology.stimuli), stream(1, "weights"))
    np.testing.assert_array_equal(w["hidden_to_output.w"], plain["hidden_to_output.w"])


def test_the_scale_of_recurrent_weights():
    """At the reference rate of 40 Hz, a current of SD i_recurrent."""
    model = Model(hidden={"size": 300, "recurrent": "fixed", "i_recurrent": "70 pA"})
    w = initial_state(Topology(model, STIMULI), np.random.default_rng(0))["hidden_to_hidden.w"]
    current = 5e-3 * 40 * w.sum(axis=0)
    np.testing.assert_allclose(current.std(), 70e-12, rtol=0.15)


def test_every_hidden_layer_may_be_recurrent():
    model = Model(hidden=[{"size": 4, "recurrent": "fixed"}, {"size": 5, "recurrent": "plastic"}])
    names = [path.name for path in Topology(model, STIMULI).pathways]
    assert names == [*forward_names(model), "hidden_0_to_hidden_0", "hidden_1_to_hidden_1"]
    network = {p.name: p for p in blueprint(Topology(model, STIMULI)).projections}
    assert "eta" not in network["hidden_0_to_hidden_0"].equations
    assert "teaching_post" in network["hidden_1_to_hidden_1"].on_pre


@pytest.mark.long
def test_inhibition_lets_fewer_outputs_speak(tiny_model, tmp_path):
    """All outputs are driven above rheobase."""
    active, counts = {}, {}
    driven = {"output.i_bias": "170 pA", "output.i_init": "60 pA", "plasticity.eta_output": 0.0}
    for inhibition in ("0 pA", "400 pA"):
        model = tiny_model.but(driven | {"output.inhibition": inhibition, "recording.trials": 12})
        run = spikingfa.train(model, out=tmp_path / inhibition, progress=False)
        t, i = run.spikes.of("output")
        last = (t % 0.1) > 0.04  # the winner needs a while
        spoken = {(int(a), int(b)) for a, b in zip(t[last] / 0.1, i[last])}
        active[inhibition], counts[inhibition] = len(spoken), len(t)
    assert active["400 pA"] < active["0 pA"] - 6
    assert counts["400 pA"] < counts["0 pA"]


def test_inhibition_spares_the_neuron_that_fires():
    network = blueprint(Topology(Model().but({"output.inhibition": "20 pA"}), STIMULI))
    projection = next(p for p in network.projections if p.name == "output_to_output")
    assert projection.connect == "i != j"
    assert projection.on_pre == "i_syn_post += (-inhibition)"
    names = [p.name for p in blueprint(Topology(Model(), STIMULI)).projections]
    assert "output_to_output" not in names
