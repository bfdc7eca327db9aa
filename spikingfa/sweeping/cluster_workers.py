"""Workers of a dask client: awaited, watched, and asked whether they have this package."""

import contextlib
import getpass
import time
from collections.abc import Callable
from concurrent.futures import Future
from importlib.metadata import version
from typing import Any

from distributed import Client
from distributed.scheduler import KilledWorker

from spikingfa.base.errors import ClusterError
from spikingfa.base.reading import one_line
from spikingfa.base.run_calls import Workers
from spikingfa.base.subprocesses import finished

ANNOUNCED_AFTER = 30  # seconds without a worker, after which the user hears of it
ANSWER_LIMIT = 120  # seconds for a scheduler to answer, or a worker to tell its version
DATA_LIMIT = 1800  # seconds for the data to reach the workers
INTERVAL = 5  # seconds from look to look while runs are under way
GONE = 60  # seconds without a job in SLURM's queue, after which none is awaited
QUEUE_LIMIT = 60  # seconds for squeue
QUEUE_INTERVAL = 30  # seconds from look to look whether jobs stand in a queue


class ClusterWorkers(Workers):
    """Workers of a client, which belongs to the caller.

    Parameters
    ----------
    client : Client
    wait : float
        Minutes without a worker after which a sweep ends.
    tell : callable
        Is given a line when there has been no worker for `ANNOUNCED_AFTER` seconds.
    """

    at_once = 1000  # enough that the scheduler asks for more workers where it can
    killed, restarts = KilledWorker, 0  # it begins them again itself

    def __init__(self, client: Client, wait: float, tell: Callable[[str], None]):
        self._client, self._wait, self._tell = client, wait, tell
        self._executor = client.get_executor(pure=False)
        self._seen = self._looked = self._asked = self._queued = time.monotonic()
        self._announced = False

    def prepare(self, data: Any) -> Any:
        """Wait for a worker, see whether all have this package, and bring the data to them.

        Raises
        ------
        ClusterError
            No worker comes, or one has not this package, or not this version of it.
        """
        while not self._is_there():
            time.sleep(0.2)
        here = _version()
        versions = answer(self._client, self._client.run, _version, on_error="return")
        for worker, there in versions.items():
            if there != here:
                what = f"spikingfa {there}" if isinstance(there, str) else "no spikingfa"
                raise ClusterError(f"the worker {worker} has {what}, this is spikingfa {here}")
        if data is None:
            return None
        return answer(self._client, self._client.scatter, data, broadcast=True, limit=DATA_LIMIT)

    def submit(self, function: Callable, /, *arguments, **options) -> Future:
        """Have a worker carry a call out."""
        return self._executor.submit(function, *arguments, **options)

    def check(self) -> None:
        """Raise ClusterError if there is no worker, and none can come or has for too long."""
        if time.monotonic() > self._looked + INTERVAL or self._looked != self._seen:
            self._is_there()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Have no call begun any more that waits."""
        with contextlib.suppress(Exception):  # the scheduler may have gone
            self._executor.shutdown(wait=False)

    def _is_there(self) -> bool:
        there = bool(answer(self._client, self._client.nthreads))
        self._looked = time.monotonic()
        if there:
            self._seen, self._announced = self._looked, False
        else:
            self._go_without(self._looked - self._seen)
        return there

    def _go_without(self, seconds: float) -> None:
        if self._looked > self._asked + QUEUE_INTERVAL or seconds > 60 * self._wait:
            self._asked = self._looked
            if self._jobs_have_ended():
                raise ClusterError(
                    "no worker can come: the SLURM jobs of this sweep ended before they had a"
                    " worker: read what they printed"
                )
        if seconds > 60 * self._wait:
            raise self.no_worker(self._wait)
        if seconds > ANNOUNCED_AFTER and not self._announced:
            self._announced = True
            self._tell(
                f"no worker came in {ANNOUNCED_AFTER:g} s; waiting up to {self._wait:g} min"
                " (is the machine busy, or do jobs stand in a queue?)"
            )

    def _jobs_have_ended(self) -> bool:
        """Whether there was no job in the queue for some time; new ones are asked for meanwhile."""
        started = getattr(self._client.cluster, "workers", {}).values()
        jobs = {str(one.job_id) for one in started if getattr(one, "job_id", None)}
        queue = _queue() if jobs else None
        if queue is None or jobs & queue:
            self._queued = time.monotonic()
        return time.monotonic() >= self._queued + GONE


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
    except OSError as error:  # no answer in time is one, too, which distributed says in two ways
        late = isinstance(error, TimeoutError)
        reason = f"timed out after {limit:g} s" if late else one_line(error)
        raise ClusterError(
            "the scheduler, or a worker, does not answer; the same command goes on with the sweep:"
            f" {reason}"
        ) from None


def _queue() -> set[str] | None:
    """Numbers of the user's jobs that stand in a queue or run; None if SLURM does not tell."""
    command = ["squeue", "--noheader", "--format=%A", f"--user={getpass.getuser()}"]
    try:
        done = finished(command, QUEUE_LIMIT)
    except OSError:
        return None
    return set(done.stdout.split()) if done.returncode == 0 else None


def _version() -> str:
    return version("spikingfa")
