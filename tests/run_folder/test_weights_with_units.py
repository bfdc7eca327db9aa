"""Weights and what else a network carries, as Brian2 quantities and as plain numbers."""

import numpy as np
import pytest
from brian2 import Equations, Quantity, amp, get_dimensions, have_same_dimensions, mV, pA, second

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.run_folder.state_schema import state_schema

W = "hidden_to_output.w"


def test_forward_weights_are_currents(tiny_run):
    w = tiny_run.weights[W]
    assert isinstance(w, Quantity)
    assert have_same_dimensions(w, amp)
    assert 0 * pA < abs(w).max() < 10000 * pA
    assert not isinstance(tiny_run.weights["feedback_to_hidden.b"], Quantity)


def test_numbers_are_those_of_the_file(tiny_run):
    with np.load(tiny_run.folder / "weights.npz") as file:
        for name, quantity in tiny_run.weights.items():
            np.testing.assert_array_equal(np.asarray(quantity), file[name])
            np.testing.assert_array_equal(tiny_run.arrays[name], file[name])
            assert type(tiny_run.arrays[name]) is np.ndarray


def test_no_number_is_copied(tiny_run):
    assert np.shares_memory(tiny_run.weights[W], tiny_run.arrays[W])


MODELS = (
    ("digits_fa", {"hidden.tau_m": {"dist": "normal", "mean": "20 ms", "sd": "2 ms"}}),
    ("digits_fa", {"hidden.delay": {"dist": "uniform", "low": "2 ms", "high": "8 ms"}}),
    ("digits_fa", {"plasticity.homeostasis": "20 pA", "plasticity.intrinsic": "1 pA"}),
    ("digits_fa", {"feedback.kind": "kolen_pollack", "input.excitatory": 0.8}),
    ("digits_five", {"feedback.error_rms": 0.1}),
    ("digits_adex", {"hidden.a_w": {"dist": "normal", "mean": "2 nS", "sd": "1 nS"}}),
)


@pytest.mark.parametrize(("name", "changes"), MODELS)
def test_units_are_those_of_the_equations(name, changes):
    """Of everything that is carried and that the network's equations declare."""
    topology = Topology(spikingfa.load_model(name).but(changes), Stimuli(64, 10, 10.0))
    declared = units_in(blueprint(topology))
    specs = {name: spec for name, spec in state_schema(topology).items() if name in declared}
    assert len(specs) > 2
    for array, spec in specs.items():
        assert spec.dim is declared[array], array


def units_in(network) -> dict:
    """Dimension of each variable of populations and projections."""
    delays = {f"{projection.name}.delay": second.dim for projection in network.projections}
    return delays | {  # Brian2 declares delays itself
        f"{group.name}.{variable}": dim
        for group in (*network.populations, *network.projections)
        for variable, dim in Equations(group.equations).dimensions.items()
    }


def test_a_training_starts_with_either(tiny_run, tiny_model, tmp_path):
    def started(name, arrays):
        return spikingfa.train(tiny_model, start=arrays, out=tmp_path / name, progress=False)

    one, other = started("one", tiny_run.weights), started("other", tiny_run.arrays)
    np.testing.assert_equal(one.arrays, other.arrays)
    np.testing.assert_equal(one.start, tiny_run.arrays)
    wrong = tiny_run.weights | {W: np.asarray(tiny_run.weights[W]) * mV}
    with pytest.raises(ModelError, match=rf"{W} is in .*, the model needs A"):
        started("wrong", wrong)


def test_drawn_parameters_have_their_units(tiny_model, tmp_path):
    model = tiny_model.but({"hidden.tau_m": {"dist": "uniform", "low": "10 ms", "high": "20 ms"}})
    seen = []

    def look(training):
        seen.append(training.weights["hidden.tau_m"])

    run = spikingfa.train(model, out=tmp_path / "run", progress=False, callbacks=[look])
    assert get_dimensions(run.weights["hidden.tau_m"]) is second.dim
    np.testing.assert_array_equal(seen[-1], run.weights["hidden.tau_m"])


def test_weights_that_were_kept_have_units(tiny_model, tmp_path):
    model = tiny_model.but({"recording.weights": True})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    np.testing.assert_array_equal(run.weights_after(1)[W], run.weights[W])
