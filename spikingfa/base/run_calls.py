"""Carries calls out side by side, by whatever has the interface of `concurrent.futures`."""

from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

from spikingfa.base.errors import ClusterError, SimulationError

MAX_RESTARTS = 10  # of a call whose worker was killed
INTERVAL = 0.1  # seconds from look to look whether there are workers


class Killed(SimulationError):
    """Of a call whose worker was killed again and again."""

    def __init__(self):
        super().__init__("its worker was killed again and again: is there too little memory?")


class Workers(Executor):
    """An executor, and what there is to know of it."""

    at_once = 1  #: calls that it is given at a time
    killed: type[Exception] = BrokenExecutor  #: what a call fails with whose worker was killed
    restarts = MAX_RESTARTS  #: of such a call

    def prepare(self, data: Any) -> Any:
        """Wait until there are workers; return `data` in the form that calls are given it."""
        return data

    def check(self) -> None:
        """Raise ClusterError if there is no worker, and none can come or has for too long."""

    def no_worker(self, minutes: float) -> ClusterError:
        """The error when none has come in so many minutes."""
        return ClusterError(
            f"no worker came in {minutes:g} min: see that workers can start and find their"
            " scheduler (what they print tells why not), or wait longer (--wait MINUTES)"
        )


def run_calls(workers: Workers, calls: Iterable[tuple]) -> Iterator[tuple[Any, Any]]:
    """Carry calls out; one whose worker was killed is begun again.

    Parameters
    ----------
    workers : Workers
    calls : iterable of tuple
        Key, function and arguments of each; asked for when there is a worker for the next.

    Yields
    ------
    key
        That of a call, as soon as it has come to its end.
    outcome
        What it returned, or the exception that it raised.

    Raises
    ------
    ClusterError
        There are no workers any more.
    """
    calls, ended, under_way = iter(calls), SimpleQueue(), {}

    def begin(call: tuple, kills: int = 0) -> None:
        future = workers.submit(*call[1:])
        under_way[future] = call, kills
        future.add_done_callback(ended.put)

    for call in islice(calls, workers.at_once):
        begin(call)
    while under_way:
        future = _next(ended, workers)
        call, kills = under_way.pop(future)
        error = _error(future)
        # a pool breaks as well by what cannot be unpickled: that is the cause then
        was_killed = isinstance(error, workers.killed) and error.__cause__ is None
        if was_killed and kills < workers.restarts:
            begin(call, kills + 1)
            continue
        for following in islice(calls, 1):
            begin(following)
        yield call[0], Killed() if was_killed else error or future.result(0)


def _next(ended: SimpleQueue, workers: Workers) -> Future:
    """The next that has come to its end: it may take days, as long as there are workers."""
    while True:
        with suppress(Empty):
            return ended.get(timeout=INTERVAL)
        workers.check()  # not while Empty is handled: Ctrl-C would tell of both


def _error(future: Future) -> BaseException | None:
    if future.cancelled():
        raise ClusterError("the workers went away; the same command goes on")
    return future.exception(0)
