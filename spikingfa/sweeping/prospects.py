"""Whether a worker may still come: processes of this machine, or jobs that SLURM knows of."""

import getpass
import time

from spikingfa.base.subprocesses import finished

ANSWER_LIMIT = 60  # seconds for squeue
GONE = 60  # seconds without a job in the queue: new ones are asked for as others end


class Prospects:
    """The fate of processes or jobs that a dask cluster has started.

    Parameters
    ----------
    cluster : distributed.deploy.Cluster or None
        None, or one that starts nothing itself: nothing is known.
    """

    def __init__(self, cluster):
        self._cluster = cluster
        self._last_job = time.monotonic()

    def end(self) -> str:
        """Say why no worker can come any more; empty if one may."""
        started = list(getattr(self._cluster, "workers", {}).values())
        ends = [getattr(one, "end", "") for one in started]
        if started and all(ends):
            return ends[0]
        jobs = {str(one.job_id) for one in started if getattr(one, "job_id", None)}
        queue = _queue() if jobs else None
        if queue is None or jobs & queue:
            self._last_job = time.monotonic()
        if time.monotonic() < self._last_job + GONE:
            return ""
        return "the SLURM jobs of this sweep ended before they had a worker: read what they printed"


def _queue() -> set[str] | None:
    """Numbers of the user's jobs that stand in a queue or run; None if SLURM does not tell."""
    command = ["squeue", "--noheader", "--format=%A", f"--user={getpass.getuser()}"]
    try:
        done = finished(command, ANSWER_LIMIT)
    except OSError:
        return None
    return set(done.stdout.split()) if done.returncode == 0 else None
