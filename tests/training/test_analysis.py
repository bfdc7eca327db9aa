"""Decisions and alignment angles on cases that can be worked out by hand."""

import numpy as np
import pytest

from spikingfa.training.analysis import (
    alignment_angle,
    decisions,
    layer_angles,
    mean_interval,
    population_rate,
)


def test_most_spikes_win_and_charge_breaks_ties():
    count = np.array([[1, 3, 2], [2, 2, 0], [0, 0, 0]])
    charge = np.array([[9.0, 0, 0], [1e-12, 2e-12, 9], [-3.0, -1, -2]])
    assert decisions(count, charge).tolist() == [1, 1, 1]


@pytest.mark.parametrize("scale", [1e-300, 1e-12, 1.0, 1e200])
@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, 135.0, 180.0])
def test_angle_between_known_directions(angle, scale):
    """It does not depend on the size of the weights."""
    w = scale * np.array([[1.0], [0.0]])
    b = np.array([[np.cos(np.radians(angle)), np.sin(np.radians(angle))]])
    assert alignment_angle(w, b) == pytest.approx(angle, abs=1e-6)


def test_weights_of_zero_have_no_angle():
    assert np.isnan(alignment_angle(np.zeros((3, 2)), np.ones((2, 3))))


def test_random_weights_are_orthogonal():
    rng = np.random.default_rng(0)
    angle = alignment_angle(rng.normal(size=(500, 10)), rng.normal(size=(10, 500)))
    assert angle == pytest.approx(90, abs=3)


def test_each_layer_has_its_own_angle():
    rng = np.random.default_rng(0)
    forward = {"hidden_0": rng.normal(size=(5, 4)), "hidden_1": rng.normal(size=(4, 3))}
    feedback = {"hidden_0": forward["hidden_0"].T, "hidden_1": -forward["hidden_1"].T}
    angles = layer_angles(forward, feedback)
    assert angles["hidden_0"] == pytest.approx(0, abs=1e-5)
    assert angles["hidden_1"] == pytest.approx(180, abs=1e-5)
    assert layer_angles(forward, {}) == {}


def test_population_rate():
    assert population_rate(n_spikes=300, size=10, duration=2.0) == pytest.approx(15)


def test_the_interval_of_a_mean_covers_it_as_often_as_it_says():
    """Of 20 runs: the percentile bootstrap covers a little less than 95 %."""
    rng = np.random.default_rng(1)
    samples = rng.normal(3.0, 2.0, (20, 2000))
    low, high = mean_interval(samples)
    assert 0.90 < ((low < 3.0) & (high > 3.0)).mean() < 0.95
    expected = 2 * 1.96 * 2.0 / np.sqrt(20)
    assert (high - low).mean() == pytest.approx(expected, rel=0.05)


def test_the_interval_of_few_runs():
    curves = np.array([[1.0, 5.0, np.nan], [2.0, 5.0, 1.0], [4.0, 5.0, 1.0]])
    low, high = mean_interval(curves)
    np.testing.assert_array_equal(low, [1, 5, np.nan])
    np.testing.assert_array_equal(high, [4, 5, np.nan])
    assert mean_interval(curves[:1, 0]) == (1, 1)
