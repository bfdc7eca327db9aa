"""The folded cube: its classes by a formula of another kind, and a depth that pays."""

import numpy as np
import pytest

import spikingfa
from spikingfa.model.model import Task
from spikingfa.tasks import load_data
from spikingfa.tasks.folded import COPIES, folded


@pytest.mark.parametrize(("folds", "dimensions"), [(1, 1), (2, 2), (3, 2), (2, 3)])
def test_classes_are_the_fields_of_a_chessboard(folds, dimensions):
    data = load_data(Task(name="folded", folds=folds, dimensions=dimensions))
    assert data.classes == ("even", "odd")
    for x, y, n in ((data.x_train, data.y_train, 2000), (data.x_test, data.y_test, 500)):
        assert x.shape == (n, 2 * COPIES * dimensions)
        points = x[:, :dimensions].astype(float)
        fields = np.floor(points * 2**folds + 0.5).sum(axis=1)
        # single precision may move a point over the edge of its field
        distance = np.abs((points * 2**folds) % 1 - 0.5).min(axis=1)
        inside = distance > 1e-5
        assert inside.mean() > 0.99
        np.testing.assert_array_equal(y[inside], fields[inside] % 2)


def test_a_coordinate_and_its_complement_are_twenty_neurons_each():
    x = load_data(Task(name="folded", dimensions=3)).x_train.reshape(2000, COPIES, 2, 3)
    np.testing.assert_array_equal(x, np.broadcast_to(x[:, :1], x.shape))
    np.testing.assert_allclose(x[:, :, 0] + x[:, :, 1], 1, atol=1e-6)


def test_a_fold_lays_one_half_on_the_other():
    x = np.linspace(0, 0.5, 11)
    np.testing.assert_allclose(folded(x, 1), 2 * x)
    np.testing.assert_allclose(folded(1 - x, 1), 2 * x)
    np.testing.assert_allclose(folded(x, 3), folded(folded(x, 1), 2))


def test_the_seed_draws_the_points_and_more_training_leaves_the_test():
    one, more, other = (
        load_data(Task(name="folded", **changes))
        for changes in ({}, {"n_train": 3000}, {"seed": 1})
    )
    np.testing.assert_array_equal(one.x_test, more.x_test)
    np.testing.assert_array_equal(one.x_train, more.x_train[:2000])
    assert not np.array_equal(one.x_test, other.x_test)


@pytest.mark.slow
def test_several_layers_that_learn_are_needed(tmp_path):
    """After three of the eight epochs: more is in the experiment `deeper`."""
    model = spikingfa.load_model("folded_fa").but({"training.epochs": 3})
    whole, top = (
        spikingfa.train(
            model.but({"hidden.frozen": frozen}),
            seed=1,
            out=tmp_path / f"{frozen}",
            progress=False,
            figures=False,
        ).metrics["test_error"]
        for frozen in (0, 2)
    )
    assert whole < 0.25
    assert top > 1.5 * whole
