"""Calls in processes of this machine: killed, interrupted, left by their parent, never begun."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from helpers.waits import LIMIT, wait_for

import spikingfa
from spikingfa.base import run_calls as runner
from spikingfa.base.processes import Processes
from spikingfa.base.run_calls import Killed, run_calls
from spikingfa.base.subprocesses import environment


def number() -> int:
    return os.getpid()


def die(parent: int) -> None:
    assert os.getpid() != parent
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_first(mark: Path) -> str:
    if mark.exists():
        return "carried out"
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)


def fail(reason: str) -> None:
    raise ValueError(reason)


class Stubborn:
    """Arrives nowhere."""

    def __reduce__(self):
        return fail, ("cannot be made again",)


def outcomes(calls, n: int = 2) -> dict:
    with Processes(n) as processes:
        return dict(run_calls(processes, calls))


def test_every_call_has_its_outcome():
    values = outcomes((k, abs, -k) for k in range(7))
    assert values == {k: k for k in range(7)}
    errors = outcomes([("fails", fail, "for no reason"), ("is done", abs, -1)])
    assert errors["is done"] == 1
    assert repr(errors["fails"]) == "ValueError('for no reason')"


def test_calls_are_asked_for_when_there_is_a_process_for_them():
    asked_for = []

    def calls():
        for k in range(6):
            asked_for.append(k)
            yield k, abs, -k

    with Processes(2) as processes:
        for ended, _ in enumerate(run_calls(processes, calls())):
            assert len(asked_for) <= ended + 3


def test_a_call_whose_process_was_killed_is_begun_again(tmp_path):
    calls = [("killed", die_at_first, tmp_path / "mark"), ("beside", abs, -1)]
    assert outcomes(calls) == {"killed": "carried out", "beside": 1}


def test_whose_process_is_killed_again_and_again_fails_alone(monkeypatch):
    monkeypatch.setattr(runner.Workers, "restarts", 2)

    def calls():
        yield "before", number
        yield "killed", die, os.getpid()
        for k in range(20):
            yield k, number

    ended = outcomes(calls())
    assert isinstance(ended.pop("killed"), Killed)
    beside = ended.pop("before")
    assert beside in ended.values()  # its process has gone on
    assert all(isinstance(outcome, int) for outcome in ended.values())


def test_what_cannot_be_unpickled_is_not_begun_again():
    error = outcomes([("stubborn", id, Stubborn())])["stubborn"]
    assert not isinstance(error, Killed)
    assert isinstance(error, Exception)


def test_processes_are_gone_at_the_end():
    with Processes(2) as processes:
        numbers = [processes.submit(number).result(LIMIT) for _ in range(2)]
        processes.submit(time.sleep, LIMIT)
    assert not any(psutil.pid_exists(one) for one in numbers)


def test_processes_that_end_again_and_again(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(spikingfa.ClusterError, match="no worker can come: 10 processes ended as"):
        outcomes([("never", abs, -1)])


def test_processes_that_never_start(tmp_path, monkeypatch):
    never = tmp_path / "python"
    never.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/numbers\nexec sleep 1000\n")
    never.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(never))
    with Processes(2, wait=0.02) as processes, pytest.raises(spikingfa.ClusterError) as error:
        list(run_calls(processes, [(k, abs, -k) for k in range(2)]))
    assert str(error.value).startswith("no worker came in 0.02 min: see that workers can start")
    numbers = [int(line) for line in (tmp_path / "numbers").read_text().split()]
    wait_for(lambda: not any(psutil.pid_exists(one) for one in numbers))


# programs that use them, which need no guard, in processes of their own

BUSY = """
import os, sys, time
from spikingfa.base.processes import Processes
from spikingfa.base.run_calls import run_calls

def sleep(k):
    open(f"busy-{k}-{os.getpid()}", "w").close()
    time.sleep(1000)

with Processes(2) as processes:
    list(run_calls(processes, [(k, sleep, k) for k in range(2)]))
"""


@pytest.fixture
def busy(tmp_path):
    """A program, when its calls have begun, and the numbers of its processes."""
    going = subprocess.Popen(
        [sys.executable, "-c", BUSY],
        **{"cwd": tmp_path, "env": environment(), "start_new_session": True},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True},
    )
    wait_for(lambda: len(list(tmp_path.glob("busy-*"))) == 2 or going.poll() is not None)
    assert going.poll() is None, going.communicate()[1]
    yield going, psutil.Process(going.pid).children(recursive=True)
    if going.poll() is None:
        os.killpg(going.pid, signal.SIGKILL)
    going.communicate(timeout=LIMIT)


def test_ctrl_c_ends_it_with_all_its_processes(busy):
    """It reaches all of them, and the first one alone says so."""
    going, processes = busy
    os.killpg(going.pid, signal.SIGINT)
    _, err = going.communicate(timeout=LIMIT)
    assert err.count("\nKeyboardInterrupt\n") == 1
    assert err.endswith("\nKeyboardInterrupt\n")
    assert not psutil.wait_procs(processes, timeout=LIMIT)[1]


def test_killed_it_leaves_no_process_at_work(busy):
    going, processes = busy
    going.kill()
    assert not psutil.wait_procs(processes, timeout=LIMIT)[1]
    assert going.communicate(timeout=LIMIT) == ("", "")


def test_processes_take_no_modules_from_the_current_folder(tmp_path):
    for name in ("joblib", "psutil", "tqdm", "spikingfa", "sitecustomize", "random"):
        (tmp_path / f"{name}.py").write_text("open('carried-out', 'w').close()\n")
    code = "\n".join(["import sys; sys.path.remove('')", *BUSY.replace("1000", "0").splitlines()])
    done = subprocess.run(
        [sys.executable, "-c", code],
        **{"cwd": tmp_path, "capture_output": True, "text": True, "timeout": LIMIT},
        env={k: v for k, v in environment().items() if k != "PYTHONSAFEPATH"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(tmp_path.glob("busy-*"))) == 2
    assert not (tmp_path / "carried-out").exists()


def test_what_is_left_of_processes_is_no_news():
    code = (
        "from joblib.externals.loky.backend.resource_tracker import register\n"
        "from spikingfa.base.processes import Processes\n"
        "with Processes(1) as processes: print(processes.submit(abs, -3).result(600))\n"
        "register('/nowhere/at/all', 'file')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        **{"capture_output": True, "text": True, "env": environment(), "timeout": LIMIT},
    )
    assert (done.stdout, done.stderr) == ("3\n", "")
