"""Rate networks: gradients by finite differences, rules by their formulas."""

import numpy as np
import pytest

from spikingfa.paper.rate_network import rules
from spikingfa.paper.rate_network.activations import LINEAR, LOGISTIC, TANH
from spikingfa.paper.rate_network.network import RateNetwork

SIZES = (5, 4, 3, 2)


@pytest.fixture
def rng():
    return np.random.default_rng(1)


@pytest.fixture
def network(rng):
    return RateNetwork.uniform(SIZES, 1.0, rng, biases=True, hidden=TANH)


@pytest.fixture
def x(rng):
    return rng.normal(size=(5, 7))


@pytest.fixture
def target(rng):
    return rng.normal(size=(2, 7))


def loss(network, x, target):
    return ((target - network(x)) ** 2).sum() / 2


def numerical(network, array, x, target, step=1e-6):
    """Steepest descent of the loss, by changing one entry of an array at a time."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        losses = []
        for sign in (1, -1):
            array[index] += sign * step
            losses.append(loss(network, x, target))
            array[index] -= sign * step
        gradient[index] = (losses[1] - losses[0]) / (2 * step)
    return gradient


@pytest.mark.parametrize("hidden", [LINEAR, TANH, LOGISTIC])
def test_backpropagation_descends_the_gradient(hidden, rng, x, target):
    network = RateNetwork.uniform(SIZES, 1.0, rng, biases=True, hidden=hidden)
    expected = [numerical(network, a, x, target) for a in (*network.w, *network.bias)]
    changed = network.copy()
    rules.learn(changed, rules.Backpropagation(), x, target, 1.0)
    changes = [a - b for a, b in zip((*changed.w, *changed.bias), (*network.w, *network.bias))]
    for change, descent in zip(changes, expected):
        np.testing.assert_allclose(change, descent, rtol=1e-5, atol=1e-7)


def test_feedback_alignment_with_transposed_weights_is_backpropagation(network, x, target):
    one, other = network.copy(), network.copy()
    rules.learn(one, rules.Backpropagation(), x, target, 0.1)
    transposed = [w.T.copy() for w in other.w[1:]]
    rules.learn(other, rules.FeedbackAlignment(transposed), x, target, 0.1)
    for a, b in zip(one.w, other.w):
        np.testing.assert_array_equal(a, b)


def test_direct_feedback_is_layerwise_where_there_is_one_layer(rng, x, target):
    start = RateNetwork.uniform((5, 4, 2), 1.0, rng, hidden=TANH)
    b, networks = [rng.normal(size=(4, 2))], [start.copy(), start.copy()]
    for network, rule in zip(networks, (rules.FeedbackAlignment, rules.DirectFeedbackAlignment)):
        rules.learn(network, rule(b), x, target, 0.1)
    for a, c in zip(networks[0].w, networks[1].w):
        np.testing.assert_array_equal(a, c)


def test_a_shallow_network_learns_at_its_output_alone(network, x, target):
    before = network.copy()
    rules.learn(network, rules.Shallow(), x, target, 0.1)
    for k in (0, 1):
        np.testing.assert_array_equal(network.w[k], before.w[k])
        np.testing.assert_array_equal(network.bias[k], before.bias[k])
    assert not np.allclose(network.w[2], before.w[2])


def test_node_perturbation_is_the_gradient_on_average(rng):
    """In a linear network the mean of its deltas is exactly what backpropagation says."""
    network = RateNetwork.uniform((3, 4, 2), 1.0, rng)
    x, target = rng.normal(size=(3, 1)), rng.normal(size=(2, 1))
    many = np.repeat(x, 200_000, axis=1)
    h = network.activities(many)
    e = target - h[-1]
    estimated = rules.NodePerturbation(0.1, 1.0, rng).deltas(network, h, e)[0].mean(axis=1)
    exact = rules.Backpropagation().deltas(network, h, e)[0][:, 0]
    np.testing.assert_allclose(estimated, exact, atol=0.05)


def test_many_examples_at_once_are_the_sum_of_each(network, x, target):
    together, change = network.copy(), [np.zeros_like(w) for w in network.w]
    rules.learn(together, rules.Backpropagation(), x, target, 0.1)
    for k in range(x.shape[1]):
        alone = network.copy()
        rules.learn(alone, rules.Backpropagation(), x[:, k : k + 1], target[:, k : k + 1], 0.1)
        change = [c + a - b for c, a, b in zip(change, alone.w, network.w)]
    for w, start, c in zip(together.w, network.w, change):
        np.testing.assert_allclose(w, start + c, atol=1e-12)


def test_angles():
    assert rules.angle(np.array([1.0, 0]), np.array([1.0, 1])) == pytest.approx(45)
    assert np.isnan(rules.angle(np.zeros(2), np.ones(2)))
    w = np.eye(2)
    assert rules.angles_to_bp_and_inverse(w, w.T, np.ones((2, 3))) == pytest.approx(
        (0, 0), abs=1e-5
    )
