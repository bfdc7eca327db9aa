"""The faults by name."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from benchmarks.reliability import (
    cache,
    clock_changes,
    disk_full,
    older_folder,
    read_only,
    two_runs,
)
from benchmarks.reliability.place import Place
from benchmarks.reliability.stopped_exports import stopped_exports
from benchmarks.reliability.stopped_runs import stopped_runs
from benchmarks.reliability.stopped_sweeps import interrupted, killed, stopped_sweeps
from benchmarks.reliability.victim import Victim

Tries = Callable[[Place, int, random.Random], Iterator[str]]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes
    ----------
    what : str
        In the words of the table.
    during : str
        What is at work meanwhile.
    times : int
        How often it is tried by default; 0: as often as it can happen.
    tries : callable
        Makes so many tries, one each time it is asked on, and yields what each of them lost:
        nothing (an empty text), or a few words. Whatever it raises says what went wrong.
    settings : callable
        Environment of the victims.
    size : dict
        Of the model, where it is another one.
    """

    what: str
    during: str
    times: int
    tries: Tries
    settings: Callable[[Place], dict[str, str]] = lambda place: {}
    size: dict[str, int] = field(default_factory=dict)


def _preloaded(place: Place) -> dict[str, str]:
    return place.disk.settings


def _set_clock(place: Place) -> dict[str, str]:
    return place.clock.settings


def _own_cache(place: Place) -> dict[str, str]:
    return {"SPIKINGFA_CACHE": str(place.cache)}


KILL = "`kill -9` at a random moment"
CTRL_C = "Ctrl-C at a random moment"
FULL = "the disk is full, once or from then on, at any operation that needs room"
FAULTS = {
    "kill-run": Fault(KILL, "run", 100, partial(stopped_runs, stop=Victim.killed_after)),
    "kill-sweep": Fault(
        f"{KILL}, half of the time of a worker before",
        *("sweep", 100, partial(stopped_sweeps, stop=killed)),
        size={"n_train": 3000},
    ),
    "kill-export": Fault(KILL, "export", 100, partial(stopped_exports, stop=Victim.killed_after)),
    "interrupt-run": Fault(
        CTRL_C, "run", 100, partial(stopped_runs, stop=Victim.interrupted_after)
    ),
    "interrupt-sweep": Fault(
        CTRL_C, "sweep", 100, partial(stopped_sweeps, stop=interrupted), size={"n_train": 3000}
    ),
    "interrupt-export": Fault(
        CTRL_C, "export", 100, partial(stopped_exports, stop=Victim.interrupted_after)
    ),
    "disk-full-run": Fault(
        FULL, "run", 0, disk_full.disk_full_run, _preloaded, {"n_train": 300, "epochs": 1}
    ),
    "disk-full-export": Fault(FULL, "export", 0, disk_full.disk_full_export, _preloaded),
    "read-only": Fault(
        "a folder that cannot be written: of runs, figures, exports, sweeps, or the cache",
        *("run, sweep, export and others", 0, read_only.read_only_folders, _own_cache),
    ),
    "cache": Fault(
        "a compiled network in the cache that is cut, foreign, altered or missing",
        *("run", 0, cache.damaged_cache, _own_cache),
    ),
    "two-runs": Fault(
        "two at once in one folder", "run", 100, two_runs.two_runs, size={"n_train": 600}
    ),
    "clock": Fault(
        "the clock is set back or forward, files have times of the past or the future",
        *("run, export and report", 50, clock_changes.clock_changes, _set_clock),
        {"n_train": 600},
    ),
    "older-folder": Fault(
        "a run folder as older or later versions leave it",
        *("run, test, raster, plot, export and report", 0, older_folder.older_folders),
    ),
}
