"""Workers of a cluster for the runs of a sweep: by a scheduler, or by SLURM."""

import contextlib
import logging
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from distributed import Client, SpecCluster

from spikingfa.base.errors import ClusterError, ModelError
from spikingfa.base.extras import needed
from spikingfa.base.interrupts import unchanged
from spikingfa.base.reading import one_line, read_text
from spikingfa.base.run_calls import MAX_RESTARTS

ANSWER_TIMEOUT = 30  # seconds for a scheduler to answer
CLOSE_LIMIT = 60  # seconds for workers and their scheduler to be gone
JOBS = "jobs"  # of a SLURM file: how many are asked for


@contextlib.contextmanager
def client_of(address: str) -> Iterator[Client]:
    """A client of a scheduler that is there already, such as ``tcp://node1:8786``.

    Raises
    ------
    ClusterError
        Nobody answers there.
    """
    try:
        client = Client(address, timeout=ANSWER_TIMEOUT)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no dask scheduler answers at {address}: {one_line(error)}") from None
    with _closed(client):
        yield client


@contextlib.contextmanager
def client_of_slurm(path: Path) -> Iterator[Client]:
    """A client whose workers are SLURM jobs.

    Parameters
    ----------
    path : Path
        TOML file: ``jobs``, how many are asked for, and options of `dask_jobqueue.SLURMCluster`,
        such as ``queue``, ``account``, ``walltime``, ``memory`` or ``job_script_prologue``.

    Raises
    ------
    ModelError
        The file cannot be read, or the extra is not installed.
    ClusterError
        SLURM is not there, or refuses the options.
    """
    options = _slurm_options(path)
    jobs = options.pop(JOBS)
    jobqueue = _jobqueue()
    from spikingfa.sweeping.certificates import made_for_a_sweep

    with tempfile.TemporaryDirectory(prefix=".spikingfa-", dir=Path.cwd()) as folder:
        defaults = {
            **{"cores": 1, "processes": 1, "memory": "2 GB", "walltime": "01:00:00"},
            **{"security": made_for_a_sweep(Path(folder)), "protocol": "tls://"},
            # its page at a free port: two sweeps of a login node would meet on 8787
            "scheduler_options": {
                "allowed_failures": MAX_RESTARTS,
                "dashboard_address": "127.0.0.1:0",
            },
            "python": f"{sys.executable} -P",  # no modules, nor settings, of the current folder
        }
        try:
            cluster = jobqueue.SLURMCluster(**defaults | options)
            cluster.adapt(minimum_jobs=1, maximum_jobs=jobs)  # asks anew when jobs end
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            raise ClusterError(
                f"cannot ask SLURM for workers by {path}: {one_line(error)}"
            ) from None
        with _closed(cluster), _closed(Client(cluster)) as client:
            yield client


def _jobqueue() -> ModuleType:
    """dask-jobqueue, which lets Ctrl-C end any process without a word that imports it."""
    with unchanged():
        return needed("dask_jobqueue", "slurm", "--slurm")


@contextlib.contextmanager
def _closed(one: SpecCluster | Client) -> Iterator:
    """Close it in the end, whatever goes wrong then: workers that lose it end by themselves.

    What goes wrong is said by the error of the sweep, and not by a log of dask's before.
    """
    log = logging.getLogger("distributed.client")
    level = log.level
    log.setLevel(logging.CRITICAL)
    one.__enter__()
    try:
        yield one
    finally:
        with contextlib.suppress(Exception):
            one.close(timeout=CLOSE_LIMIT)
            one.__exit__(None, None, None)
        log.setLevel(level)


def _slurm_options(path: Path) -> dict:
    try:
        options = tomllib.loads(read_text(path))
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from None
    except ValueError as error:
        raise ModelError(f"{path}: not a TOML file: {error}") from None
    jobs = options.get(JOBS)
    if type(jobs) is not int or jobs < 1:
        raise ModelError(f"{path}: needs {JOBS} = a number from 1 on, got {jobs!r}")
    return options
