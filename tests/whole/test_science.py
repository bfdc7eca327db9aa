"""The science: it learns, feedback aligns, blame beats a frozen layer, data may change."""

import numpy as np
import pytest
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler

import spikingfa

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def digits_fa(tmp_path_factory):
    return spikingfa.train(
        spikingfa.load_model("digits_fa"),
        seed=1,
        out=tmp_path_factory.mktemp("digits") / "run",
        progress=False,
    )


def test_digits_are_learnt(digits_fa):
    assert digits_fa.metrics["test_error"] <= 0.03
    assert digits_fa.metrics["train_error"] <= 0.02


def test_forward_weights_turn_towards_the_feedback_weights(digits_fa):
    angle = digits_fa.history["angle_hidden_deg"]
    assert 85 < angle[0] < 95
    assert angle[-1] < 60


def test_blame_beats_a_frozen_hidden_layer(digits_fa, tmp_path):
    model = spikingfa.load_model("digits_fa").but({"plasticity.eta_hidden": 0.0})
    frozen = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert frozen.metrics["test_error"] > 2 * digits_fa.metrics["test_error"]


def test_rates_stay_plausible(digits_fa):
    assert 5 < digits_fa.history["rate_hidden_hz"][-1] < 60


def test_graded_errors_teach_as_well(tmp_path):
    model = spikingfa.load_model("digits_fa").but({"feedback.error": "graded"})
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] <= 0.035
    assert run.metrics["angle_deg"] < 60


def test_blame_goes_back_through_three_hidden_layers(tmp_path):
    """Each layer's weights turn towards the feedback weights above it."""
    run = spikingfa.train(
        spikingfa.load_model("digits_fa_deep"), seed=1, out=tmp_path / "run", progress=False
    )
    assert run.metrics["test_error"] <= 0.05
    for layer, most in (("hidden_0", 85), ("hidden_1", 85), ("hidden_2", 60)):
        angle = run.history[f"angle_{layer}_deg"]
        assert 85 < angle[0] < 95
        assert angle[-1] < most


def test_digits_are_learnt_without_trials(tmp_path):
    """Nothing is reset when the digit changes; blame beats a frozen layer and aligns."""
    model = spikingfa.load_model("digits_fa_continuous")
    run, frozen = (
        spikingfa.train(
            model.but({"plasticity.eta_hidden": eta}),
            seed=1,
            out=tmp_path / str(eta),
            progress=False,
        ).metrics
        for eta in (0.8, 0.0)
    )
    assert run["test_error"] <= 0.035
    assert run["angle_deg"] < 65
    assert frozen["test_error"] > 2 * run["test_error"]


def test_a_spike_pattern_is_learnt(tmp_path):
    """Target spikes at given times, by a rule with an eligibility; blame beats a frozen layer."""
    model = spikingfa.load_model("spike_pattern_fa")
    distances = [
        spikingfa.train(
            model.but({"plasticity.eta_hidden": eta}),
            seed=1,
            out=tmp_path / str(eta),
            progress=False,
        ).metrics["test_error"]
        for eta in (0.8, 0.0)
    ]
    assert distances[0] < 0.15
    assert distances[1] > 2 * distances[0]


def _fifty_patterns():
    rng = np.random.default_rng(0)
    patterns, y = rng.random((50, 100)) < 0.15, np.arange(1500) % 50
    noise = (rng.random((1500, 100)) < 0.05) * 0.5
    return patterns[y] * rng.random((1500, 100)) + noise, y


def _thousand_features():
    return datasets.make_classification(
        500, 1000, n_informative=60, n_redundant=0, n_classes=2, class_sep=2, random_state=0
    )


DATA = {
    "iris: 4 features, 3 classes": lambda: datasets.load_iris(return_X_y=True),
    "wine: 13 features, 3 classes": lambda: datasets.load_wine(return_X_y=True),
    "cancer: 30 features, 2 classes": lambda: datasets.load_breast_cancer(return_X_y=True),
    "patterns: 100 features, 50 classes": _fifty_patterns,
    "thousand: 1000 features, 2 classes": _thousand_features,
}


@pytest.mark.parametrize("make", DATA.values(), ids=DATA.keys())
def test_other_data_without_retuning(make, tmp_path):
    """Close to logistic regression or better, whatever the number of features and classes."""
    x, y = make()
    x = MinMaxScaler().fit_transform(x).astype(np.float32)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.25, stratify=y, random_state=0)
    path = tmp_path / "data.npz"
    np.savez(path, x=x, y=y, x_test=np.clip(x_test, 0, 1), y_test=y_test)
    model = spikingfa.load_model("digits_fa")
    model = model.but(task={"name": "arrays", "file": str(path)})
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    baseline = 1 - LogisticRegression(max_iter=3000).fit(x, y).score(x_test, y_test)
    assert run.metrics["test_error"] <= baseline + 0.05


@pytest.fixture(scope="module")
def mnist(real_mnist):
    """One epoch of MNIST: `mnist_fa_quick` with changes."""

    def run(folder, **changes):
        model = spikingfa.load_model("mnist_fa_quick")
        model = model.but({"task.folder": str(real_mnist)} | changes)
        return spikingfa.train(model, seed=1, out=folder, progress=False)

    return run


def test_an_epoch_of_mnist(mnist, tmp_path):
    run = mnist(tmp_path / "run")
    assert run.metrics["test_error"] <= 0.035
    assert run.metrics["angle_deg"] < 60
    assert run.history["rate_hidden_hz"][-1] < 60
    damaged = spikingfa.evaluate(run, spikingfa.Perturbation(kill=0.2), over_time=False)
    assert run.metrics["test_error"] < damaged.error < 0.1


def test_blame_counts_on_mnist(mnist, tmp_path):
    """Random feedback does nearly as well as transported weights, a frozen layer far worse."""
    few = {"task.limit": 20000}
    random, transported, frozen = (
        mnist(tmp_path / f"run-{k}", **few | changes).metrics["test_error"]
        for k, changes in enumerate(
            ({}, {"feedback.kind": "transport"}, {"plasticity.eta_hidden": 0.0})
        )
    )
    assert random < transported + 0.01
    assert frozen > 3 * random
