"""Processes of this machine that carry calls out, one at a time each."""

import contextlib
import os
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from multiprocessing import resource_tracker as python_tracker

from joblib.externals.loky import ProcessPoolExecutor
from joblib.externals.loky.backend import resource_tracker as loky_tracker
from tqdm import tqdm

from spikingfa.base.cores import n_cores
from spikingfa.base.errors import ClusterError
from spikingfa.base.interrupts import blocked, postponed
from spikingfa.base.run_calls import Workers
from spikingfa.base.subprocesses import SAFE_PATH, safe_path

WAIT = 10  # minutes for a process to start
PICKED_UP = 10_000  # milliseconds for loky to have a call on its way

#: What is left of processes that were killed is removed by another, which would tell so, after all
#: else has been said. Python passes this on to it.
_NO_NEWS = "ignore:resource_tracker"
#: loky warns when it replaces a process that has grown, which is as it should be.
_REPLACED = "A worker stopped while some jobs were given to the executor"


class Processes(Workers):
    """Processes for as many calls at a time; they end when this one does, however it ends.

    Parameters
    ----------
    n : int, optional
        Calls at a time; by default one a core.
    wait : float
        Minutes for a process to start.
    """

    def __init__(self, n: int | None = None, wait: float = WAIT):
        self.at_once, self._wait = n or n_cores(), wait
        self._all: list[_Process] = []

    def submit(self, function: Callable, /, *arguments, **options) -> Future:
        """Have a process that is free carry a call out; one is started if there is none."""
        free = next((one for one in self._all if one.call is None or one.call.done()), None)
        if free is None:
            self._all.append(free := _Process())
        return free.submit(function, *arguments, **options)

    def check(self) -> None:
        """Raise ClusterError if a process has not started in time."""
        since = min((one.began for one in self._all if not one.start.done()), default=None)
        if since is not None and time.monotonic() > since + 60 * self._wait:
            raise self.no_worker(self._wait)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Kill the processes, and what they have started."""
        with postponed():  # a second Ctrl-C would leave some at work
            while self._all:
                self._all.pop().kill()


class _Process:
    """A pool of one process, so that one that is killed takes no other along, and its call."""

    def __init__(self):
        self.call: Future | None = None
        self._failures = 0
        self._start()

    def submit(self, function: Callable, *arguments, **options) -> Future:
        while True:
            try:
                with _kept_apart():  # loky replaces a process that has grown
                    self.call = self.pool.submit(function, *arguments, **options)
                return self.call
            except BrokenExecutor:
                self._start_again()

    def kill(self) -> None:
        for _ in range(PICKED_UP):  # else loky's thread stumbles over a call that is gone
            if self.call is None or self.call.running() or self.call.done():
                break
            time.sleep(0.001)
        self.pool.shutdown(wait=True, kill_workers=True)

    def _start_again(self) -> None:
        started = self.start.done() and self.start.exception(0) is None
        self._failures = 0 if started else self._failures + 1
        if self._failures >= Workers.restarts:
            raise ClusterError(
                f"no worker can come: {self._failures} processes ended as they started"
            )
        self._start()

    def _start(self) -> None:
        warnings.filterwarnings("ignore", _REPLACED, UserWarning)
        self.began = time.monotonic()
        options = {"initializer": _begin, "initargs": (os.getpid(),), "env": {SAFE_PATH: "1"}}
        with _kept_apart():
            self.pool = ProcessPoolExecutor(1, **options)
            self.start = self.pool.submit(os.getpid)


@contextlib.contextmanager
def _kept_apart() -> Iterator[None]:
    """Have processes that loky starts meanwhile take no modules from here, and no Ctrl-C."""
    if _NO_NEWS not in sys.warnoptions:
        sys.warnoptions.append(_NO_NEWS)
    try:
        with safe_path():
            for tracker in (python_tracker, loky_tracker):  # they let Ctrl-C in when they start
                tracker.ensure_running()
            with blocked():
                yield
    except OSError as error:
        raise ClusterError(f"cannot start workers on this machine: {error}") from None


def _begin(parent: int) -> None:
    """Prepare a process; it ends with its parent: its run would keep the folder from others."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    tqdm.set_lock(threading.RLock())  # its own is the system's, and stays behind after a kill
