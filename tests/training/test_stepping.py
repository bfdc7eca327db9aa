"""The Brian2 network in the user's hands: its spikes are those of the compiled one."""

import numpy as np
import pytest
from brian2 import NetworkOperation, StateMonitor, ms

import spikingfa
from spikingfa.base.errors import ModelError

pytestmark = pytest.mark.usefixtures("numpy_target")


@pytest.fixture(scope="module")
def run(tiny_model, tmp_path_factory):
    """Twelve recorded trials: all that are held out."""
    model = tiny_model.but({"recording.trials": 12, "output.i_init": "60 pA"})
    return spikingfa.train(model, out=tmp_path_factory.mktemp("run") / "run", progress=False)


def test_its_spikes_are_those_of_the_compiled_network(run):
    """Of all populations; run in pieces that are no trials."""
    network = spikingfa.brian2_network(run, trials=12)
    for _ in range(8):
        network.run(150 * ms)
    for name in run.spikes.populations:
        t, i = run.spikes.of(name)
        monitor = network[f"{name}_spikes"]
        assert len(t)
        np.testing.assert_array_equal(monitor.i[:], i, err_msg=name)
        np.testing.assert_allclose(monitor.t_[:], t, rtol=0, atol=1e-12, err_msg=name)


def test_own_monitors_and_operations(tiny_model):
    network = spikingfa.brian2_network(tiny_model, trials=1)
    potential = StateMonitor(network["hidden"], "v", record=[0, 3])
    steps = []
    network.add(potential, NetworkOperation(lambda: steps.append(1)))
    network.run(7 * ms)
    assert potential.v_.shape == (2, 7)
    assert steps
    assert len(network["input_to_hidden"].w_[:]) == 6 * 12


def test_it_learns_when_asked(tiny_model):
    w = {}
    for learning in (False, True):
        network = spikingfa.brian2_network(tiny_model, trials=2, learning=learning)
        before = network["hidden_to_output"].w_[:].copy()
        network.run(200 * ms)
        w[learning] = np.abs(network["hidden_to_output"].w_[:] - before).max()
    assert w[False] == 0
    assert w[True] > 0


def test_a_model_begins_with_its_seed(tiny_model, tmp_path):
    """The weights of a training before its first trial."""
    model = tiny_model.but({"training.seed": 5, "recording.weights": True})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    network = spikingfa.brian2_network(model, trials=1)
    expected = run.arrays_after(0)["input_to_hidden.w"].ravel()
    np.testing.assert_array_equal(network["input_to_hidden"].w_[:], expected)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"trials": 0}, "from 1 to 12"),
        ({"trials": 13}, "from 1 to 12"),
        ({"trials": 49, "learning": True}, "from 1 to 48"),
    ],
)
def test_as_many_trials_as_there_are(how, message, tiny_model):
    with pytest.raises(ModelError, match=message):
        spikingfa.brian2_network(tiny_model, **how)


def test_single_precision_is_refused(tiny_model):
    with pytest.raises(ModelError, match=r"needs training\.precision"):
        spikingfa.brian2_network(tiny_model.but({"training.precision": "single"}))
