"""A curriculum in one run: parameters that change when an epoch begins."""

import numpy as np
import pytest
from brian2 import pA
from helpers.stopping import assert_same_run, stop_at

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.model.files import load_model, write_model
from spikingfa.model.model import Model
from spikingfa.training import chunks

FROZEN = {"plasticity.eta_hidden": 0, "plasticity.eta_output": 0}


@pytest.fixture
def model(tiny_model, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 20)
    return tiny_model.but({"training.epochs": 4, "recording.weights": True})


def trained(model, folder, **how):
    return spikingfa.train(model, out=folder, progress=False, figures=False, **how)


def test_the_model_of_an_epoch():
    stages = [
        {"epoch": 4, "changes": {"hidden.tau_m": "15 ms"}},
        {"epoch": 2, "changes": {"hidden.tau_m": "30 ms", "feedback.scale": 100 * pA}},
    ]
    model = Model().but({"training.epochs": 5, "training.stages": stages})
    tau = [float(model.at_epoch(k).hidden.tau_m) for k in (1, 2, 3, 4, 5)]
    np.testing.assert_allclose(tau, [0.02, 0.03, 0.03, 0.015, 0.015])
    assert str(model.at_epoch().feedback.scale) == str(100 * pA)
    assert model.at_epoch(1) == Model().but({"training.epochs": 5})


def test_it_is_read_back_from_a_file(tmp_path):
    stages = [{"epoch": 2, "changes": {"feedback.scale": 100 * pA, "plasticity.w_max": "1 nA"}}]
    model = Model().but({"training.stages": stages})
    write_model(model, tmp_path / "model.toml")
    assert load_model(tmp_path / "model.toml") == model
    (tmp_path / "own.toml").write_text(
        "[[training.stages]]\nepoch = 2\n"
        'changes = { "feedback.scale" = "100 pA", "plasticity.w_max" = "1 nA" }\n'
    )
    assert load_model(tmp_path / "own.toml") == model
    assert "epoch = 2" in spikingfa.parameter_table(model)


def test_weights_change_in_the_epochs_that_say_so(model, tmp_path):
    stages = [
        {"epoch": 2, "changes": FROZEN},
        {"epoch": 4, "changes": {"plasticity.eta_output": 1}},
    ]
    run = trained(model.but({"training.stages": stages}), tmp_path / "run")
    w = [run.arrays_after(k) for k in range(5)]

    def changed(name, k):
        return not np.array_equal(w[k][f"{name}.w"], w[k - 1][f"{name}.w"])

    assert [changed("input_to_hidden", k) for k in (1, 2, 3, 4)] == [True, False, False, False]
    assert [changed("hidden_to_output", k) for k in (1, 2, 3, 4)] == [True, False, False, True]


def test_a_function_of_the_epoch(model, tmp_path):
    stages = [{"epoch": k, "changes": {"feedback.scale": f"{50 * k} pA"}} for k in (2, 3, 4)]
    one = trained(model, tmp_path / "list", stages=stages)

    def schedule(epoch):
        return {"feedback.scale": 50 * epoch * pA} if epoch > 1 else None

    other = trained(model, tmp_path / "function", stages=schedule)
    assert one.model == other.model
    assert_same_run(one, other)
    plain = trained(model, tmp_path / "plain")
    assert not np.array_equal(plain.arrays["input_to_hidden.w"], one.arrays["input_to_hidden.w"])


@pytest.mark.parametrize("n", [6, 10, 14])
def test_interrupted_it_goes_on_to_the_same_bits(n, model, tmp_path, monkeypatch):
    stages = [
        {"epoch": 2, "changes": {"feedback.scale": "100 pA", "training.trial": "60 ms"}},
        {"epoch": 3, "changes": FROZEN},
    ]
    model = model.but({"training.stages": stages})
    plain = trained(model, tmp_path / "plain")
    with monkeypatch.context() as patch:
        stop_at(patch, n)
        with pytest.raises(KeyboardInterrupt):
            trained(model, tmp_path / "run")
    assert_same_run(plain, trained(model, tmp_path / "run", resume=True))


def test_it_is_tested_as_it_ended(model, tmp_path):
    """Tests, recordings and predictions have the parameters of the last epoch."""
    stages = [{"epoch": 3, "changes": {"training.trial": "30 ms", "hidden.i_bias": "200 pA"}}]
    run = trained(model.but({"training.stages": stages}), tmp_path / "run")
    tested = spikingfa.evaluate(run, over_time=False)
    assert tested.error == run.metrics["test_error"]
    assert run.spikes.duration == pytest.approx(0.03)
    recording = spikingfa.record(run, trials=2, name="again", progress=False)
    for name in run.spikes.populations:
        for one, other in zip(run.spikes.of(name), recording.spikes.of(name)):
            np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden.tau_n": "3 ms"}, "epoch = 2: hidden.tau_n: there is no such key"),
        ({"hidden.tau_m": "3 mV"}, "epoch = 2: hidden.tau_m"),
        ({"hidden.size": 7}, "needs another network"),
        ({"hidden.i_noise": "20 pA"}, "needs another network"),
        ({"plasticity.rule": "eprop"}, "needs another network"),
        ({"hidden.i_init": "50 pA"}, "makes no difference"),
        ({"training.seed": 8}, "makes no difference"),
        ({"task.test_fraction": 0.3}, "makes no difference"),
    ],
)
def test_what_cannot_change_is_refused(changes, message, model, tmp_path):
    with pytest.raises(ModelError, match=message):
        trained(model, tmp_path / "run", stages=[{"epoch": 2, "changes": changes}])
    assert not (tmp_path / "run").exists()
