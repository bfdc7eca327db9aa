"""Runs of sweeps, compared."""

import numpy as np

import spikingfa


def same_weights(one, other) -> bool:
    """Whether two runs ended alike, bit for bit."""
    a, b = (spikingfa.open_run(folder).arrays for folder in (one, other))
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
