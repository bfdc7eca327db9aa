"""Shifted images: the same pixels elsewhere, as far as they are said to go."""

import numpy as np
import pytest

import spikingfa
from spikingfa.tasks import Data, load_data
from spikingfa.tasks.augmentation import check, shifted

IMAGE = (5, 7)


def one_pixel(row: int, column: int, n: int) -> np.ndarray:
    images = np.zeros((n, *IMAGE), np.float32)
    images[:, row, column] = 0.5
    return images.reshape(n, -1)


@pytest.mark.parametrize("most", [1, 2])
def test_every_shift_is_as_likely(most):
    n = 5000
    found = shifted(one_pixel(2, 3, n), IMAGE, most, np.random.default_rng(0)).reshape(n, *IMAGE)
    counts = (found > 0).sum(axis=0)
    window = counts[2 - most : 3 + most, 3 - most : 4 + most]
    assert counts.sum() == window.sum() == n
    expected = n / (2 * most + 1) ** 2
    assert np.abs(window - expected).max() < 5 * np.sqrt(expected)
    assert found.max() == 0.5


def test_what_leaves_the_image_does_not_come_back():
    found = shifted(one_pixel(0, 0, 2000), IMAGE, 1, np.random.default_rng(0))
    found = found.reshape(-1, *IMAGE)
    assert not found[:, 2:].any()
    assert not found[:, :, 2:].any()
    assert np.mean(found.any(axis=(1, 2))) == pytest.approx(4 / 9, abs=0.05)


def test_the_data_stay_as_they_are():
    x = one_pixel(2, 3, 10)
    shifted(x, IMAGE, 1, np.random.default_rng(0))
    np.testing.assert_array_equal(x, one_pixel(2, 3, 10))


def test_digits_can_be_shifted_and_other_arrays_not(tiny_model, tmp_path):
    digits = spikingfa.Model().but({"task.shift": 1})
    check(digits.task, load_data(digits.task))
    with pytest.raises(spikingfa.DataError, match="shift = 1 needs images"):
        spikingfa.train(tiny_model.but({"task.shift": 1}), out=tmp_path / "run", progress=False)
    assert not (tmp_path / "run").exists()


def test_too_far_is_refused():
    task = spikingfa.Model().but({"task.shift": 5}).task
    x, y = one_pixel(2, 3, 2), np.array([0, 1])
    with pytest.raises(spikingfa.DataError, match="too far for images of 5 x 7"):
        check(task, Data(x, y, x, y, ("0", "1"), IMAGE))
