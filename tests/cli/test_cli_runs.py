"""Commands that are given a run where a model would do, and run folders of any spelling."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import spikingfa
from spikingfa.base.files import straight
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.network.describe import describe


@pytest.fixture
def call(capsys, tmp_path, monkeypatch):
    """Carry out a command in an empty folder; return its status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
        return (status, *capsys.readouterr())

    return call


@pytest.fixture
def stopped(tiny_model, tmp_path, monkeypatch):
    """A run that was interrupted after its first epoch of two."""
    from spikingfa.training.loop import TrainingLoop

    def interrupted(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(TrainingLoop, "_epoch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(tiny_model, out=tmp_path / "stopped", progress=False)
    return tmp_path / "stopped"


def test_the_model_of_a_run_is_shown(call, tiny_run):
    status, output, errors = call("show", tiny_run.folder, "--set", "hidden.tau_m=17 ms")
    assert (status, errors) == (0, "")
    first, _, *rest = output.splitlines()
    assert first == f"the model of the run in {tiny_run.folder}"
    assert "\n".join(rest) == describe(tiny_run.model.but({"hidden.tau_m": "17 ms"}))


def test_a_run_is_resumed_without_its_model(call, stopped, tiny_run):
    status, output, _ = call("run", "--resume", "--out", stopped)
    assert status == 0
    assert f"run folder   {stopped.name}\n" in output
    resumed = spikingfa.open_run(stopped)
    assert resumed.metrics["finished"]
    for name, array in tiny_run.arrays.items():
        np.testing.assert_array_equal(array, resumed.arrays[name])


def test_a_run_that_is_resumed_without_its_model_keeps_its_settings(call, stopped):
    status, _, errors = call("run", "--resume", "--out", stopped, "--epochs", 3)
    assert status == 2
    assert "training.epochs is 1 there and 3 here" in errors


def test_without_a_model_there_must_be_a_run(call, tiny_run, tmp_path):
    for arguments, told in {
        (): "required: MODEL (see spikingfa run --help)",
        ("--out", "here"): "required: MODEL (see spikingfa run --help)",
        ("--resume",): "--resume needs --out DIR",
        ("--resume", "--out", "here"): "the run folder here does not exist",
        ("--resume", "--out", "."): "holds no run (no model.toml)",
    }.items():
        status, output, errors = call("run", *arguments)
        assert (status, output) == (2, "")
        assert len(errors.splitlines()) == 1
        assert told in errors
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_only_passed_through_is_not_made(call, tiny_model, tmp_path):
    write_model(tiny_model, tmp_path / "tiny.toml")
    status, output, _ = call("run", "tiny.toml", "--out", "o/zz/../yy")
    assert status == 0
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["yy"]
    assert f"run folder   {Path('o', 'yy')}\n" in output
    shutil.rmtree(tmp_path / "o")
    run = spikingfa.train(tiny_model, out="o/zz/../../o/yy", progress=False)
    assert run.metrics["finished"]
    assert [path.name for path in (tmp_path / "o").iterdir()] == ["yy"]


def test_a_path_goes_straight_where_it_must(tmp_path, monkeypatch):
    (tmp_path / "there" / "below").mkdir(parents=True)
    (tmp_path / "link").symlink_to("there/below")
    monkeypatch.chdir(tmp_path / "there")
    for path in ("a", "../a", "below/../a", "../link/../a"):
        assert str(straight(path)) == path
    assert straight("none/../a") == tmp_path / "there" / "a"
    assert straight("../link/none/../../a") == tmp_path / "there" / "a"
