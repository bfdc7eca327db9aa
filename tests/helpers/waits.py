"""Waits of tests for other processes, with an end that only a process that hangs meets."""

import time
from collections.abc import Callable

LIMIT = 600.0  # seconds, of a machine whose cores are busy with other things


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until the condition holds; fails after `LIMIT`."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, f"waited {LIMIT:.0f} s for {condition}"
        time.sleep(0.01)
