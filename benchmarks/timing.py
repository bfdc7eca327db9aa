"""Time and memory of contestants: one core, interleaved, simulation alone."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from spikingfa.engine import Outcome

SHORT = 1  # images in the run that stands for starting, reading and writing


def interleaved(
    contestants: dict, images: dict[str, int], repeats: int
) -> tuple[dict[str, list[float]], dict[str, Outcome]]:
    """Milliseconds per image of every repeat, and what the last run of each contestant left.

    A repeat runs each contestant on one image and on all of them; the difference is the time of
    the others, without starting the process, making synapses, or handing arrays over and back.
    Contestants take turns, and another one begins in each repeat, so that a machine that gets
    slower or faster does so for all.
    """
    names = list(contestants)
    times, outcomes = {name: [] for name in names}, {}
    for repeat in range(repeats):
        first = repeat % len(names)
        for name in names[first:] + names[:first]:
            start, _ = _seconds(contestants[name], SHORT)
            whole, outcomes[name] = _seconds(contestants[name], images[name])
            times[name].append(1e3 * (whole - start) / (images[name] - SHORT))
    return times, outcomes


def _seconds(contestant, n: int) -> tuple[float, Outcome]:
    start = time.perf_counter()
    outcome = contestant.run(n)
    return time.perf_counter() - start, outcome


def ratio(slow: list[float], fast: list[float]) -> dict[str, float]:
    """How many times longer one takes than the other: median, min and max over the repeats."""
    return spread(np.divide(slow, fast))


def spread(values) -> dict[str, float]:
    """Median, min and max."""
    return {name: float(getattr(np, name)(values)) for name in ("median", "min", "max")}


@contextmanager
def one_core(*pids: int) -> Iterator[None]:
    """Keep this process, those it starts and `pids` on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    for pid in (0, *pids):
        os.sched_setaffinity(pid, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def peak_memory(contestant, n: int) -> float | None:
    """Most memory (MiB) that the computing process held in a run.

    It is the high-water mark of its address space, looked at while it runs: `ru_maxrss` would
    count the memory of the Python process that it was started from. None where /proc is missing
    or the run is over before it is seen.
    """
    if not Path("/proc/self/status").exists():
        return None
    done, peaks = threading.Event(), [0]

    def look():
        while not done.is_set():
            computing = getattr(contestant, "pid", None)
            for pid in [computing] if computing else _children():
                peaks.append(_high_water(pid))
            done.wait(0.001)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        contestant.run(n)
    finally:
        done.set()
        looking.join()
    return max(peaks) / 1024 or None


def _children() -> list[int]:
    """Programs started from here; not those that are still copies of this process."""
    found, this = [], os.path.realpath("/proc/self/exe")
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                parent = int(Path(entry.path, "stat").read_text().rpartition(")")[2].split()[1])
                if parent == os.getpid() and os.path.realpath(f"{entry.path}/exe") != this:
                    found.append(int(entry.name))
    return found


def _high_water(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
