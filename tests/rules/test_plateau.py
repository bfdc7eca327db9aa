"""The schedule that goes by the validation error."""

import numpy as np
import pytest

import spikingfa
from spikingfa.model.model import Model
from spikingfa.network.parameters import learning_rates
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.rules.schedules import plateau
from spikingfa.training import chunks


@pytest.mark.parametrize(
    ("errors", "n_plateaus"),
    [
        ([], 0),
        ([0.9], 0),
        ([0.9, 0.5, 0.4, 0.3], 0),
        ([0.9, 0.5, 0.5], 0),
        ([0.9, 0.5, 0.5, 0.6], 1),
        ([0.9, 0.5, 0.5, 0.6, 0.6], 1),
        ([0.9, 0.5, 0.5, 0.6, 0.6, 0.6], 2),
        ([0.9, 0.5, 0.6, 0.4, 0.6, 0.5], 1),
        ([0.9, 0.5, 0.6, 0.6, 0.4, 0.6], 1),
    ],
)
def test_rates_fall_after_two_epochs_without_a_better_error(errors, n_plateaus):
    assert plateau(errors, patience=2, factor=0.3) == pytest.approx(0.3**n_plateaus)


def test_the_model_waits_and_stops_at_its_last_part():
    plasticity = {"schedule": "plateau", "patience": 1, "plateau_factor": 0.1, "eta_final": 0.05}
    model = Model().but(plasticity=plasticity, task={"validation": 10})
    rates = [
        learning_rates(Topology(model, Stimuli(20, 3, 5.0)), 0.5, [0.5] * n)["input_to_hidden.eta"]
        for n in (1, 2, 3)
    ]
    assert rates[1] == pytest.approx(0.1 * rates[0])
    assert rates[2] == pytest.approx(0.05 * rates[0])


def test_the_test_set_may_not_steer_learning():
    with pytest.raises(spikingfa.ModelError) as caught:
        Model().but({"plasticity.schedule": "plateau"})
    assert str(caught.value) == (
        'plasticity.schedule = "plateau" needs task.validation > 0, training stimuli that are held'
        " out: the test set must not steer learning"
    )


@pytest.mark.long
def test_a_stopped_run_falls_at_the_same_epochs(tiny_model, tmp_path, monkeypatch):
    from helpers.stopping import assert_same_run, stop_at

    monkeypatch.setattr(chunks, "CHUNK", 16)
    plasticity = {"schedule": "plateau", "patience": 1, "plateau_factor": 0.5}
    changes = {"task": {"validation": 12}, "training": {"epochs": 5}, "plasticity": plasticity}
    model = tiny_model.but(**changes)
    expected = spikingfa.train(model, out=tmp_path / "expected", progress=False)
    errors = expected.history["validation_error"]
    assert plateau(errors[:-1], 1, 0.5) < 1  # it did fall
    constant = model.but({"plasticity.schedule": "constant"})
    other = spikingfa.train(constant, out=tmp_path / "constant", progress=False)
    w = "input_to_hidden.w"
    assert not np.array_equal(other.arrays[w], expected.arrays[w])
    for n in (8, 13, 16, 20):
        with monkeypatch.context() as patch:
            stop_at(patch, n)
            with pytest.raises(KeyboardInterrupt):
                spikingfa.train(model, out=tmp_path / f"run-{n}", progress=False)
        run = spikingfa.train(model, out=tmp_path / f"run-{n}", resume=True, progress=False)
        assert_same_run(run, expected)
