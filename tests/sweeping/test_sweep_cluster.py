"""Sweeps on workers of others: a scheduler at an address, SLURM, and scripts without a guard."""

import contextlib
import gc
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from helpers.sweeps import same_weights
from helpers.waits import LIMIT, wait_for

import spikingfa
from spikingfa.model.files import write_model
from spikingfa.sweeping.arrival import Watch, await_workers
from spikingfa.sweeping.certificates import made_for_a_sweep

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
    wait_for(lambda: len(list(tmp_path.glob("out/runs/*/*/checkpoint.npz"))) == 2)
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
def test_workers_come_as_slurm_jobs(tiny_model, tmp_path, monkeypatch):
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


def test_what_slurm_needs_leaves_ctrl_c_as_it_is():
    """dask-jobqueue, imported, would end the program without a word, and with status 0."""
    pytest.importorskip("dask_jobqueue")
    code = (
        "import signal; from spikingfa.sweeping import cluster\n"
        "before = signal.getsignal(signal.SIGINT); cluster._jobqueue()\n"
        "raise SystemExit(signal.getsignal(signal.SIGINT) is not before)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=LIMIT).returncode == 0


# dask-jobqueue complains of the cluster that it has refused to make
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_options_that_slurm_does_not_have_are_told(tiny_model, tmp_path, monkeypatch):
    (tmp_path / "slurm.toml").write_text('jobs = 2\ncolour = "red"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(spikingfa.ClusterError, match=r"cannot ask SLURM .*colour"):
        spikingfa.sweep(tiny_model, OVER, slurm="slurm.toml", out="out", progress=False)
    gc.collect()  # here, and not in whichever test comes next
    (tmp_path / "slurm.toml").write_text('queue = "short"\n')
    with pytest.raises(spikingfa.ModelError, match="needs jobs = a number"):
        spikingfa.sweep(tiny_model, OVER, slurm="slurm.toml", out="out", progress=False)


def test_that_no_worker_comes_is_told():
    from distributed import Client, LocalCluster

    told = []

    def tell(line):
        told.append(line)
        cluster.scale(1)

    options = {"processes": False, "dashboard_address": "127.0.0.1:0", "protocol": "inproc://"}
    with LocalCluster(n_workers=0, **options) as cluster, Client(cluster) as client:
        await_workers(Watch(client, 60, tell, patience=0.1))
        assert len(client.scheduler_info()["workers"]) == 1
    assert told == [
        "no worker came in 0.1 s; waiting up to 60 min (is the machine busy, or do jobs stand in a"
        " queue?)"
    ]


@pytest.mark.long
def test_a_script_needs_no_guard(tiny_model, tmp_path):
    write_model(tiny_model, tmp_path / "tiny.toml")
    (tmp_path / "script.py").write_text(
        "import spikingfa\n"
        "table = spikingfa.sweep('tiny.toml', {'hidden.size': [6]}, [1], jobs=1, progress=False)\n"
        "print(*table['status'])\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT
    )
    assert (done.stdout, done.stderr) == ("finished\n", "")
    assert (tmp_path / "sweeps" / "sweep-001" / "table.csv").exists()


def test_certificates_are_valid_whatever_the_clock_says():
    """With dask's own a sweep waited for good, if the clock was set back and a worker killed."""
    made = made_for_a_sweep()
    certificate = x509.load_pem_x509_certificate(made.tls_worker_cert.encode())
    assert certificate.not_valid_before_utc.year == 2000
    assert certificate.not_valid_after_utc.year == 2100
    key = serialization.load_pem_private_key(made.tls_worker_key.encode(), None)
    assert key.public_key() == certificate.public_key()
    for role in ("client", "scheduler", "worker"):
        made.get_connection_args(role)["ssl_context"].load_verify_locations(cadata=made.tls_ca_file)
