"""Sweeps on workers of others: a client, a scheduler at an address, SLURM."""

import contextlib
import gc
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from helpers.clusters import cluster_here
from helpers.sweeps import same_weights
from helpers.waits import LIMIT, wait_for

import spikingfa
from spikingfa.model.files import write_model
from spikingfa.sweeping.folder import SweepFolder
from spikingfa.sweeping.plan import Column, plan
from spikingfa.sweeping.run_jobs import run_jobs

pytest.importorskip("distributed")

OVER = {"hidden.tau_m": ["10 ms", "20 ms"]}

# what stands in for SLURM: sbatch begins the job here and tells its number
SBATCH = """#!/bin/sh
echo "$@" >> {calls}
script=$(for last; do :; done; echo "$last")
cp "$script" {folder}/job-$$.sh
setsid sh {folder}/job-$$.sh > {folder}/job.log 2>&1 &
echo $! >> {jobs}
echo $!
"""
SCANCEL = """#!/bin/sh
kill "$@" 2> /dev/null
exit 0
"""


@pytest.fixture
def scheduler(tmp_path):
    """Address of a scheduler that has two workers, each a process, and their processes."""
    dask = [sys.executable, "-m", "dask"]
    address = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(address)]
    started = [
        _started([*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                  "--dashboard-address", "127.0.0.1:0", *common], tmp_path / "scheduler.log")
    ]  # fmt: skip
    wait_for(address.exists)
    for k in range(2):
        options = ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
        started += [_started([*dask, "worker", *options, *common], tmp_path / f"worker{k}.log")]
    with _client(address) as client:
        client.wait_for_workers(2, timeout=LIMIT)
        yield client.scheduler.address, started[1:]
    for process in reversed(started):  # workers that lose their scheduler go by themselves
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        process.kill()
        process.wait(LIMIT)


def _client(address: Path):
    from distributed import Client

    return Client(scheduler_file=str(address), timeout=LIMIT)


def _started(command: list[str], log: Path) -> subprocess.Popen:
    with open(log, "w") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL)


@pytest.mark.slow
def test_a_worker_of_a_scheduler_is_killed(scheduler, tiny_model, tmp_path):
    address, workers = scheduler
    model = tiny_model.but({"training.epochs": 40, "task.validation": 0.2})
    write_model(model, tmp_path / "long.toml")
    command = [sys.executable, "-m", "spikingfa", "sweep", "long.toml", "-o", "out"]
    command += ["--scheduler", address, "--over", "hidden.tau_m=10 ms,20 ms", "--seeds", "2"]
    going = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    checkpoints = "out/runs/*/*/checkpoint.npz"
    wait_for(lambda: len(list(tmp_path.glob(checkpoints))) == 2 or going.poll() is not None)
    assert going.poll() is None, going.communicate()[1]
    nanny = psutil.Process(workers[0].pid)
    worker = next(p for p in nanny.children() if "spawn_main" in " ".join(p.cmdline()))
    worker.send_signal(signal.SIGKILL)
    out, err = going.communicate(timeout=LIMIT)
    assert going.returncode == 0, err
    assert "written to out" in out
    table = spikingfa.open_sweep(tmp_path / "out")
    assert len(table) == 4
    assert set(table["status"]) == {"finished"}
    for row in table.itertuples():
        alone = spikingfa.train(
            model.but({"hidden.tau_m": f"{row[1]} ms"}),
            seed=row.seed,
            out=tmp_path / f"{row[1]}-{row.seed}",
            progress=False,
            figures=False,
        )
        assert same_weights(row.run, alone.folder)


@pytest.mark.slow
@pytest.mark.needs("dask_jobqueue")
def test_workers_come_as_slurm_jobs(tiny_model, tmp_path, monkeypatch):
    pytest.importorskip("cryptography")
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    places = {"calls": tmp_path / "calls", "jobs": tmp_path / "jobs", "folder": tmp_path}
    for name, text in (("sbatch", SBATCH.format(**places)), ("scancel", SCANCEL)):
        (bin_folder / name).write_text(text)
        (bin_folder / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{bin_folder}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slurm.toml").write_text(
        'jobs = 2\nqueue = "short"\nwalltime = "00:10:00"\nmemory = "1 GB"\ninterface = "lo"\n'
    )
    table = spikingfa.sweep(tiny_model, OVER, (1, 2), slurm="slurm.toml", out="out", progress=False)
    assert set(table["status"]) == {"finished"}
    assert (tmp_path / "calls").exists()
    assert not list(tmp_path.glob(".spikingfa-*"))
    jobs = [int(job) for job in (tmp_path / "jobs").read_text().split()]
    wait_for(lambda: not any(psutil.pid_exists(job) for job in jobs))


@pytest.mark.needs("dask_jobqueue")
def test_what_slurm_needs_leaves_ctrl_c_as_it_is():
    """dask-jobqueue, imported, would end the program without a word, and with status 0."""
    code = (
        "import signal; from spikingfa.sweeping import cluster\n"
        "before = signal.getsignal(signal.SIGINT); cluster._jobqueue()\n"
        "raise SystemExit(signal.getsignal(signal.SIGINT) is not before)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=LIMIT).returncode == 0


# dask-jobqueue complains of the cluster that it has refused to make
@pytest.mark.needs("dask_jobqueue")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_options_that_slurm_does_not_have_are_told(tiny_model, tmp_path, monkeypatch):
    pytest.importorskip("cryptography")
    (tmp_path / "slurm.toml").write_text('jobs = 2\ncolour = "red"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(spikingfa.ClusterError, match=r"cannot ask SLURM .*colour"):
        spikingfa.sweep(tiny_model, OVER, slurm="slurm.toml", out="out", progress=False)
    gc.collect()  # here, and not in whichever test comes next
    (tmp_path / "slurm.toml").write_text('queue = "short"\n')
    with pytest.raises(spikingfa.ModelError, match="needs jobs = a number"):
        spikingfa.sweep(tiny_model, OVER, slurm="slurm.toml", out="out", progress=False)


def test_that_no_worker_comes_is_told(monkeypatch):
    from spikingfa.sweeping import cluster_workers

    told = []
    monkeypatch.setattr(cluster_workers, "ANNOUNCED_AFTER", 0.1)

    def tell(line):
        told.append(line)
        cluster.scale(1)

    with cluster_here(0) as (cluster, client):
        cluster_workers.ClusterWorkers(client, 60, tell).prepare(None)
        assert len(client.scheduler_info()["workers"]) == 1
    assert told == [
        "no worker came in 0.1 s; waiting up to 60 min (is the machine busy, or do jobs stand in a"
        " queue?)"
    ]


ONE = threading.Lock()  # of the task that does not wait
COUNTED = threading.Event()


def idle(tables, folder, data=None):
    if not ONE.acquire(blocking=False):
        assert COUNTED.wait(LIMIT)
    return {"status": "failed"}


def n_queued(dask_scheduler) -> int:
    return len(dask_scheduler.queued)


def test_runs_wait_for_whoever_is_free(tiny_model, tmp_path):
    from spikingfa.sweeping.cluster_workers import ClusterWorkers

    columns = {"hidden.size": Column("hidden.size")}
    planned = plan(tiny_model, [{"hidden.size": 8 + k} for k in range(20)], columns, [1])
    folder, n_done = SweepFolder(tmp_path / "out", ["hidden.size"]), 0
    with cluster_here(2) as (_, client), folder.locked(tiny_model):
        for _ in run_jobs(ClusterWorkers(client, 60, print), planned, folder, task=idle):
            n_done += 1
            if not COUNTED.is_set():
                wait_for(lambda: client.run_on_scheduler(n_queued) > 10)
                COUNTED.set()
    assert n_done == 20


def test_a_client_of_ones_own(tiny_model, tmp_path):
    data = spikingfa.tasks.load_data(tiny_model.task)
    with cluster_here(2) as (_, client):
        options = {"data": data, "out": tmp_path / "out", "progress": False}
        table = spikingfa.sweep(tiny_model, OVER, (1,), client, **options)
        assert client.status == "running"
    assert set(table["status"]) == {"finished"}


def test_certificates_are_valid_whatever_the_clock_says(tmp_path):
    """With dask's own a worker whose clock is behind would be kept out for good."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import serialization

    from spikingfa.sweeping.certificates import made_for_a_sweep

    made = made_for_a_sweep(tmp_path)
    certificate = x509.load_pem_x509_certificate(Path(made.tls_worker_cert).read_bytes())
    assert certificate.not_valid_before_utc.year == 2000
    assert certificate.not_valid_after_utc.year == 2100
    key = serialization.load_pem_private_key(Path(made.tls_worker_key).read_bytes(), None)
    assert key.public_key() == certificate.public_key()
    for role in ("client", "scheduler", "worker"):
        assert made.get_connection_args(role)["ssl_context"].cert_store_stats()["x509"] == 1
