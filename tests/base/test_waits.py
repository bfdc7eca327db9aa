"""No wait without an end: for processes, locks, workers, mirrors; and every test has a limit."""

import ast
import asyncio
import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock
from helpers.chunks import small_blueprint
from helpers.clusters import cluster_here
from helpers.drawn import make_spikes

import spikingfa
from spikingfa.base import subprocesses
from spikingfa.cli.main import main
from spikingfa.engine.compiled import build, cache, following
from spikingfa.tasks.download import download

PACKAGE = Path(spikingfa.__file__).parent
OVER = {"hidden.size": [6]}


def script(path: Path, *lines: str) -> Path:
    """A program of the shell's."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(stat.S_IRWXU)
    return path


def gone(number: int, seconds: float = 60) -> bool:
    """Whether a process has ended; one that nobody waits for stays as a zombie."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(number).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


# the package as a whole

#: Methods that wait, and how many arguments they have without a limit; None: any number.
WAITS = {"wait": 0, "join": 0, "result": 0, "acquire": 0, "exception": 0, "get": 0}
WAITS |= {"communicate": None, "wait_for_workers": None, "recv": None}
RUNS = {f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output")}

#: What has its limit elsewhere.
BOUNDED = {
    # in a process that is itself stopped after COMPILE_LIMIT
    ("engine/compiled/compilation.py", "subprocess.run"),
    ("engine/compiled/compilation.py", "piece.result"),
    ("engine/cuda/compilation.py", "subprocess.run"),
    ("engine/cuda/compilation.py", "one.result"),
    # with the timeout of the lock
    ("engine/compiled/build.py", "lock.acquire"),
}


def _without_limit(call: ast.Call) -> bool:
    limited = any(word.arg in ("timeout", "limit") for word in call.keywords)
    if ast.unparse(call.func) in RUNS:
        return not limited
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WAITS or limited:
        return False
    if call.func.attr == "get" and "queue" not in ast.unparse(call.func).lower():
        return False  # of a context variable, say, which waits for nothing
    most = WAITS[call.func.attr]
    return most is None or len(call.args) <= most


def test_every_wait_of_the_package_has_a_limit():
    unlimited = {
        (str(path.relative_to(PACKAGE)), ast.unparse(node.func))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and _without_limit(node)
    }
    assert unlimited == BOUNDED


def test_every_test_has_a_limit(request):
    assert float(request.config.getini("timeout")) > 0
    assert request.config.getini("timeout_method") == "thread"  # prints all stacks
    for item in request.session.items:
        if item.get_closest_marker("slow"):
            assert item.get_closest_marker("timeout"), item.nodeid


# programs


def test_a_program_is_stopped_with_all_that_it_started(tmp_path):
    """What it started keeps its output open, too."""
    both = "sleep 1000 & echo $! > child; echo $$ > parent; wait"
    command = ["sh", "-c", f"cd {tmp_path}; {both}"]
    with pytest.raises(TimeoutError, match="sh did not end in 1 s"):
        subprocesses.finished(command, 1)
    assert all(gone(int((tmp_path / name).read_text())) for name in ("child", "parent"))


def test_a_program_that_ends_in_time():
    done = subprocesses.finished(["sh", "-c", "cat; echo b >&2; exit 3"], 60, "a\n")
    assert (done.returncode, done.stdout, done.stderr) == (3, "a\n", "b\n")


def test_a_simulation_that_has_told_its_last_but_stays(monkeypatch):
    monkeypatch.setattr(following, "END_LIMIT", 0.2)
    with subprocess.Popen(["sleep", "1000"]) as program:
        ends = pytest.raises(spikingfa.SimulationError, match=r"did not end in 0\.2 s")
        with ends, following.killed_on_error(program):
            following.status(program)
        program.wait(60)
    assert program.returncode == -signal.SIGKILL


@pytest.mark.long
@pytest.mark.parametrize("lines", [["exec sleep 1000"], ["cat > /dev/null", "exec sleep 1000"]])
def test_an_ffmpeg_that_does_not_go_on(lines, tmp_path, monkeypatch):
    script(tmp_path / "bin" / "ffmpeg", *lines)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr("spikingfa.plots.animation.FFMPEG_LIMIT", 1)
    with pytest.raises(ValueError, match="ffmpeg failed, or did not go on for 1 s"):
        spikingfa.animate_trial(
            make_spikes(3, sizes={"hidden": 30, "output": 10}), tmp_path / "a.mp4"
        )
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


# pipes, which nobody writes to


@pytest.mark.parametrize(
    "arguments", ["sweep model.toml --over hidden.size=6 -o out --slurm", "export . --to python -o"]
)
def test_a_pipe_in_place_of_a_file(arguments, tiny_run, tmp_path, monkeypatch, capsys):
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    monkeypatch.chdir(tmp_path / "run")
    os.mkfifo("pipe.py")
    assert main([*arguments.split(), "pipe.py"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# compiling


def test_a_cache_folder_that_cannot_be_made(monkeypatch):
    """A lock in it would be tried for again and again."""
    monkeypatch.setenv("SPIKINGFA_CACHE", "/proc")
    with pytest.raises(spikingfa.BuildError, match="cannot keep the compiled network in /proc: No"):
        cache.compiled(small_blueprint())


def test_another_process_compiles_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "LOCK_LIMIT", 0.6)
    with FileLock(tmp_path / "network.lock"), pytest.raises(SystemExit) as end:
        build.main("", tmp_path / "network")
    assert str(end.value).startswith("another process has been compiling this network for 0.01 min")
    assert str(tmp_path / "network.lock") in str(end.value)


@pytest.mark.long
def test_compiling_does_not_end(tmp_path, monkeypatch):
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    compiler = script(tmp_path / "bin" / "g++", 'case "$*" in *-E*) exit;; esac', "exec sleep 1000")
    monkeypatch.setenv("CXX", str(compiler))
    monkeypatch.setattr(cache, "COMPILE_LIMIT", 3)
    with pytest.raises(spikingfa.BuildError, match=r"did not end in 0\.05 min and was stopped"):
        cache.compiled(small_blueprint())


def test_a_compiler_that_does_not_tell_which_one_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("CXX", str(script(tmp_path / "bin" / "g++", "exec sleep 1000")))
    monkeypatch.setattr("spikingfa.engine.compiled.compiler.IDENTITY_LIMIT", 0.2)
    with pytest.raises(spikingfa.BuildError, match=r"does not work: .* did not end in 0\.2 s"):
        cache.identity()


# downloads


def test_a_mirror_that_never_answers(tmp_path, monkeypatch):
    monkeypatch.setattr("spikingfa.tasks.download.SILENCE_LIMIT", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mirror = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(spikingfa.DataError, match=r"127\.0\.0\.1: no answer in 0\.3 s"):
            download({"images": "0" * 64}, (mirror,), tmp_path)


# workers of a sweep


@pytest.fixture
def cluster_workers():
    pytest.importorskip("distributed")
    from spikingfa.sweeping import cluster_workers

    return cluster_workers


@pytest.fixture
def swept(tiny_model, tmp_path, monkeypatch, cluster_workers):
    """Begin a sweep, of which nothing can come; return the error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster_workers, "QUEUE_INTERVAL", 0)

    def call(**options) -> str:
        with pytest.raises(spikingfa.ClusterError) as error:
            spikingfa.sweep(tiny_model, OVER, (1,), out="out", progress=False, **options)
        return str(error.value)

    return call


DASHBOARD = 8787  # dask's port for it, by default: another sweep of this machine has it
SLURM = 'jobs = 1\nqueue = "short"\ninterface = "lo"\n'


@pytest.mark.needs("dask_jobqueue")
@pytest.mark.long
@pytest.mark.parametrize(
    ("queue", "wait", "told"),
    [
        ("exit 0", 60, "no worker can come: the SLURM jobs of this sweep ended"),
        ("echo 7", 0.04, "no worker came in 0.04 min"),
        ("exit 1", 0.04, "no worker came in 0.04 min"),
        ("exec sleep 1000", 0.04, "no worker came in 0.04 min"),
    ],
    ids=["no job is left", "the job stands in the queue", "SLURM tells nothing", "SLURM hangs"],
)
def test_slurm_jobs_of_which_no_worker_comes(
    swept, cluster_workers, tmp_path, monkeypatch, queue, wait, told
):
    pytest.importorskip("cryptography")
    for name, line in (("sbatch", "echo 7"), ("squeue", queue), ("scancel", "exit 0")):
        script(tmp_path / "bin" / name, line)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    monkeypatch.setattr(cluster_workers, "GONE", 1)
    monkeypatch.setattr(cluster_workers, "QUEUE_LIMIT", 0.5)
    (tmp_path / "slurm.toml").write_text(SLURM)
    with socket.socket() as other:
        with contextlib.suppress(OSError):  # somebody has it already
            other.bind(("", DASHBOARD))
            other.listen()
        assert swept(slurm="slurm.toml", wait=wait).startswith(told)


def test_workers_that_go_during_a_run(cluster_workers):
    """Those of a scheduler of the user's, say, when the jobs end in which they run."""
    with cluster_here(1) as (cluster, client):
        workers = cluster_workers.ClusterWorkers(client, 0.01, print)
        workers.prepare(None)
        cluster.scale(0)
        with pytest.raises(spikingfa.ClusterError) as told:
            _look_on(workers)
    assert str(told.value).startswith("no worker came in 0.01 min")


def _look_on(workers) -> None:
    while True:
        workers._is_there()
        time.sleep(0.05)


def test_a_scheduler_that_does_not_answer(cluster_workers):
    async def never():
        await asyncio.sleep(1000)

    silent = pytest.raises(spikingfa.ClusterError, match=r"does not answer; .* after 0\.2 s")
    with cluster_here(0) as (_, client), silent:
        cluster_workers.answer(client, never, limit=0.2)


@pytest.mark.parametrize("wait", [-1, float("nan")])
def test_a_wait_that_is_none(tiny_model, tmp_path, wait):
    with pytest.raises(spikingfa.ModelError, match="wait: needs minutes"):
        spikingfa.sweep(tiny_model, OVER, (1,), out=tmp_path / "out", wait=wait)
