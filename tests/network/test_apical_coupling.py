"""The apical compartment reaches the soma where a model says so, and only there."""

import numpy as np
import pytest
from helpers.small_chunks import SIZE, make_chunk

import spikingfa
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.topology import Topology

NETWORK = {"hidden.size": 12}


def spikes(model, tmp_path, **parameters):
    chunk = make_chunk(model)
    rates = {name: 0.0 for name in chunk.parameters if name.endswith(".eta")}
    chunk.parameters.update(rates | parameters)
    return StandaloneEngine(blueprint(Topology(model, SIZE)), tmp_path).run(chunk).spikes["hidden"]


@pytest.mark.slow
@pytest.mark.parametrize(("g_couple", "moves"), [("0 nS", False), ("2 nS", True)])
def test_without_learning_feedback_moves_spikes_only_through_the_coupling(
    g_couple, moves, tmp_path
):
    model = Model().but(NETWORK | {"hidden.g_couple": g_couple, "plasticity.eta_hidden": 0.0})
    off = {f"error_{sign}_to_hidden.scale": 0.0 for sign in ("on", "off")}
    with_feedback, without = spikes(model, tmp_path), spikes(model, tmp_path, **off)
    assert len(with_feedback[0]) > 20
    assert moves != all(map(np.array_equal, with_feedback, without))


def test_it_is_compiled_in_only_where_it_is_not_zero():
    texts = {
        g: blueprint(Topology(Model().but({"hidden.g_couple": g}), SIZE))
        .population("hidden")
        .equations
        for g in ("0 nS", "1 nS")
    }
    assert "g_couple" not in texts["0 nS"]
    assert "g_couple*(v_rest + r_apical*i_apical - v)" in texts["1 nS"]


@pytest.mark.parametrize("name", spikingfa.model.neurons.NEURONS)
def test_every_neuron_model_can_be_coupled(name):
    model = Model().but({"hidden.model": name}).but({"hidden.g_couple": "1 nS"})
    text = blueprint(Topology(model, SIZE)).population("hidden").equations
    assert "g_couple*(v_rest + r_apical*i_apical - v)" in text
    assert "g_couple : siemens" in text
