"""Two at once: in one run folder, and of one file. Nothing is mixed and nothing left behind."""

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest
from helpers.waits import LIMIT

import spikingfa
from spikingfa import RunFolderError
from spikingfa.base import files
from spikingfa.base.files import replaced_whole, unfinished, written_whole
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.run_folder import lock as run_lock
from spikingfa.run_folder.lock import LOCK, locked
from spikingfa.run_folder.writer import LEFT_OVER, RunWriter

HOLD = (
    "import sys; from pathlib import Path; from spikingfa.run_folder.lock import locked\n"
    "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def other(tmp_path):
    """Another process that holds ``run``."""
    command = [sys.executable, "-c", HOLD, tmp_path / "run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield process
        process.kill()


@pytest.mark.parametrize("options", [{}, {"force": True}, {"resume": True}])
def test_a_folder_in_which_another_run_is_at_work(tiny_model, tmp_path, other, options):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(RunFolderError, match=r"another run is at work in .*run: choose another"):
        spikingfa.train(tiny_model, out=tmp_path / "run", progress=False, **options)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_that_was_killed_holds_nothing(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait(LIMIT)
    assert (tmp_path / "run" / LOCK).exists()
    RunWriter(tmp_path / "run")  # which is as good as empty
    with locked(tmp_path / "run"):
        pass
    assert not (tmp_path / "run" / LOCK).exists()


def test_what_the_other_run_finished_is_not_run_again(tiny_model, tiny_run, tmp_path, monkeypatch):
    """It came between the first look into the folder and the lock."""
    run = spikingfa.train(tiny_model, out=tmp_path / "run", progress=False)
    found = iter([False, True])
    monkeypatch.setattr("spikingfa.training.checkpoint.finished", lambda *_: next(found))
    monkeypatch.setattr(StandaloneEngine, "run", None)
    again = spikingfa.train(tiny_model, out=run.folder, resume=True, progress=False)
    np.testing.assert_array_equal(again.spikes.t, tiny_run.spikes.t)


def test_a_folder_that_stays_empty_goes_again(tmp_path):
    with locked(tmp_path / "a" / "b"):
        pass
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine").mkdir()
    with locked(tmp_path / "mine"):
        pass
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_lock_file_that_was_removed_meanwhile_holds_nobody(tmp_path, monkeypatch):
    """As if the other run had removed it after it was opened here."""
    lock = fcntl.flock

    def late(descriptor, how):
        lock(descriptor, how)
        (tmp_path / LOCK).unlink()

    monkeypatch.setattr(fcntl, "flock", late)
    with pytest.raises(RunFolderError, match="another run is at work"), locked(tmp_path):
        pass


def test_a_file_system_without_locks(tmp_path, monkeypatch):
    """It is said once, and the run goes on."""

    def none(*_):
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    told = []
    monkeypatch.setattr(fcntl, "flock", none)
    monkeypatch.setattr(run_lock._log, "warning", told.append)
    with locked(tmp_path / "run"):
        (tmp_path / "run" / "file").touch()
    assert told == [f"{tmp_path / 'run'} cannot be locked: see that no other run is at work in it"]


def at_once(*functions) -> None:
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()


def test_two_writers_of_one_file(tmp_path):
    """Each writes half, waits for the other, and writes the rest."""
    path, barrier = tmp_path / "table.csv", threading.Barrier(2)

    def writer(letter):
        def write(part):
            with open(part, "w") as file:
                file.write(letter * 1000)
                file.flush()
                barrier.wait(LIMIT)
                file.write(letter * 1000)

        return lambda: written_whole(path, write)

    at_once(writer("a"), writer("b"))
    assert path.read_text() in ("a" * 2000, "b" * 2000)
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_of_one_folder(tmp_path):
    """The last one stays, whole."""
    folder, barrier = tmp_path / "traces", threading.Barrier(2)

    def writer(letter):
        def write():
            with replaced_whole(folder) as part:
                (part / "one").write_text(letter)
                barrier.wait(LIMIT)
                (part / "two").write_text(letter)

        return write

    for _ in range(20):
        at_once(writer("a"), writer("b"))
        assert {path.name for path in tmp_path.iterdir()} == {"traces"}
        assert (folder / "one").read_text() == (folder / "two").read_text()


def test_what_a_killed_process_left_is_removed(tmp_path, monkeypatch):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(LIMIT)
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: ended.pid)
        left, of_another = (unfinished(tmp_path / name) for name in ("a.csv", "b.csv"))
    going = unfinished(tmp_path / "a.csv")
    for path in (left, of_another, going):
        path.touch()
    written_whole(tmp_path / "a.csv", lambda path: path.touch())
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a.csv", of_another.name, going.name}
    assert all(path in tmp_path.glob(LEFT_OVER[1]) for path in (of_another, going))


def test_a_file_is_on_the_disk_before_it_gets_its_name(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(files.os, "fsync", lambda _: done.append("fsync"))
    replace = os.replace
    monkeypatch.setattr(files.os, "replace", lambda *a: (done.append("replace"), replace(*a)))
    written_whole(tmp_path / "a", lambda path: path.write_text("a"))
    assert done == ["fsync", "replace"]


@pytest.mark.parametrize("left", [(".scratch-1",), (LOCK, ".scratch-1", "versions.json")])
def test_a_run_that_was_killed_as_it_began_is_begun_again(tiny_model, tiny_run, tmp_path, left):
    for name in left:
        (tmp_path / name).touch()
    run = spikingfa.train(tiny_model, out=tmp_path, resume=True, progress=False)
    assert {p.name for p in run.folder.iterdir()} == {p.name for p in tiny_run.folder.iterdir()}


def test_what_a_run_left_that_was_killed_when_it_was_done_is_removed(
    tiny_model, tiny_run, tmp_path
):
    folder = shutil.copytree(tiny_run.folder, tmp_path / "run")
    before = {path.name for path in folder.iterdir()}
    (folder / ".scratch-1").mkdir()
    for name in (LOCK, "checkpoint.npz", f"{files.UNFINISHED}0-1-0-weights.npz"):
        (folder / name).touch()
    spikingfa.train(tiny_model, out=folder, resume=True, progress=False)
    assert {path.name for path in folder.iterdir()} == before


def test_what_it_left_stays_while_another_run_is_at_work(tiny_model, tiny_run, tmp_path, other):
    folder = shutil.copytree(tiny_run.folder, tmp_path / "run", dirs_exist_ok=True)
    (folder / "checkpoint.npz").touch()
    spikingfa.train(tiny_model, out=folder, resume=True, progress=False)
    assert {"checkpoint.npz", LOCK} <= {path.name for path in folder.iterdir()}
