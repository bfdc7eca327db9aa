"""Trainings that are stopped, and compared with those that were not."""

import numpy as np

from spikingfa.engine.compiled.standalone import StandaloneEngine


def assert_same_run(one, other):
    for name in ("weights", "history"):
        a, b = getattr(one, name), getattr(other, name)
        assert a.keys() == b.keys()
        for key, array in a.items():
            np.testing.assert_array_equal(array, b[key], err_msg=f"{name} {key}")
    np.testing.assert_array_equal(one.spikes.t, other.spikes.t)
    np.testing.assert_array_equal(one.spikes.i, other.spikes.i)
    for name in one.metrics.keys() & {"test_error", "validation_error", "train_error"}:
        assert one.metrics[name] == other.metrics[name]
    assert one.metrics.keys() == other.metrics.keys()
    assert sorted(p.name for p in one.folder.iterdir()) == sorted(
        p.name for p in other.folder.iterdir()
    )


def stop_at(monkeypatch, n: int) -> None:
    """Let the n-th simulation from now on be stopped by the user."""
    run, calls = StandaloneEngine.run, []

    def stopped(self, *arguments, **options):
        calls.append(1)
        if len(calls) == n:
            raise KeyboardInterrupt
        return run(self, *arguments, **options)

    monkeypatch.setattr(StandaloneEngine, "run", stopped)
