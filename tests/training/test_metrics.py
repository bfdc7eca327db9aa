"""Metrics: closed forms, and what is shown of them."""

import numpy as np
import pytest

from spikingfa import DataError
from spikingfa.engine import Outcome
from spikingfa.model.model import Model
from spikingfa.tasks.pairs import on_off, signed
from spikingfa.tasks.regression import regression
from spikingfa.training.metrics import METRICS, label_of

MODEL = Model(output={"teacher_rate": "100 Hz", "teacher_latency": "10 ms"})
RNG = np.random.default_rng(3)
NSE = METRICS["nse"]


@pytest.fixture
def data():
    return regression(RNG.normal(size=(30, 2)), RNG.normal(size=(30, 3)), n_test=10)


def outcome(count: np.ndarray) -> Outcome:
    return Outcome({}, {"count": count, "charge": np.zeros_like(count)}, {})


def test_pairs_stand_for_signed_values():
    values = RNG.normal(size=(5, 3))
    pairs = on_off(values)
    assert pairs.shape == (5, 6)
    assert pairs.min() == 0
    assert (pairs[:, 0::2] * pairs[:, 1::2] == 0).all()
    np.testing.assert_allclose(signed(pairs), values, rtol=1e-6)


def test_nse_of_the_right_answers_is_zero_and_of_the_mean_one(data):
    rows = data.y_test
    wanted = NSE.wanted(data, rows)
    right = NSE.losses(wanted, data, rows, rows).mean()
    mean = NSE.losses(np.tile(wanted.mean(axis=0), (len(rows), 1)), data, rows, rows).mean()
    assert right == 0
    assert mean == pytest.approx(1, rel=1e-6)


def test_nse_is_that_of_the_article(data):
    rows = data.y_test
    wanted, answers = NSE.wanted(data, rows), RNG.normal(size=(10, 3))
    expected = ((answers - wanted) ** 2).sum() / ((wanted - wanted.mean(axis=0)) ** 2).sum()
    assert NSE.losses(answers, data, rows, rows).mean() == pytest.approx(expected, rel=1e-6)


def test_parts_of_the_stimuli_are_judged_by_the_variance_of_all(data):
    rows, answers = data.y_train, RNG.normal(size=(20, 3))
    whole = NSE.losses(answers, data, rows, rows)
    parts = [NSE.losses(answers[k], data, rows[k], rows) for k in (slice(0, 7), slice(7, None))]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-6)


def test_an_answer_is_the_difference_of_two_spike_counts():
    count = np.array([[9, 0, 0, 18, 3, 3]])
    answers = NSE.answers(outcome(count), MODEL, trial=0.1)
    np.testing.assert_allclose(answers, [[1, -2, 0]])  # 9 spikes in 90 ms at 100 Hz are 1
    np.testing.assert_allclose(NSE.answers(outcome(count), MODEL, trial=0.055), 2 * answers)


def test_answers_that_are_all_the_same_have_no_nse():
    data = regression(np.ones((4, 2)), np.ones((4, 3)), n_test=2)
    with pytest.raises(DataError, match="answers of all stimuli are the same: there is no NSE"):
        NSE.losses(np.ones((2, 3)), data, data.y_test, data.y_test)


def test_runs_say_what_their_errors_are():
    assert label_of({"metric": "nse"}) == "NSE"
    assert label_of({}) == "error"  # runs that were made when there was nothing else
