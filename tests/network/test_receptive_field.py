"""Neurons that see a square of the image: which pixels, how strongly, and what is refused."""

import numpy as np
import pytest

import spikingfa
from spikingfa.base.errors import DataError, ModelError
from spikingfa.model.model import Model
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.rules.plasticity import PLASTICITY

ROWS, COLUMNS, SIDE = 6, 5, 3
IMAGES = Stimuli(ROWS * COLUMNS, 3, 6.0, (ROWS, COLUMNS))


def local(**changes) -> Model:
    return Model().but({"hidden.receptive_field": SIDE, "hidden.size": 200} | changes)


def weights(model: Model) -> dict[str, np.ndarray]:
    return initial_state(Topology(model, IMAGES), np.random.default_rng(1))


def corners(there: np.ndarray) -> set[tuple[int, int]]:
    """The first pixel of each neuron's square, and that it is one."""
    first = set()
    for seen in there.reshape(ROWS, COLUMNS, -1).transpose(2, 0, 1):
        row, column = np.argwhere(seen)[0]
        expected = np.zeros((ROWS, COLUMNS), bool)
        expected[row : row + SIDE, column : column + SIDE] = True
        np.testing.assert_array_equal(seen, expected)
        assert seen.sum() == SIDE**2
        first.add((int(row), int(column)))
    return first


def test_each_neuron_sees_a_square_anywhere_in_the_image():
    state = weights(local())
    everywhere = {(i, j) for i in range(ROWS - SIDE + 1) for j in range(COLUMNS - SIDE + 1)}
    assert corners(state["input_to_hidden.w"] != 0) == everywhere
    assert corners(state["input_to_hidden.mask"] == 1) == everywhere


def test_a_frozen_layer_sees_squares_too():
    state = weights(local(**{"hidden.plastic": False}))
    assert corners(state["input_to_hidden.w"] != 0)
    assert "input_to_hidden.mask" not in state


def test_weights_and_learning_rates_are_those_of_as_many_pixels():
    """A square of pixels as bright as others brings the current of the whole image."""
    part = SIDE**2 / (ROWS * COLUMNS)
    one, all_ = (Topology(model, IMAGES) for model in (local(), Model().but({"hidden.size": 200})))
    there = weights(local())["input_to_hidden.mask"] == 1
    w, full = (weights(t.model)["input_to_hidden.w"] for t in (one, all_))
    assert w[there].std() == pytest.approx(full.std() / np.sqrt(part), rel=0.1)
    etas = [learning_rates(t, 0.0)["input_to_hidden.eta"] for t in (one, all_)]
    assert etas[0] == pytest.approx(etas[1] / part)


def test_pathways_past_layers_see_squares_and_others_do_not():
    changes = {"hidden.1.skip": ["input"], "hidden.1.receptive_field": SIDE}
    state = weights(Model().but({"hidden.layers": 2, "hidden.size": 40}).but(changes))
    assert corners(state["input_to_hidden_1.mask"] == 1)
    assert state["input_to_hidden_0.w"].all()
    assert state["hidden_0_to_hidden_1.w"].all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hidden.1.receptive_field": 3}, r"hidden\.1.*needs synapses from the input"),
        ({"hidden.0.receptive_field": 3, "hidden.0.sparsity": 0.5}, "only one of them"),
        ({"hidden.0.receptive_field": -1}, r"hidden\.0\.receptive_field"),
    ],
)
def test_refused_by_the_model(changes, message):
    with pytest.raises(ModelError, match=message):
        Model().but({"hidden.layers": 2}).but(changes)


def test_refused_by_the_data(tiny_model, tmp_path):
    with pytest.raises(DataError, match="receptive_field = 2 needs images"):
        spikingfa.train(tiny_model.but({"hidden.receptive_field": 2}), out=tmp_path / "run")
    rng = np.random.default_rng(0)
    images, labels = rng.random((20, 4, 3)), np.arange(20) % 2
    model = tiny_model.but({"hidden.receptive_field": 4})
    with pytest.raises(DataError, match="larger than the images, 4 x 3 pixels"):
        spikingfa.train(model, data=(images, labels), out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.long
@pytest.mark.parametrize("rule", PLASTICITY)
def test_what_is_not_seen_stays_so(rule, tmp_path):
    """Through learning, on images that are no squares."""
    rng = np.random.default_rng(0)
    data = rng.random((30, 5, 4)), np.arange(30) % 3
    changes = {"hidden.receptive_field": 2, "hidden.size": 12, "plasticity.rule": rule}
    model = Model().but(changes | {"training.epochs": 1, "training.trial": "40 ms"})
    run = spikingfa.train(model, data=data, out=tmp_path / "run", progress=False)
    mask = run.arrays["input_to_hidden.mask"]
    assert (mask.sum(axis=0) == 4).all()
    np.testing.assert_array_equal(run.arrays["input_to_hidden.w"] != 0, mask == 1)
