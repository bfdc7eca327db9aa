"""XOR and parity: all patterns, right classes, and networks that need their hidden layer."""

import numpy as np
import pytest

import spikingfa
from spikingfa.model.model import Task
from spikingfa.tasks import load_data


@pytest.mark.parametrize("task", [Task(name="xor"), Task(name="parity", bits=5)])
def test_each_bit_is_an_on_and_an_off_feature(task):
    data = load_data(task)
    bits = 2 if task.name == "xor" else task.bits
    for x, y, n in ((data.x_train, data.y_train, 2000), (data.x_test, data.y_test, 500)):
        assert x.shape == (n, 2 * bits)
        assert x.dtype == np.float32
        np.testing.assert_array_equal(x[:, 0::2] + x[:, 1::2], 1)
        np.testing.assert_array_equal(x[:, 0::2].sum(axis=1) % 2, y)
    assert data.classes == ("even", "odd")


def test_patterns_are_shown_equally_often():
    patterns, counts = np.unique(
        load_data(Task(name="parity", bits=4, n_train=160)).x_train, axis=0, return_counts=True
    )
    assert len(patterns) == 16
    assert set(counts) == {10}


def test_the_seed_draws_the_order_of_the_patterns():
    one, same, other = (load_data(Task(name="parity", seed=seed)).x_train for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_xor_is_learnt(seed, tmp_path):
    model = spikingfa.load_model("xor_fa")
    run = spikingfa.train(model, seed=seed, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] == 0


@pytest.mark.slow
def test_parity_needs_a_hidden_layer_that_learns(tmp_path):
    model = spikingfa.load_model("parity_fa")
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    frozen = model.but({"plasticity.eta_hidden": 0.0})
    control = spikingfa.train(frozen, seed=1, out=tmp_path / "frozen", progress=False)
    assert run.metrics["test_error"] <= 0.02
    assert control.metrics["test_error"] > 0.15
