"""Inputs that drift, and a linear map of them that is told all the time."""

import numpy as np
import pytest

from spikingfa.paper.spiking.drifting_input import TAU, drifting
from spikingfa.tasks.pairs import signed
from spikingfa.tasks.regression import FULL


def test_inputs_that_drift_forget_what_they_were_in_time():
    """Ornstein-Uhlenbeck processes of SD 1: a correlation of exp(-t / TAU), and answers linear."""
    data = drifting(0.01, 40_000, np.random.default_rng(1))
    x = FULL * signed(np.concatenate([data.x_test, data.x_train]))
    y = signed(data.answers)
    assert x.std() == pytest.approx(1, abs=0.02)
    for t in (0.1, 0.2, 0.4):
        lag = round(t / 0.01)
        assert (x[lag:] * x[:-lag]).mean() == pytest.approx(np.exp(-t / TAU), abs=0.03)
    inside = (np.abs(x) < FULL).all(axis=1)
    left = y[inside] - x[inside] @ np.linalg.lstsq(x[inside], y[inside])[0]
    assert np.abs(left).max() < 1e-5
