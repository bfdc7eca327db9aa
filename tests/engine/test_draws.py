"""Noise of a network: the same compiled and on the runtime, whichever trials are run together."""

import dataclasses

import numpy as np
import pytest
from helpers.chunks import N_TRIALS, assert_same, make_chunk

from spikingfa import Model, load_model
from spikingfa.engine import Chunk
from spikingfa.engine.compiled.cache import compiled
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.draws import stream
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.network.blueprint import Blueprint, Population

NOISY = {
    "poisson": {"input.coding": "poisson"},
    "currents": {"hidden.i_noise": "100 pA", "output.i_noise": "50 pA"},
    "updates": {"plasticity.update_noise": "10 pA"},
    "updates in every step": {"plasticity.update_noise": "10 pA", "plasticity.rule": "traced"},
    "single": {"hidden.i_noise": "100 pA", "training.precision": "single"},
    "delays that differ": {
        "hidden.i_noise": "100 pA",
        "plasticity.update_noise": "10 pA",
        "hidden.delay": {"dist": "normal", "mean": "5 ms", "sd": "2 ms"},
    },
}


#: What is drawn where Brian2's own templates are.
AT_RESETS = {
    "hidden.threshold": "v > v_peak + randn()*2*mV",
    "hidden.reset": "v = v_reset + rand()*2*mV",
}


def noisy(name: str):
    if name == "equations":
        model = load_model("digits_equations").but({"hidden.size": 12} | AT_RESETS)
    else:
        model = Model(hidden={"size": 12}).but(NOISY[name])
    return make_chunk(model)


@pytest.mark.long
@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("name", [*NOISY, "equations"])
def test_compiled_and_on_the_runtime_bit_for_bit(name, tmp_path):
    network, chunk = noisy(name)
    compiled, runtime = StandaloneEngine(network, tmp_path), RuntimeEngine(network)
    outcome = compiled.run(chunk)
    assert outcome.n_spikes["hidden"] > 0
    # NumPy rounds singles at other places, and has a tanh of its own
    rounded = name in ("single", "equations")
    what = ("spikes",) if rounded else ("state", "readout", "n_spikes", "spikes")
    assert_same(outcome, runtime.run(chunk), what)
    # of another seed it is another noise
    other = compiled.run(dataclasses.replace(chunk, seed=2))
    with pytest.raises(AssertionError):
        assert_same(outcome, other)


@pytest.mark.usefixtures("numpy_target")
def test_the_noise_of_a_trial_is_its_own():
    """In another order, or some of them alone: answers of trials without learning are the same."""
    model = Model(hidden={"size": 12}).but(NOISY["poisson"] | NOISY["currents"])
    network, chunk = make_chunk(model, learn=False)
    loud = {name: w + 60e-12 for name, w in chunk.arrays.items() if name.endswith(".w")}
    chunk, engine = dataclasses.replace(chunk, arrays=chunk.arrays | loud), RuntimeEngine(network)
    whole = engine.run(chunk).readout["count"]
    assert whole.sum() > 0
    for which in (slice(None, None, -1), np.array([5, 2, 9])):
        some = engine.run(chunk.part(which)).readout["count"]
        np.testing.assert_array_equal(some, whole[which])
    again = dataclasses.replace(chunk, numbers=np.arange(N_TRIALS) + 1)
    assert not np.array_equal(engine.run(again).readout["count"], whole)


@pytest.mark.long
@pytest.mark.usefixtures("numpy_target")
def test_a_number_that_all_neurons_share(tmp_path):
    """Drawn at each onset; Brian2 gives no index for it."""
    population = Population(
        "input",
        5,
        "s : 1 (shared)\nu : 1\nn_spikes : integer",
        threshold="u > 2",
        reset="n_spikes += 1",
        onset="s = rand()\nu = s + rand()",
        recorded=("u",),
    )
    network = Blueprint(1e-3, (population,))
    chunk = Chunk(
        stimuli=np.zeros((1, 5), np.float32),
        order=np.zeros(6, int),
        targets=np.zeros(6, int),
        answers=np.eye(1),
        trial=2e-3,
        parameters={},
        arrays={"input.u": np.zeros(5)},
        carried=("input.u",),
        seed=3,
    )
    engines = StandaloneEngine(network, tmp_path), RuntimeEngine(network)
    compiled, runtime = (engine.run(chunk).readout["u"] for engine in engines)
    np.testing.assert_array_equal(compiled, runtime)
    assert np.unique(compiled).size == compiled.size


@pytest.mark.long
def test_a_variable_may_be_called_a_moment():
    """A network draws nothing because of a name."""
    population = Population("input", 2, "x_moment : 1", threshold="x_moment > 1")
    assert compiled(Blueprint(1e-3, (population,))).build_seconds >= 0


def test_a_stream_has_the_name_of_its_runner():
    """Whichever code object of this name it is, of those that a session has made."""
    assert stream("hidden_onset_codeobject", 0) == stream("hidden_onset_1_codeobject_2", 0)
    assert stream("hidden_onset_codeobject*", 0) == stream("hidden_onset_codeobject", 0)
    names = ["hidden_onset", "hidden_rest", "hidden_1_rest"]
    streams = {stream(f"{name}_codeobject", call) for name in names for call in range(3)}
    assert len(streams) == 9
