"""Training rate networks with digits: exact on tiny cases, one image against many at once."""

import numpy as np
import pytest

from spikingfa.paper.rate.deeper import are_aligned, have_learnt
from spikingfa.paper.rate.mnist_curves import level
from spikingfa.paper.rate.mnist_task import TRAINING, Digits, feedback, student
from spikingfa.paper.rate_network.activations import LOGISTIC, TANH
from spikingfa.paper.rate_network.network import RateNetwork, present_by_chance
from spikingfa.paper.rate_network.rules import (
    Backpropagation,
    FeedbackAlignment,
    Shallow,
    angle,
    angles,
    angles_to_backpropagation,
    learn,
)
from spikingfa.paper.rate_network.training import Training
from spikingfa.paper.tables import at_end


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture
def network(rng):
    return RateNetwork.uniform((5, 4, 3), 1.0, rng, True, hidden=LOGISTIC, output=LOGISTIC)


@pytest.fixture
def x(rng):
    return rng.random((5, 12))


@pytest.fixture
def target(rng):
    return np.eye(3)[rng.integers(0, 3, 12)].T


@pytest.fixture
def rule(rng):
    return FeedbackAlignment([rng.uniform(-1, 1, (4, 3))])


def cross_entropy(network, x, target):
    y = network(x)
    return -(target * np.log(y) + (1 - target) * np.log(1 - y)).sum()


def test_backpropagation_descends_the_cross_entropy(network, x, target):
    """Of logistic outputs, without a factor f' there."""
    changed, step = network.copy(), 1e-6
    learn(changed, Backpropagation(), x, target, 1.0)
    for after, array in zip((*changed.w, *changed.bias), (*network.w, *network.bias)):
        before = array.copy()
        for index in np.ndindex(array.shape):
            losses = []
            for sign in (1, -1):
                array[index] = before[index] + sign * step
                losses.append(cross_entropy(network, x, target))
            array[index] = before[index]
            descent = (losses[1] - losses[0]) / (2 * step)
            assert after[index] - before[index] == pytest.approx(descent, rel=1e-5, abs=1e-7)


def test_an_epoch_shows_each_example_once(network, x, target, rule, rng):
    """With a learning rate so small that the order does not matter, it adds up to all at once."""
    by_threes, at_once, eta = network.copy(), network.copy(), 1e-7
    Training(eta, batch=3).epoch(by_threes, rule, x, target, rng)
    learn(at_once, rule, x, target, eta)
    for start, w, v in zip(network.w, by_threes.w, at_once.w):
        np.testing.assert_allclose((w - start) / eta, (v - start) / eta, atol=1e-4)


def test_one_example_at_a_time_is_what_a_loop_does(network, x, target, rule):
    trained, by_hand = network.copy(), network.copy()
    Training(0.1).epoch(trained, rule, x, target, np.random.default_rng(3))
    for k in np.random.default_rng(3).permutation(x.shape[1]):
        learn(by_hand, rule, x[:, [k]], target[:, [k]], 0.1)
    for w, v in zip(trained.w, by_hand.w):
        np.testing.assert_array_equal(w, v)


def test_weights_decay_by_a_part_of_each_example(network, x, target, rng):
    """Shallow, so that the first layer does nothing else; biases stay."""
    trained = network.copy()
    Training(0.1, decay=0.01, batch=5).epoch(trained, Shallow(), x, target, rng)
    np.testing.assert_allclose(trained.w[0], network.w[0] * 0.999**12, rtol=1e-12)
    np.testing.assert_array_equal(trained.bias[0], network.bias[0])


def test_decay_is_not_lost_in_single_precision(rng):
    network = student([3], 0.3, rng)
    before = network.w[0].copy()
    network.decay(1 - (1 - TRAINING.eta * TRAINING.decay) ** 60_000)
    lost = 1 - (network.w[0].astype(float) / before)
    assert lost.mean() == pytest.approx(6e-5, rel=0.01)


def test_the_same_seed_trains_to_the_same_bits(x, target):
    trained = []
    for _ in range(2):
        rng = np.random.default_rng(5)
        network = RateNetwork.uniform((5, 4, 3), 1.0, rng, dtype=np.float32, hidden=TANH)
        *_, last = Training(0.1, 0.1, 4).epochs(
            network, Backpropagation(), x.astype("f4"), target.astype("f4"), 3, rng
        )
        trained.append(last)
    for w, v in zip(trained[0].w, trained[1].w):
        assert w.dtype == np.float32
        np.testing.assert_array_equal(w, v)


def test_absent_weights_stay_absent_and_the_others_learn(network, x, target, rule, rng):
    thin = network.thinned(0.5, rng)
    before = thin.copy()
    Training(0.1, decay=0.01, batch=4).epoch(thin, rule, x, target, rng)
    for w, start, full, present in zip(thin.w, before.w, network.w, thin.present):
        assert 0 < present.sum() < present.size
        np.testing.assert_array_equal(start, full * present)
        np.testing.assert_array_equal(w[present == 0], 0)
        assert (w[present == 1] != start[present == 1]).all()


def test_the_update_of_a_thin_network_is_the_full_one_where_weights_are(network, x, target, rng):
    thin = network.thinned(0.5, rng)
    full = RateNetwork(thin.w, thin.bias, LOGISTIC, LOGISTIC).copy()
    changed = thin.copy()
    learn(changed, Backpropagation(), x, target, 0.1)
    learn(full, Backpropagation(), x, target, 0.1)
    for w, v, start, present in zip(changed.w, full.w, thin.w, thin.present):
        np.testing.assert_array_equal(w, np.where(present == 1, v, start))


def test_half_are_absent(rng):
    present = present_by_chance(np.ones((300, 300), np.float32), 0.5, rng)
    assert set(np.unique(present)) == {0, 1}
    assert present.mean() == pytest.approx(0.5, abs=0.01)
    assert present.dtype == np.float32


def test_layers_above_share_weights_and_give_the_same_output(network, x):
    above = network.above(1)
    np.testing.assert_array_equal(above(network.activities(x)[1]), network(x))
    above.w[0] += 1
    np.testing.assert_array_equal(above.w[0], network.w[1])


def test_shallow_learning_above_fixed_activities_is_shallow_learning(network, x, target):
    whole, top = network.copy(), network.above(1).copy()
    learn(whole, Shallow(), x, target, 0.1)
    learn(top, Shallow(), network.activities(x)[1], target, 0.1)
    np.testing.assert_array_equal(top.w[0], whole.w[1])
    np.testing.assert_array_equal(top.bias[0], whole.bias[1])


def test_angles_are_those_of_each_column(rng):
    a, b = rng.normal(size=(2, 6, 9))
    each = [angle(a[:, k], b[:, k]) for k in range(9)]
    np.testing.assert_allclose(angles(a, b), each)
    assert np.isnan(angles(np.zeros((2, 1)), np.ones((2, 1)))).all()


def test_feedback_through_the_transposed_weights_is_backpropagation(rng, x, target):
    network = RateNetwork.uniform((5, 4, 4, 3), 1.0, rng, hidden=TANH, output=LOGISTIC)
    transposed = FeedbackAlignment([w.T.copy() for w in network.w[1:]])
    assert angles_to_backpropagation(network, transposed, x, target) == pytest.approx(
        [0, 0], abs=1e-5
    )
    (negative,) = angles_to_backpropagation(
        network.above(1), FeedbackAlignment([-network.w[2].T]), rng.normal(size=(4, 12)), target
    )
    assert negative == pytest.approx(180, abs=1e-5)


def test_a_level_holds_within_a_third_of_a_point():
    epochs = np.array([0, 1, 0, 1])
    near, off = ({"epoch": epochs, "e": np.array([9, a, 9, b])} for a, b in ((2, 2.4), (1.5, 1.9)))
    assert level("FA", near, "e", 2.1, quick=False).holds is True
    assert level("FA", off, "e", 2.1, quick=False).holds is False
    assert level("FA", off, "e", 2.1, quick=True).holds is None
    assert "7.30 points less than 1 epochs before" in level("FA", off, "e", 2.1, True).measured


def test_values_at_the_end_are_those_of_the_last_epoch():
    table = {"epoch": np.array([0, 1, 2, 0, 1, 2]), "error": np.arange(6)}
    np.testing.assert_array_equal(at_end(table, "error"), [2, 5])


@pytest.mark.parametrize(("rule", "worse"), [("fa", 0), ("dfa", 1)])
def test_teaching_that_does_not_reach_the_lower_layers_is_told(rule, worse):
    """The third claim is that both are near BP; here none is."""
    errors = {"hidden_layers": np.array([1, 3]), "error_bp": np.array([2.0, 2.0])}
    errors |= {"error_top": np.array([2.0, 4.0]), "error_shallow": np.array([9.0, 9.0])}
    errors |= {f"error_{name}": np.array([2.0, 3.0]) for name in ("fa", "dfa")}
    assert [claim.holds for claim in have_learnt(errors, quick=False)] == [True, True, False]
    errors[f"error_{rule}"] = np.array([2.0, 4.5])
    assert not have_learnt(errors, quick=False)[worse].holds


def test_one_layer_that_is_not_aligned_is_told():
    angles = {"angle_fa_deg": np.array([30.0, 91]), "angle_dfa_deg": np.array([30.0, 89])}
    assert [claim.holds for claim in are_aligned(angles)] == [False, True]


@pytest.fixture(scope="module")
def digits(real_mnist):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPIKINGFA_DATA", str(real_mnist))
        return Digits.load(4000)


def test_digits(digits):
    assert digits.x.shape == (784, 4000)
    assert digits.x_test.shape == (784, 10_000)
    assert (digits.x.min(), digits.x.max()) == (0, 1)
    assert digits.x.dtype == digits.target.dtype == np.float32
    np.testing.assert_array_equal(digits.target.sum(axis=0), 1)


def test_error_is_the_part_of_wrong_answers(digits):
    """Outputs that always say 1 are right about as often as ones are in the test: 1135 of 10000."""
    always = RateNetwork([np.zeros((10, 784))], [np.eye(10)[:, [1]]], output=LOGISTIC)
    assert digits.error(always) == pytest.approx(88.65)


@pytest.mark.long
def test_images_one_by_one_teach_what_batches_teach(digits):
    rng = np.random.default_rng(1)
    start, found = student([100], 0.3, rng), []
    rule = FeedbackAlignment(feedback([(100, 10)], 5.0, rng))
    for batch in (1, TRAINING.batch):
        training = Training(TRAINING.eta, TRAINING.decay, batch)
        *_, network = digits.taught(start.copy(), rule, 2, 1, training)
        (to_bp,) = angles_to_backpropagation(network, rule, *digits.judged())
        found.append((digits.error(network), to_bp))
    (error, to_bp), (error_of_batches, angle_of_batches) = found
    assert error < 40
    assert error_of_batches == pytest.approx(error, abs=1)
    assert angle_of_batches == pytest.approx(to_bp, abs=1)
