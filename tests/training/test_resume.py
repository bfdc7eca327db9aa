"""A training that was stopped goes on to the same result, bit for bit."""

import contextlib
import random
import signal
import subprocess
import sys
import time

import pytest
from helpers.stopping import assert_same_run, stop_at
from helpers.waits import LIMIT

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.run_folder.layout import CHECKPOINT, FILES
from spikingfa.training import chunks

N_EPOCHS = 3
N_SIMULATIONS = 2 + N_EPOCHS * (3 + 2) + 1


@pytest.fixture
def model(tiny_model, monkeypatch):
    """48 training samples in chunks of 16."""
    monkeypatch.setattr(chunks, "CHUNK", 16)
    return tiny_model.but({"training.epochs": N_EPOCHS})


@pytest.fixture
def uninterrupted(model, tmp_path):
    return spikingfa.train(model, out=tmp_path / "uninterrupted", progress=False)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("n", range(1, N_SIMULATIONS + 1))
def test_stopped_at_any_simulation(n, model, uninterrupted, tmp_path, monkeypatch):
    """Before learning, in an epoch, between epochs, in a test or in that of the training sample,
    while spikes are recorded."""
    with monkeypatch.context() as patch:
        stop_at(patch, n)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=tmp_path / "run", progress=False)
    run = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    assert_same_run(run, uninterrupted)


@pytest.mark.long
def test_stopped_with_everything_that_is_drawn_anew(tiny_model, tmp_path, monkeypatch):
    """Shifts, blank-out, noise, Poisson trains, and feedback that follows the forward weights."""
    monkeypatch.setattr(chunks, "CHUNK_OF_FOLLOWING", 16)
    changes = {"task.shift": 1, "task.limit": 40, "hidden.dropout": 0.3, "hidden.i_noise": "50 pA"}
    changes |= {"input.coding": "poisson", "feedback.kind": "transport", "training.epochs": 2}
    model = tiny_model.but({"task.name": "digits", "task.file": None} | changes)
    expected = spikingfa.train(model, out=tmp_path / "expected", progress=False)
    with monkeypatch.context() as patch:
        stop_at(patch, 5)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=tmp_path / "run", progress=False)
    run = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    assert_same_run(run, expected)


@pytest.mark.long
@pytest.mark.parametrize(
    "kind", ["kolen_pollack", pytest.param("weight_mirror", marks=pytest.mark.slow)]
)
def test_stopped_where_feedback_learns(kind, tiny_model, tmp_path, monkeypatch):
    """In two hidden layers, or in and after a phase of noise."""
    for name in ("CHUNK", "CHUNK_OF_FOLLOWING"):
        monkeypatch.setattr(chunks, name, 16)
    changes = {"feedback.kind": kind, "hidden.i_noise": "50 pA", "feedback.mirror_time": "1 second"}
    layers = 2 if kind == "kolen_pollack" else 1
    model = tiny_model.but({"hidden.layers": layers, "training.epochs": 2} | changes)
    expected = spikingfa.train(model, out=tmp_path / "expected", progress=False)
    for n in (4, 5, 6):
        with monkeypatch.context() as patch:
            stop_at(patch, n)
            with pytest.raises(KeyboardInterrupt):
                spikingfa.train(model, out=tmp_path / f"run-{n}", progress=False)
        run = spikingfa.train(model, out=tmp_path / f"run-{n}", resume=True, progress=False)
        assert_same_run(run, expected)


def test_stopped_again_and_again(model, uninterrupted, tmp_path, monkeypatch):
    """Each try gets three simulations further at most."""
    run, n_tries = None, 0
    while run is None:
        n_tries += 1
        assert n_tries < 20
        with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
            stop_at(patch, 4)
            run = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    assert n_tries > 3
    assert_same_run(run, uninterrupted)


def test_a_finished_run_is_left_as_it_is(model, uninterrupted):
    before = {path: path.stat().st_mtime_ns for path in uninterrupted.folder.iterdir()}
    again = spikingfa.train(model, out=uninterrupted.folder, resume=True, progress=False)
    assert again.metrics == uninterrupted.metrics
    assert before == {path: path.stat().st_mtime_ns for path in uninterrupted.folder.iterdir()}
    assert CHECKPOINT not in {path.name for path in before}


def test_what_a_kill_at_the_very_end_left_is_removed(tiny_model, tmp_path):
    options = {"out": tmp_path / "run", "progress": False, "figures": False}
    folder = spikingfa.train(tiny_model, **options).folder
    before = sorted(path.name for path in folder.iterdir())
    for name in (CHECKPOINT, ".lock", ".unfinished-0-1-metrics.json"):
        (folder / name).write_bytes(b"")
    (folder / ".scratch-1").mkdir()
    spikingfa.train(tiny_model, resume=True, **options)
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.fixture
def stopped(model, tmp_path, monkeypatch):
    """The folder of a run that was stopped in its second epoch."""
    with monkeypatch.context() as patch:
        stop_at(patch, 9)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert (tmp_path / "run" / CHECKPOINT).exists()
    return tmp_path / "run"


def refused(model, folder, **options) -> str:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(spikingfa.RunFolderError) as caught:
        spikingfa.train(model, out=folder, resume=True, progress=False, **options)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return str(caught.value)


def test_another_model_is_refused(model, stopped):
    told = refused(model.but({"hidden.tau_m": "10 ms"}), stopped)
    assert "hidden.tau_m is 20 ms there and 10 ms here" in told


def test_other_data_are_refused(model, stopped):
    data = spikingfa.tasks.load_data(model.task)
    data.x_train[0, 0] += 0.1
    assert "its data were others" in refused(model, stopped, data=data)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no archive"])
def test_a_damaged_checkpoint_is_refused(model, stopped, content):
    (stopped / CHECKPOINT).write_bytes(content)
    assert f"cannot read {stopped / CHECKPOINT}: " in refused(model, stopped)


def test_force_begins_anew(model, stopped, uninterrupted):
    run = spikingfa.train(model, out=stopped, force=True, progress=False)
    assert_same_run(run, uninterrupted)


def test_the_command_needs_a_folder(model, tmp_path, capsys):
    write_model(model, tmp_path / "tiny.toml")
    assert main(["run", str(tmp_path / "tiny.toml"), "--resume"]) == 2
    assert "--resume needs --out DIR" in capsys.readouterr().err


@pytest.mark.slow
def test_killed_at_random_moments(tiny_model, tmp_path):
    """Imports and all; a hundred moments of its work: `benchmarks/reliability`."""
    model = tiny_model.but({"training.epochs": 40})
    expected = spikingfa.train(model, out=tmp_path / "expected", progress=False)
    write_model(model, tmp_path / "tiny.toml")
    out = tmp_path / "run"
    command = [sys.executable, "-m", "spikingfa", "run", tmp_path / "tiny.toml", "--out", out]
    moments = random.Random(5)
    for _ in range(5):
        going = subprocess.Popen([*command, "--resume"], stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.5, 4.0))
        going.send_signal(signal.SIGKILL)
        going.wait(LIMIT)
        if out.is_dir():
            assert {path.name for path in out.glob("[!.]*")} <= set(FILES)
            for name in ("model", "history", "weights", "metrics"):
                if any(out.glob(f"{name}.*")):
                    getattr(spikingfa.open_run(out), name)
    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    assert_same_run(spikingfa.open_run(out), expected)
