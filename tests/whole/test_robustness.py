"""The tasks of `benchmarks/robustness` are what their names say, and the page what is stored."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.robustness.summary import errors_of, markdown, stored
from benchmarks.robustness.tasks import TASKS, split


def test_every_task_is_drawn_by_its_seed_and_lies_between_0_and_1():
    for name, task in TASKS.items():
        first, again, other = task(1), task(1), task(2)
        for part, same in zip(first, again):
            np.testing.assert_array_equal(part, same)
        assert not np.array_equal(first.x_test, other.x_test), name
        for x, y in (first[:2], first[2:]):
            assert len(x) == len(y)
            assert x.min() >= 0
            assert x.max() <= 1
        assert set(first.y_test) <= set(first.y), name


def test_columns_are_scaled_by_what_is_trained_on():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(100, 2)), np.repeat([0, 1], 50)
    for seed in range(20):
        data = split(x, y, seed)
        assert data.x.min(0) == pytest.approx([0, 0])
        assert data.x.max(0) == pytest.approx([1, 1])


def test_changed_digits():
    plain = TASKS["digits"](3)
    noisy = TASKS["digits, 25 % random labels"](3)
    assert 0.2 < (noisy.y != plain.y).mean() < 0.25  # a tenth of them is right by chance
    np.testing.assert_array_equal(noisy.y_test, plain.y_test)
    np.testing.assert_array_equal(np.bincount(TASKS["digits, 5 a class"](3).y), 10 * [5])
    counts = np.bincount(TASKS["digits, imbalanced 20:1"](3).y)
    assert counts.max() / counts.min() == pytest.approx(20, rel=0.1)
    for name in ("permuted", "rotated"):
        changed = TASKS[f"digits, {name}"](3)
        np.testing.assert_array_equal(np.sort(changed.x), np.sort(plain.x))
        assert not np.array_equal(changed.x, plain.x)
    np.testing.assert_array_equal(TASKS["digits, inverted"](3).x, 1 - plain.x)


def test_the_page_is_what_is_stored():
    errors = errors_of(stored())
    assert errors.keys() == TASKS.keys()
    assert {len(values) for of in errors.values() for values in of.values()} == {5}
    page = Path(__file__).parents[2] / "docs" / "robustness.md"
    assert markdown(errors) in page.read_text("utf-8")
