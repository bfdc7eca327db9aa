"""Places where the runs of a sweep are made: this machine, or a cluster."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spikingfa.base.errors import ModelError
from spikingfa.base.extras import needed
from spikingfa.base.processes import WAIT, Processes
from spikingfa.base.run_calls import Workers

#: Minutes without a worker after which a sweep ends: with a user's scheduler, by SLURM.
WAIT_SCHEDULER, WAIT_SLURM = 60, 7 * 24 * 60


@contextlib.contextmanager
def workers_at(
    client: Any,
    jobs: int | None,
    scheduler: str | None,
    slurm: str | Path | None,
    wait: float | None,
    tell: Callable[[str], None],
) -> Iterator[Workers]:
    """The workers that a user has chosen: on this machine, unless a cluster is named.

    Raises
    ------
    ModelError
        Several are chosen, `wait` is no time, or the extra is not installed that they need.
    ClusterError
        The cluster cannot be reached.
    """
    if sum(choice is not None for choice in (client, jobs, scheduler, slurm)) > 1:
        raise ModelError("choose one of client, jobs, scheduler and slurm")
    if wait is not None and not wait >= 0:
        raise ModelError(f"wait: needs minutes from 0 on, got {wait!r}")
    if client is scheduler is slurm is None:
        with Processes(jobs, WAIT if wait is None else wait) as workers:
            yield workers
        return
    needed("distributed", "cluster" if slurm is None else "slurm", "a sweep on a cluster")
    from spikingfa.sweeping.cluster import client_of, client_of_slurm
    from spikingfa.sweeping.cluster_workers import ClusterWorkers

    usual = WAIT_SCHEDULER if slurm is None else WAIT_SLURM
    with contextlib.ExitStack() as stack:
        if scheduler is not None:
            client = stack.enter_context(client_of(scheduler))
        elif slurm is not None:
            client = stack.enter_context(client_of_slurm(Path(slurm)))
        with ClusterWorkers(client, usual if wait is None else wait, tell) as workers:
            yield workers
