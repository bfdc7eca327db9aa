"""The split is scikit-learn's, and so are the digits; neither is imported for them."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from spikingfa.tasks.digits import bundled
from spikingfa.tasks.stratified import stratified


@given(
    counts=st.lists(st.integers(2, 40), min_size=2, max_size=7),
    test_fraction=st.floats(0.05, 0.95),
    seed=st.integers(0, 2**31 - 1),
)
def test_the_indices_are_those_of_scikit_learn(counts, test_fraction, seed):
    y = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    options = {"test_size": test_fraction, "stratify": y, "random_state": seed}
    try:
        train, test = train_test_split(np.arange(len(y)), **options)
    except ValueError:
        with pytest.raises(ValueError, match="fewer than the"):
            stratified(y, test_fraction, seed)
        return
    ours = stratified(y, test_fraction, seed)
    np.testing.assert_array_equal(ours[0], train)
    np.testing.assert_array_equal(ours[1], test)


def test_names_of_classes_and_rare_ones():
    y = np.array(["b", "a", "b", "a", "c", "c"])
    expected = train_test_split(np.arange(6), test_size=0.5, stratify=y, random_state=3)
    for ours, theirs in zip(stratified(y, 0.5, 3), expected):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ValueError, match="a class has one sample, and two are needed"):
        stratified(y[:5], 0.5, 3)


def test_the_digits_are_those_of_scikit_learn():
    images, classes = bundled()
    theirs = load_digits()
    np.testing.assert_array_equal(images, theirs.data)
    np.testing.assert_array_equal(classes, theirs.target)


def test_a_training_of_digits_imports_no_scikit_learn():
    program = (
        "import sys, spikingfa.tasks as tasks; from spikingfa import load_model;"
        "tasks.load_data(load_model('digits_fa').task); print('sklearn' in sys.modules)"
    )
    said = subprocess.check_output([sys.executable, "-c", program], text=True, timeout=600)
    assert said == "False\n"
