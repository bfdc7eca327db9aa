"""Number of cores for this process."""

import contextlib
import os

_chosen: int | None = None


def n_cores() -> int:
    """Cores that this process may use."""
    if _chosen is not None:
        return _chosen
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextlib.contextmanager
def one_core():
    """Use a single one, as other processes use the others."""
    global _chosen
    before, _chosen = _chosen, 1
    try:
        yield
    finally:
        _chosen = before
