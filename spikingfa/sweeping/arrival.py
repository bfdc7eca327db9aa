"""Workers of a sweep: awaited, watched, and asked whether they have this package."""

import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from distributed import Client

from spikingfa.base.errors import ClusterError
from spikingfa.sweeping.prospects import Prospects

PATIENCE = 30  # seconds without a worker, after which the user is told
ANSWER_LIMIT = 120  # seconds for a scheduler to answer, or a worker to tell its version
INTERVAL = 5  # seconds from look to look while runs are under way
QUEUE_INTERVAL = 30  # seconds from look to look whether jobs stand in a queue

#: Minutes without a worker after which a sweep ends: here, with a user's scheduler, by SLURM.
WAIT_HERE, WAIT_SCHEDULER, WAIT_SLURM = 10, 60, 7 * 24 * 60

Tell = Callable[[str], None]


class Watch:
    """Sees that a sweep has workers, or may still get some.

    Parameters
    ----------
    client : Client
    wait : float
        Minutes without a worker after which a sweep ends.
    tell : callable
        Is given a line when there has been no worker for `patience` seconds.
    patience : float
    """

    def __init__(self, client: Client, wait: float, tell: Tell, patience: float = PATIENCE):
        self.client, self._wait, self._tell, self._patience = client, wait, tell, patience
        self._prospects = Prospects(client.cluster)
        self._seen = self._looked = self._asked = time.monotonic()
        self._told = False

    def look(self, interval: float = INTERVAL) -> bool:
        """Whether there is a worker; True without asking if that was known `interval` seconds ago.

        Raises
        ------
        ClusterError
            There has been none for too long, or none can come any more.
        """
        now = time.monotonic()
        if now < self._looked + interval and self._looked == self._seen:
            return True
        there = bool(answer(self.client, self.client.nthreads))
        self._looked = now = time.monotonic()
        if there:
            self._seen, self._told = now, False
        else:
            self._without(now - self._seen)
        return there

    def _without(self, seconds: float) -> None:
        if time.monotonic() > self._asked + QUEUE_INTERVAL or seconds > 60 * self._wait:
            self._asked = time.monotonic()
            if reason := self._prospects.end():
                raise ClusterError(f"no worker can come: {reason}")
        if seconds > 60 * self._wait:
            raise ClusterError(
                f"no worker came in {self._wait:g} min: see that workers can start and find the"
                " scheduler (what they print tells why not), or wait longer (--wait MINUTES)"
            )
        if seconds > self._patience and not self._told:
            self._told = True
            self._tell(
                f"no worker came in {self._patience:g} s; waiting up to {self._wait:g} min"
                " (is the machine busy, or do jobs stand in a queue?)"
            )


def await_workers(watch: Watch) -> None:
    """Wait for the first worker; then see whether those that are there have this package.

    Raises
    ------
    ClusterError
        No worker comes, or one has not this package, or not this version of it.
    """
    while not watch.look(0):
        time.sleep(0.2)
    here = _version()
    versions = answer(watch.client, watch.client.run, _version, on_error="return")
    for worker, there in versions.items():
        if there != here:
            what = f"spikingfa {there}" if isinstance(there, str) else "no spikingfa"
            raise ClusterError(f"the worker {worker} has {what}, this is spikingfa {here}")


def answer(client: Client, ask: Callable, *args, limit: float = ANSWER_LIMIT, **options) -> Any:
    """The answer of a client's method within `limit` seconds.

    Raises
    ------
    ClusterError
        Nothing, or the scheduler went away.
    """

    async def asked():
        return await ask(*args, **options)

    try:
        return client.sync(asked, callback_timeout=limit)
    except TimeoutError:
        raise ClusterError(
            f"the scheduler or a worker has not answered in {limit:g} s; the same command goes on"
            " with the sweep"
        ) from None
    except OSError as error:
        reason = " ".join(str(error).split())
        raise ClusterError(
            f"the scheduler went away; the same command goes on with the sweep: {reason}"
        ) from None


def _version() -> str:
    return version("spikingfa")
