"""Workers for the runs of a sweep: on this machine, by a scheduler, or by SLURM."""

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import dask
from distributed import Client, Scheduler, Security, SpecCluster
from distributed.deploy.subprocess import SubprocessWorker

from spikingfa.base.cores import n_cores
from spikingfa.base.errors import ClusterError, ModelError
from spikingfa.base.extras import needed
from spikingfa.base.interrupts import unchanged
from spikingfa.base.reading import read_text
from spikingfa.base.subprocesses import environment
from spikingfa.sweeping.certificates import made_for_a_sweep

LOOPBACK = "127.0.0.1"
MAX_RESTARTS = 10  # of workers that had a run, after which it is given up
PATIENCE = 30  # seconds for a scheduler to answer
START_LIMIT = 600  # seconds for a worker to start: some, but for what else keeps the cores busy
CLOSE_LIMIT = 60  # seconds for workers and their scheduler to be gone
JOBS = "jobs"  # of a SLURM file: how many are asked for


@contextlib.contextmanager
def workers_here(jobs: int | None = None) -> Iterator[Client]:
    """Workers on this machine, one thread each, as many as there are cores by default.

    They listen on the loopback interface and know each other by certificates made for the
    occasion, so that other users of the machine cannot have them run programs.

    Raises
    ------
    ClusterError
        They cannot be started.
    """
    security = made_for_a_sweep()
    options = {"host": LOOPBACK, "protocol": "tls://", "dashboard_address": f"{LOOPBACK}:0"}
    scheduler = {
        "port": 0,
        "dashboard": False,
        "security": security,
        "allowed_failures": MAX_RESTARTS,
    }
    worker = {"nthreads": 1, "memory_limit": 0, "death_timeout": START_LIMIT, **options}
    spec = {"cls": _Worker, "options": {"worker_kwargs": worker, "security": security}}
    try:
        with dask.config.set({"distributed.scheduler.http.routes": []}):  # nothing for browsers
            cluster = SpecCluster(
                scheduler={"cls": Scheduler, "options": scheduler | options},
                workers=dict.fromkeys(range(jobs or n_cores()), spec),
                security=security,
                silence_logs=logging.CRITICAL,
                name="spikingfa",
            )
    except (OSError, RuntimeError) as error:
        raise ClusterError(f"cannot start workers on this machine: {error}") from None
    with _closed(cluster), _closed(Client(cluster, timeout=START_LIMIT)) as client:
        yield client


@contextlib.contextmanager
def _closed(one: SpecCluster | Client) -> Iterator:
    """Close it in the end, whatever goes wrong then: workers that lose it end by themselves."""
    one.__enter__()
    try:
        yield one
    finally:
        with contextlib.suppress(Exception):
            one.close(timeout=CLOSE_LIMIT)
            one.__exit__(None, None, None)


class _Worker(SubprocessWorker):
    """In a process group of its own, so that Ctrl-C stops the sweep, and it its workers.

    A process that was killed, or did not find the scheduler in time, is started anew.

    Attributes
    ----------
    end : str
        Why it is started anew no more; empty while it is.
    """

    def __init__(self, *args, security: Security, **kwargs):
        self._security = security
        self.end = ""
        super().__init__(*args, **kwargs)

    async def _start(self) -> None:
        await self._begin()
        self._watch = asyncio.ensure_future(self._begin_again())

    async def _begin(self) -> None:
        spec = {"cls": self.worker_class, "opts": self.worker_kwargs}
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "dask", "spec", self.scheduler),
            *("--spec", json.dumps(spec)),
            env=environment() | _certificates(self._security),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    async def _begin_again(self) -> None:
        for _ in range(MAX_RESTARTS):
            await self.process.wait()  # for as long as the sweep goes on
            await asyncio.sleep(1)  # it may have ended because the sweep is about to
            await self._begin()
        status = await self.process.wait()
        self.end = (
            f"their processes ended {MAX_RESTARTS + 1} times, the last with exit status {status}"
        )

    async def close(self) -> None:
        """Kill the process, for good."""
        self._watch.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(super().close(), CLOSE_LIMIT)


def _certificates(security: Security) -> dict[str, str]:
    """The file that the workers' dask reads its settings from."""
    tls = security.get_tls_config_for_role("worker")
    return {
        "DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True",
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": tls["ca_file"],
        "DASK_DISTRIBUTED__COMM__TLS__WORKER__CERT": tls["cert"],
        "DASK_DISTRIBUTED__COMM__TLS__WORKER__KEY": tls["key"],
        "DASK_DISTRIBUTED__WORKER__HTTP__ROUTES": "[]",
        "DASK_LOGGING__DISTRIBUTED": "critical",
    }


@contextlib.contextmanager
def workers_of(address: str) -> Iterator[Client]:
    """Workers of a scheduler that is there already, such as ``tcp://node1:8786``.

    Raises
    ------
    ClusterError
        Nobody answers there.
    """
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ClusterError(f"no dask scheduler answers at {address}: {reason}") from None
    with client:
        yield client


def _jobqueue() -> ModuleType:
    """dask-jobqueue, which lets Ctrl-C end any process without a word that imports it."""
    with unchanged():
        return needed("dask_jobqueue", "slurm", "--slurm")


@contextlib.contextmanager
def workers_by_slurm(path: Path) -> Iterator[Client]:
    """Workers in SLURM jobs.

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
    with tempfile.TemporaryDirectory(prefix=".spikingfa-", dir=Path.cwd()) as folder:
        defaults = {
            **{"cores": 1, "processes": 1, "memory": "2 GB", "walltime": "01:00:00"},
            **{"security": _in_files(made_for_a_sweep(), Path(folder)), "protocol": "tls://"},
            # its page at a free port: two sweeps of a login node would meet on 8787
            "scheduler_options": {
                "allowed_failures": MAX_RESTARTS,
                "dashboard_address": f"{LOOPBACK}:0",
            },
            "python": f"{sys.executable} -P",  # no modules, nor settings, of the current folder
        }
        try:
            cluster = jobqueue.SLURMCluster(**defaults | options)
            cluster.adapt(minimum_jobs=1, maximum_jobs=jobs)  # asks anew when jobs end
        except (OSError, RuntimeError, TypeError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise ClusterError(f"cannot ask SLURM for workers by {path}: {reason}") from None
        with _closed(cluster), _closed(Client(cluster)) as client:
            yield client


def _in_files(security: Security, folder: Path) -> Security:
    """The same certificates, where the jobs can read them: a temporary folder is its owner's alone.

    dask-jobqueue would write them, too, and not close the files.
    """
    files = {}
    for field in security.__slots__:
        text = getattr(security, field)
        if isinstance(text, str) and "\n" in text:
            files[field] = str(folder / f"{field}.pem")
            Path(files[field]).write_text(text, "utf-8")
    return Security(require_encryption=True, **files)


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
