"""The command line: every fault ends in one clear line, status 2, and nothing half-written."""

import contextlib
import errno
import gc
import io
import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from helpers.recordings import shipped_model
from helpers.waits import LIMIT, wait_for

import spikingfa
from spikingfa import open_run, shipped_models, write_model
from spikingfa.base.array_files import write_arrays, write_plain
from spikingfa.base.interrupts import interruptible, postponed
from spikingfa.cli.main import main
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.run_folder.layout import FILES
from spikingfa.run_folder.writer import RunWriter

WRITTEN = (  # in this order, by a run of one epoch
    *("versions.json", "data.json", "model.toml"),
    *("history.csv", "weights.npz", "metrics.json"),  # before learning
    "checkpoint.npz",
    *("history.csv", "weights.npz", "metrics.json"),
    "spikes.npz",
    *("learning_curve.png", "alignment.png", "raster.png"),
    "metrics.json",
)
PROGRESS = ("building the network", "compiled in", "epoch ")


@pytest.fixture
def folder(tmp_path, tiny_model, tiny_data, monkeypatch):
    """The current folder, with `tiny.toml` and `tiny.npz` in it."""
    shutil.copy(tiny_data, tmp_path / "tiny.npz")
    write_model(tiny_model.but({"task.file": "tiny.npz"}), tmp_path / "tiny.toml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def spikingfa_main(capsys):
    """Carry out a command; return its status, stdout and stderr."""

    def call(*arguments) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse
            status = end.code
        return (status, *capsys.readouterr())

    return call


@pytest.fixture
def complaint(spikingfa_main, folder):
    """Carry out a command that must fail; return its one line and see that nothing is written.

    Lines about progress come before if it has `begun`; an unfinished run is kept if `kept`.
    """

    def call(*arguments, begun: bool = False, kept: bool = False) -> str:
        before = content(folder)
        status, output, errors = spikingfa_main(*arguments)
        lines = errors.splitlines()
        if begun or kept:
            lines = [line for line in lines if not line.startswith(PROGRESS)]
        assert kept or content(folder) == before
        assert status == 2, errors
        assert output == ""
        assert len(lines) == 1, errors
        assert lines[0].startswith("spikingfa")
        return lines[0]

    return call


def content(folder) -> dict[str, bytes | None]:
    """Every file with its bytes, every folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


def environment(**variables) -> dict[str, str]:
    """As most users have it: Python keeps its output in a buffer."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"} | variables


def command(*arguments) -> list[str]:
    return [sys.executable, "-m", "spikingfa", *map(str, arguments)]


def readable(run) -> bool:
    """Whether every file that the folder has can be read, and nothing unfinished is there."""
    parts = {"model.toml": "model", "metrics.json": "metrics", "history.csv": "history"}
    parts |= {"weights.npz": "weights", "spikes.npz": "spikes"}
    for name, part in parts.items():
        if (run.folder / name).exists():
            getattr(run, part)
    return {path.name for path in run.folder.iterdir()} <= set(FILES)


# what works


def test_models_are_listed(spikingfa_main):
    status, output, errors = spikingfa_main("models")
    assert (status, errors) == (0, "")
    assert output.splitlines() == list(shipped_models().values())


@pytest.mark.parametrize("name", shipped_models())
def test_a_model_is_shown_with_parameters_and_equations(name, spikingfa_main, tmp_path):
    file = shipped_model(name, tmp_path).task.file
    about = ["--set", f"task.file={file}"] if file else []
    status, output, errors = spikingfa_main("show", name, "--set", "hidden.tau_syn=17 ms", *about)
    assert (status, errors) == (0, "")
    assert re.search(r"^hidden(\.0)?\.tau_syn +17 ms +decay of the syn", output, re.MULTILINE)
    assert "dv/dt = " in output
    assert re.search(r"^population output: \d+ neurons$", output, re.MULTILINE)
    assert "projection hidden" in output


def test_the_version_is_told(spikingfa_main):
    assert spikingfa_main("--version") == (0, f"spikingfa {spikingfa.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["run", "-h"], ["raster", "-h"], ["test", "-h"], ["report", "-h"], ["show", "-h"]],
)
def test_help_is_given(arguments, spikingfa_main):
    status, output, errors = spikingfa_main(*arguments)
    assert (status, errors) == (0, "")
    assert output.startswith("usage: spikingfa")


def test_a_run_from_model_to_raster(folder, spikingfa_main, tiny_run):
    status, output, errors = spikingfa_main("run", "tiny.toml")
    assert status == 0
    assert [line for line in errors.splitlines() if not line.startswith(PROGRESS)] == []
    assert output.splitlines()[-1].split() == ["run", "folder", "runs/tiny-001"]
    run = open_run("runs/tiny-001")
    assert run.metrics["test_error"] == tiny_run.metrics["test_error"]
    assert readable(run)

    arguments = ["--trials", "1,0", "--populations", "hidden", "output", "--width", "3.5"]
    arguments += ["--title", "Ünïcode (a) at $5", "-o", "raster.svg"]
    status, output, errors = spikingfa_main("raster", run.folder, *arguments)
    assert (status, errors) == (0, "")
    assert output.startswith("written to raster.svg (")
    assert (folder / "raster.svg").read_text().startswith("<?xml")

    status, output, _ = spikingfa_main("run", "tiny.toml", "--seed", 7, "--epochs", 2)
    assert status == 0
    assert output.splitlines()[-1].split() == ["run", "folder", "runs/tiny-002"]
    assert (open_run("runs/tiny-002").metrics["seed"], run.metrics["seed"]) == (7, 1)
    assert open_run("runs/tiny-002").metrics["epochs"] == 2


def test_data_on_the_command_line_are_found_again_from_elsewhere(folder, spikingfa_main):
    digits_model = "[hidden]\nsize = 12\n[training]\nepochs = 1\n[recording]\ntrials = 0"
    (folder / "digits.toml").write_text(digits_model)
    status, *_ = spikingfa_main("run", "digits.toml", "--data", "tiny.npz", "--out", "a/b/run")
    assert status == 0
    assert open_run("a/b/run").model.task.file == str(folder / "tiny.npz")


@pytest.mark.parametrize("trials", ["0", "0:1", ":", "::2", "1:", "0,1", "1,0,0"])
def test_ways_to_choose_trials(trials, spikingfa_main, tiny_run, tmp_path):
    arguments = ["--trials", trials, "--populations", "output", "-o", tmp_path / "a.png"]
    status, output, errors = spikingfa_main("raster", tiny_run.folder, *arguments)
    assert (status, errors) == (0, "")
    assert output.endswith(", 300 dpi)\n")


# arguments


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ([], ["COMMAND"]),
        (["rum"], ["invalid choice: 'rum'", "'run'"]),
        (["run"], ["MODEL"]),
        (["run", ""], ["MODEL", "must not be empty"]),
        (["run", "tiny.toml", "more"], ["unrecognized arguments: more"]),
        (["run", "tiny.toml", "--sed", "3"], ["unrecognized arguments: --sed 3"]),
        (["run", "tiny.toml", "--fo\no"], ["unrecognized arguments: --fo o"]),
        (["run", "tiny.toml", "--out"], ["--out", "expected one argument"]),
        (["run", "tiny.toml", "--out", ""], ["--out", "must not be empty"]),
        (["run", "tiny.toml", "--out", " "], ["--out", "must not be empty"]),
        (["run", "tiny.toml", "--out", "\udcff"], ["--out", "must be UTF-8"]),
        (["run", "tiny.toml", "--data", ""], ["--data", "must not be empty"]),
        (["run", "tiny.toml", "--data", "\udcff.npz"], ["--data", "must be UTF-8"]),
        (["run", "tiny.toml", "--seed", "x"], ["--seed", "invalid int value: 'x'"]),
        (["run", "tiny.toml", "--seed", "1.5"], ["--seed", "invalid int value: '1.5'"]),
        (["run", "tiny.toml", "--seed", "9" * 5000], ["--seed", "invalid int value"]),
        (["run", "tiny.toml", "--seed", "-1"], ["training.seed", "got -1"]),
        (["run", "tiny.toml", "--epochs", "0"], ["training.epochs", "got 0"]),
        (["run", "tiny.toml", "--epochs", "-1"], ["training.epochs", "got -1"]),
        (["run", "tiny.toml", "--set"], ["--set", "expected one argument"]),
        (["run", "tiny.toml", "--set", ""], ["--set", "must not be empty"]),
        (["run", "tiny.toml", "--set", "hidden.tau_m"], ["--set hidden.tau_m", "key=value"]),
        (["run", "tiny.toml", "--set", "hidden.tau_m", "3 ms"], ["unrecognized arguments: 3 ms"]),
        (["run", "tiny.toml", "--set", "=3"], ["--set =3", "section.key=value"]),
        (["show", "tiny.toml", "--seed", "3"], ["unrecognized arguments: --seed 3"]),
        (["models", "more"], ["unrecognized arguments: more"]),
    ],
    ids=lambda value: " ".join(value)[:50] if value else "-",
)
def test_wrong_arguments(arguments, parts, complaint):
    told = complaint(*arguments)
    assert [part for part in parts if part not in told] == [], told


@pytest.mark.parametrize("verb", ["run", "show"])
@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("digits_af", ["no model is called 'digits_af'", "did you mean 'digits_fa'?"]),
        ("zzzzzz", ["no model is called 'zzzzzz'", "known are"]),
        ("😀", ["no model is called '😀'", "known are"]),
        ("a\nb", ["no model is called"]),
        ("none.toml", ["none.toml", "No such file or directory"]),
        ("tiny.npz", ["tiny.npz", "not UTF-8 text"]),
        ("tiny.toml/x.toml", ["tiny.toml/x.toml", "Not a directory"]),
        ("x" * 300, ["no model is called"]),
        ("x" * 300 + ".toml", ["File name too long"]),
    ],
    ids=lambda value: value[:15] if isinstance(value, str) else "",
)
def test_unknown_models(verb, name, parts, complaint):
    told = complaint(verb, name)
    assert [part for part in parts if part not in told] == [], told


def test_a_folder_is_no_model(complaint, folder, tiny_run):
    assert "cannot read the model file .: Is a directory" in complaint("run", ".")
    assert "holds no run (no model.toml)" in complaint("show", ".")
    shutil.copytree(tiny_run.folder, folder / "trained")
    told = complaint("run", "trained")
    assert "trained is a run folder: its model is trained/model.toml" in told


@pytest.mark.parametrize(
    ("setting", "parts"),
    [
        ("hiden.tau_m=10 ms", ["hiden.tau_m", "did you mean 'hidden'?"]),
        ("hidden.tua_m=10 ms", ["hidden.tua_m", "did you mean 'tau_m'?"]),
        ("hidden=3", ["hidden", "section.key=value"]),
        ("hidden.tau_m=", ["hidden.tau_m", "needs a time with its unit", "got ''"]),
        ("hidden.tau_m=20", ["hidden.tau_m", 'such as "20 ms"', "got 20"]),
        ("hidden.tau_m=20 mV", ["hidden.tau_m", "got '20 mV'", "not a time"]),
        ("hidden.tau_m=20 msec", ["hidden.tau_m", "no unit 'msec'", "did you mean 'ms'?"]),
        ("hidden.tau_m=-20 ms", ["hidden.tau_m", "more than zero", "got -20"]),
        ("hidden.tau_m=0 ms", ["hidden.tau_m", "more than zero", "got 0"]),
        ("hidden.tau_m=inf ms", ["hidden.tau_m", "not finite"]),
        ("hidden.tau_m=1e999 ms", ["hidden.tau_m", "not finite"]),
        ("hidden.v_reset=-50 mV", ["hidden", "v_reset must be below v_thresh"]),
        ("hidden.v_reset=-40 mV", ["hidden", "v_reset must be below v_thresh"]),
        ("hidden.size=0", ["hidden.size", "greater than 0"]),
        ("hidden.size=1e400", ["hidden.size", "got inf"]),
        ("hidden.size=[1, 2]", ["hidden.size", "got [1, 2]"]),
        ("hidden.²​.tau_m=1 ms", ["hidden.²"]),
        ("training.seed=1\nepochs=3", ["training.seed"]),
        ("training.seed=" + "9" * 5000, ["training.seed"]),
        ("😀.😀=😀", ["😀.😀", "no such section"]),
    ],
    ids=lambda value: value[:25] if isinstance(value, str) else "",
)
def test_wrong_settings(setting, parts, complaint):
    told = complaint("run", "tiny.toml", "--set", setting)
    assert [part for part in parts if part not in told] == [], told
    complaint("show", "tiny.toml", "--set", setting)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[hiden]", ["wrong.toml", "hiden", "did you mean 'hidden'?"]),
        ("[hidden]\ntua_m='3 ms'", ["wrong.toml", "hidden.tua_m", "did you mean 'tau_m'?"]),
        ("[hidden]\ntau_m=3", ["wrong.toml", "hidden.tau_m", "needs a time", "got 3"]),
        ("[hidden]\nsize='many'", ["wrong.toml", "hidden.size", "got 'many'"]),
        ("hidden = 3", ["wrong.toml", "hidden", "got 3"]),
        ("hidden = []", ["wrong.toml", "hidden", "at least one hidden layer"]),
        ("{", ["wrong.toml", "not a TOML file"]),
    ],
)
def test_wrong_model_files(text, parts, complaint, folder):
    (folder / "wrong.toml").write_text(text)
    told = complaint("run", "wrong.toml")
    assert [part for part in parts if part not in told] == [], told


@pytest.mark.parametrize("setting", ["input.rate_max=1e-300 Hz", "hidden.size=1000000000000"])
def test_sizes_that_no_computer_can_simulate(setting, complaint):
    complaint("run", "tiny.toml", "--out", "run", "--set", setting, begun=True)


# data


def with_value(x, value):
    x = x.copy()
    x[3, 1] = value
    return x


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (
            lambda x, y: {"x": with_value(x, np.nan), "y": y},
            ["[0, 1]", "got nan in row 3, column 1"],
        ),
        (lambda x, y: {"x": with_value(x, 1.5), "y": y}, ["[0, 1]", "got 1.5 in row 3, column 1"]),
        (lambda x, y: {"x": with_value(x, -1), "y": y}, ["[0, 1]", "got -1.0 in row 3, column 1"]),
        (lambda x, y: {"x": x, "y": y[:-1]}, ["x has 60 rows but y has 59 labels"]),
        (lambda x, y: {"x": x.T, "y": y}, ["x has 6 rows but y has 60 labels"]),
        (lambda x, y: {"x": x}, ["needs an array 'y', has x"]),
        (lambda x, y: {"x": x, "y": y * 0}, ["at least two classes"]),
        (
            lambda x, y: {"x": x, "y": y * np.nan},
            ["y needs a label for each row, got nan in row 0"],
        ),
    ],
    ids=["nan", "above", "below", "lengths", "transposed", "no labels", "one class", "nan label"],
)
def test_wrong_data(change, parts, complaint, folder):
    with np.load("tiny.npz") as file:
        np.savez(folder / "wrong.npz", **change(file["x"], file["y"]))
    for verb in (["run", "tiny.toml", "--data"], ["run", "digits_fa", "--data"]):
        told = complaint(*verb, "wrong.npz")
        assert "wrong.npz" in told
        assert [part for part in parts if part not in told] == [], told
    assert "wrong.npz" in complaint("show", "tiny.toml", "--set", "task.file=wrong.npz")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.npz", "No such file or directory"),
        (".", "Is a directory"),
        ("tiny.toml", "not an .npz file"),
        ("tiny.toml/tiny.npz", "Not a directory"),
        (os.devnull, "it is a pipe or a device"),
    ],
)
def test_data_that_cannot_be_read(name, reason, complaint):
    assert reason in complaint("run", "tiny.toml", "--data", name)


# the run folder


def test_another_run_is_not_overwritten(complaint, tiny_run, folder):
    shutil.copytree(tiny_run.folder, folder / "old")
    told = complaint("run", "tiny.toml", "--out", "old")
    assert "old is not empty" in told
    assert "--force" in told


def test_force_replaces_a_run_and_nothing_else(spikingfa_main, tiny_run, folder):
    shutil.copytree(tiny_run.folder, folder / "old")
    (folder / "old" / "notes.txt").write_text("mine")
    (folder / "old" / "figures" / "old.png").touch()
    (folder / "old" / "tests" / "unperturbed").mkdir(parents=True)
    for name in ("export", "recordings"):
        (folder / "old" / name).mkdir()
    (folder / "old" / "report.html").touch()
    arguments = ["--out", "old", "--force", "--set", "recording.trials=0", "--seed", "5"]
    status, *_ = spikingfa_main("run", "tiny.toml", *arguments)
    assert status == 0
    run = open_run("old")
    assert run.metrics["seed"] == 5
    assert run.model.recording.trials == 0
    names = sorted(path.name for path in run.folder.rglob("*"))
    gone = {"spikes.npz", "raster.png", "checkpoint.npz", "start.npz", "tests", "export"}
    gone |= {"recordings", "report.html", "weights"}
    assert names == sorted({*FILES, "notes.txt", "learning_curve.png", "alignment.png"} - gone)
    assert (folder / "old" / "notes.txt").read_text() == "mine"


def test_a_folder_with_other_files_is_left_alone(complaint, folder):
    assert "not empty" in complaint("run", "tiny.toml", "--out", ".")
    (folder / "figures").mkdir()
    (folder / "figures" / "mine.png").touch()
    assert "holds no run" in complaint("run", "tiny.toml", "--out", ".", "--force")


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("tiny.toml", "the run folder tiny.toml is a file"),
        ("tiny.toml/run", "cannot write tiny.toml/run: Not a directory"),
        (os.devnull, f"the run folder {os.devnull} is a file"),
        ("x" * 300, "File name too long"),
        pytest.param(
            "/proc/self/run",
            "cannot write /proc/self/run",
            marks=pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="no /proc"),
        ),
    ],
)
def test_run_folders_that_cannot_be(out, reason, complaint):
    assert reason in complaint("run", "tiny.toml", "--out", out, begun=True)
    assert reason in complaint("run", "tiny.toml", "--out", out, "--force", begun=True)


def test_runs_that_cannot_be_written_here(complaint, folder):
    (folder / "runs").touch()
    assert "runs/tiny-001: Not a directory" in complaint("run", "tiny.toml", begun=True)


# compiler and cache


@pytest.fixture
def empty_cache(tmp_path_factory, monkeypatch):
    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SPIKINGFA_CACHE", str(cache))
    return cache


def test_no_compiler(complaint, empty_cache, monkeypatch, folder):
    monkeypatch.setenv("PATH", str(folder / "nothing here"))
    monkeypatch.delenv("CXX", raising=False)
    told = complaint("run", "tiny.toml", "--out", "run", begun=True)
    assert "'g++' was not found" in told
    assert "apt install g++" in told
    assert list(empty_cache.iterdir()) == []


def test_a_compiler_that_is_not_there(complaint, empty_cache, monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler -O2")
    told = complaint("run", "tiny.toml", "--out", "run", begun=True)
    assert "'no-such-compiler' was not found" in told
    assert list(empty_cache.iterdir()) == []


def test_a_compiler_that_is_none(complaint, empty_cache, monkeypatch):
    monkeypatch.setenv("CXX", "false")
    assert "'false' does not work" in complaint("run", "tiny.toml", "--out", "run", begun=True)
    assert list(empty_cache.iterdir()) == []


@pytest.mark.long
def test_a_compiler_that_fails(complaint, empty_cache, monkeypatch, folder):
    wrapper = folder / "c++"
    wrapper.write_text(
        f'#!/bin/sh\ncase "$*" in *-E*) exec {shutil.which("g++")} "$@";; esac\n'
        'echo "note: first"; echo "main.cpp:1: error: too tired" >&2; exit 1\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("CXX", str(wrapper))
    told = complaint("run", "tiny.toml", "--out", "run", begun=True)
    assert "compiling the network failed: main.cpp:1: error: too tired" in told
    log = Path(told.partition("all of it: ")[2].rstrip(")"))
    assert "too tired" in log.read_text()


@pytest.mark.parametrize("where", ["tiny.toml", "tiny.toml/cache", "/proc/self/cache", os.devnull])
def test_a_cache_that_cannot_be_written(where, complaint, monkeypatch):
    monkeypatch.setenv("SPIKINGFA_CACHE", where)
    told = complaint("run", "tiny.toml", "--out", "run", begun=True)
    assert f"cannot keep the compiled network in {Path(where).absolute()}" in told
    assert "SPIKINGFA_CACHE may name another folder" in told


def test_a_run_that_cannot_begin_replaces_none(complaint, monkeypatch, folder, tiny_run):
    shutil.copytree(tiny_run.folder, folder / "old")
    monkeypatch.setenv("SPIKINGFA_CACHE", os.devnull)
    complaint("run", "tiny.toml", "--out", "old", "--force", begun=True)


# a full disk


def full_at(n, monkeypatch):
    """Let the n-th file that is written find the disk full half-way."""
    write, names = RunWriter.write, []

    def write_until_full(self, name, writer):
        names.append(Path(name).name)

        def half(path):
            writer(path)
            os.truncate(path, path.stat().st_size // 2)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

        write(self, name, half if len(names) == n else writer)

    monkeypatch.setattr(RunWriter, "write", write_until_full)
    return names


def test_a_run_writes_these_files(folder, spikingfa_main, monkeypatch):
    names = full_at(0, monkeypatch)
    assert spikingfa_main("run", "tiny.toml", "--out", "run")[0] == 0
    assert tuple(names) == WRITTEN


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("n", "name"), list(enumerate(WRITTEN, start=1)))
def test_a_full_disk_at_any_file(n, name, complaint, monkeypatch, folder, spikingfa_main):
    names = full_at(n, monkeypatch)
    told = complaint("run", "tiny.toml", "--out", "run", kept=True)
    assert name in told
    assert "No space left on device" in told
    assert len(names) == n
    run = spikingfa.Run(folder / "run")
    assert readable(run) if n > 1 else not run.folder.exists()
    if n > 6:  # the state before learning was written
        assert run.metrics["finished"] is False
        assert run.history["epoch"][0] == 0
        assert "input_to_hidden.w" in run.arrays
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    arguments = ["run", "tiny.toml", "--out", "run", "--force"]
    if n == 1:  # there is room again
        assert spikingfa_main(*arguments)[0] == 0
        assert readable(open_run("run"))
    elif n > 2:
        assert spikingfa_main(*arguments[:-1], "--resume")[0] == 0
        assert open_run("run").metrics["finished"]


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of some bytes."""
    places = []

    def mount(size):
        place = tmp_path / f"disk-{size}"
        place.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
        try:
            done = subprocess.run(["mount", *options], capture_output=True)
        except FileNotFoundError:
            pytest.skip("no program mount")
        if done.returncode:
            pytest.skip("only root may mount a small disk")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("kilobytes", [4, 16, 64, 96, 128, 192])
def test_a_disk_that_is_full(kilobytes, small_disk, complaint):
    disk = small_disk(1024 * kilobytes)
    told = complaint("run", "tiny.toml", "--out", disk / "run", kept=True)
    assert "No space left on device" in told or "disk" in told.replace(str(disk), "")
    assert readable(spikingfa.Run(disk / "run"))


@pytest.mark.long
def test_a_disk_that_is_full_for_the_cache(small_disk, complaint, monkeypatch):
    disk = small_disk(16 * 1024)
    monkeypatch.setenv("SPIKINGFA_CACHE", str(disk))
    told = complaint("run", "tiny.toml", "--out", "run", kept=True)
    assert "No space left on device" in told
    assert {path.suffix for path in disk.iterdir()} == {".lock", ".log"}
    assert not Path("run").exists()


# raster


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["none", "-o", "a.png"], ["the run folder none does not exist"]),
        ([".", "-o", "a.png"], ["holds no run"]),
        (["", "-o", "a.png"], ["RUN", "must not be empty"]),
        (["tiny.toml", "-o", "a.png"], ["the run folder tiny.toml is a file"]),
        (["run"], ["required: -o"]),
        (["run", "-o"], ["-o", "expected one argument"]),
        (["run", "-o", ""], ["-o", "must not be empty"]),
        (["run", "-o", "a.jpg"], ["'a.jpg'", ".png, .svg, .pdf, .eps or .tiff"]),
        (["run", "-o", "a"], ["'a'", ".png, .svg, .pdf, .eps or .tiff"]),
        (["run", "-o", ".png"], ["'.png'", ".png, .svg, .pdf, .eps or .tiff"]),
        (["run", "-o", "none/a.png"], ["a.png", "no folder 'none'"]),
        (["run", "-o", "tiny.toml/a.png"], ["a.png", "no folder 'tiny.toml'"]),
        (["run", "-o", "folder.png"], ["folder.png", "Is a directory"]),
        (["run", "-o", "/proc/a.png"], ["/proc/", "a.png"]),
        (["run", "-o", "a.png", "--trials", "2"], ["no such trials", "trials 0 to 1"]),
        (["run", "-o", "a.png", "--trials", "5:"], ["no such trials", "trials 0 to 1"]),
        (["run", "-o", "a.png", "--trials", "-9"], ["no such trials", "trials 0 to 1"]),
        (["run", "-o", "a.png", "--trials", "9" * 30], ["no such trials", "trials 0 to 1"]),
        (["run", "-o", "a.png", "--trials", ""], ["--trials", "0:3, 4 or 0,2,5"]),
        (["run", "-o", "a.png", "--trials", "a"], ["--trials a", "0:3, 4 or 0,2,5"]),
        (["run", "-o", "a.png", "--trials", "0,"], ["--trials 0,", "0:3, 4 or 0,2,5"]),
        (["run", "-o", "a.png", "--trials", "0-3"], ["--trials 0-3", "0:3, 4 or 0,2,5"]),
        (["run", "-o", "a.png", "--trials", "1:2:3:4"], ["--trials", "0:3, 4 or 0,2,5"]),
        (["run", "-o", "a.png", "--trials", "::0"], ["--trials ::0", "0:3, 4 or 0,2,5"]),
        (["run", "-o", "a.png", "--populations"], ["--populations", "at least one argument"]),
        (["run", "-o", "a.png", "--populations", "hiden"], ["'hiden'", "did you mean 'hidden'?"]),
        (["run", "-o", "a.png", "--populations", "zzz"], ["'zzz'", "known are input, hidden"]),
        (["run", "-o", "a.png", "--populations", ""], ["''", "known are input, hidden"]),
        (["run", "-o", "a.png", "--width", "0"], ["--width", "from 2 to 100", "'0'"]),
        (["run", "-o", "a.png", "--width", "-3"], ["--width", "from 2 to 100", "'-3'"]),
        (["run", "-o", "a.png", "--width", "nan"], ["--width", "from 2 to 100", "'nan'"]),
        (["run", "-o", "a.png", "--width", "1e9"], ["--width", "from 2 to 100", "'1e9'"]),
        (["run", "-o", "a.png", "--title", "$x_{1$"], ["x_{1"]),
        (["run", "-o", "a.png", "--width", "wide"], ["--width", "from 2 to 100", "'wide'"]),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_wrong_rasters(arguments, parts, complaint, tiny_run, folder):
    (folder / "run").symlink_to(tiny_run.folder)
    (folder / "folder.png").mkdir()
    told = complaint("raster", *arguments)
    assert [part for part in parts if part not in told] == [], told


@pytest.mark.parametrize("name", ["missing", "cut"])
def test_a_raster_of_a_damaged_run(name, complaint, tiny_run, folder):
    shutil.copytree(tiny_run.folder, folder / "run")
    spikes = folder / "run" / "spikes.npz"
    spikes.unlink() if name == "missing" else os.truncate(spikes, spikes.stat().st_size // 2)
    assert "spikes.npz" in complaint("raster", "run", "-o", "a.png")


def test_a_raster_where_nothing_was_recorded(complaint, tiny_run, folder):
    (folder / "run").mkdir()
    for name in ("model.toml", "versions.json"):
        shutil.copy(tiny_run.folder / name, folder / "run")
    assert "run has no spikes.npz" in complaint("raster", "run", "-o", "a.png")


def test_an_old_figure_stays_when_a_new_one_cannot_be_drawn(complaint, tiny_run, folder):
    (folder / "a.png").write_bytes(b"old")
    complaint("raster", tiny_run.folder, "-o", "a.png", "--trials", "9")
    assert (folder / "a.png").read_bytes() == b"old"


# signals and pipes


@contextlib.contextmanager
def running(*arguments, **options):
    """A process of its own, with a group of its own, that does not outlive the test."""
    process = subprocess.Popen(
        command(*arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    try:
        with process:
            yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    "whole_group",
    [
        pytest.param(False, id="one process", marks=pytest.mark.long),
        pytest.param(True, id="as from a terminal"),
    ],
)
def test_an_interrupted_run_can_be_read(whole_group, folder, tiny_run):
    history = folder / "run" / "history.csv"
    with running("run", "tiny.toml", "--epochs", "100000", "--out", "run") as process:
        wait_for(lambda: history.exists() and len(history.read_text().splitlines()) > 3)
        send = os.killpg if whole_group else os.kill
        send(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=LIMIT)
    lines = [line for line in errors.splitlines() if not line.startswith(PROGRESS)]
    assert process.returncode == 130, errors
    assert output == ""
    assert lines == [
        "spikingfa: what was finished is in run; --resume goes on from there",
        "spikingfa: interrupted",
    ]
    run = open_run("run")
    assert readable(run)
    assert run.model.training.epochs == 100000
    assert run.metrics["finished"] is False
    assert run.metrics["epochs"] in (len(run.history["epoch"]) - 1, len(run.history["epoch"]) - 2)
    assert run.arrays.keys() == tiny_run.arrays.keys()


@pytest.mark.long
@pytest.mark.parametrize(
    "arguments",
    [
        "run tiny.toml --out",
        pytest.param("compare tiny.toml --vary x -o", marks=pytest.mark.slow),
    ],
)
def test_where_interrupts_are_ignored_it_goes_on(arguments, folder):
    """As the shell wants of jobs in the background of a script."""
    arguments = arguments.replace("x", "hidden.size=6,7 --seeds 1").split()
    ignoring = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)}
    with running(*arguments, "out", "--epochs", "50", **ignoring) as process:
        # not "out/**": folders of chunks vanish while they are looked through
        places = ("out/checkpoint.npz", "out/runs/*/checkpoint.npz")
        wait_for(lambda: any(path for place in places for path in folder.glob(place)))
        for _ in range(20):  # at work in Python or in the compiled network
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.02)
        errors = process.communicate(timeout=LIMIT)[1]
    assert process.returncode == 0, errors


def test_a_run_that_is_interrupted_before_it_begins(spikingfa_main, folder, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("spikingfa.training.session.make_engine", interrupted)
    status, output, errors = spikingfa_main("run", "tiny.toml", "--out", "run")
    lines = [line for line in errors.splitlines() if not line.startswith(PROGRESS)]
    assert (status, output, lines) == (130, "", ["spikingfa: interrupted"])
    assert not (folder / "run").exists()


@pytest.mark.parametrize(("part", "n_calls"), [("_execute", 4), ("_array", 60)])
def test_an_interrupt_in_code_that_tells_of_it_as_another_error(
    part, n_calls, spikingfa_main, folder, monkeypatch
):
    """As NumPy does when it looks at a path (SystemError), or matplotlib at arguments."""
    whole, calls = getattr(StandaloneEngine, part), itertools.count()

    def in_c(*arguments):
        if next(calls) < n_calls:
            return whole(*arguments)
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise TypeError("incompatible function arguments")

    monkeypatch.setattr(StandaloneEngine, part, in_c)
    status, output, errors = spikingfa_main("run", "tiny.toml", "--epochs", "9", "--out", "run")
    lines = [line for line in errors.splitlines() if not line.startswith(PROGRESS)]
    assert (status, output) == (130, "")
    assert lines == [
        "spikingfa: what was finished is in run; --resume goes on from there",
        "spikingfa: interrupted",
    ]
    assert readable(open_run("run"))


def test_what_fails_without_an_interrupt_stays_what_it_is():
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(TypeError, match="other"), interruptible(), interruptible():
        raise TypeError("other")
    with contextlib.suppress(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGINT)
    with pytest.raises(TypeError, match="other"), interruptible():
        raise TypeError("other")
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize(("times", "at_the_end"), [(1, True), (2, False)])
def test_an_interrupt_waits_for_the_end_of_a_file_and_a_second_one_does_not(times, at_the_end):
    handler, lines = signal.getsignal(signal.SIGINT), []

    def write():
        with postponed():
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
            lines.append("the last")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert bool(lines) is at_the_end
    assert signal.getsignal(signal.SIGINT) is handler


@pytest.mark.parametrize("write", [write_arrays, write_plain])
def test_an_archive_that_is_interrupted_leaves_nothing_half_closed(write, tmp_path, monkeypatch):
    """Python would try to close it again, and print that it could not."""
    close = zipfile.ZipFile.close

    def interrupted(archive):
        if archive.mode != "r" and archive.fp is not None:
            signal.raise_signal(signal.SIGINT)
        close(archive)

    monkeypatch.setattr(zipfile.ZipFile, "close", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.npz", {"x": np.arange(3.0)})
    gc.collect()  # a warning about an error in __del__ fails the test


@pytest.mark.long
@pytest.mark.parametrize(
    ("arguments", "buffer"),
    [
        ("models", {}),
        ("models", {"PYTHONUNBUFFERED": "1"}),
        ("--help", {}),
    ],
)
def test_a_reader_that_has_left(arguments, buffer, folder):
    """As in ``spikingfa models | true``."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command(arguments), stdout=writer, stderr=subprocess.PIPE, env=environment(**buffer)
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.long
def test_a_reader_of_one_line(folder):
    pipe = f"{sys.executable} -m spikingfa show tiny.toml | head -n 1"
    done = subprocess.run(pipe, shell=True, capture_output=True, text=True, env=environment())
    assert done.stdout.startswith("task.name")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.long
def test_a_run_ends_in_order_when_nobody_reads_what_it_tells(folder):
    """As in ``spikingfa run tiny.toml 2>&1 | head -1``."""
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    run = command("run", "tiny.toml", "--out", "run")
    with subprocess.Popen(run, text=True, env=environment(), **both) as process:
        assert process.stdout.readline().startswith(PROGRESS)
        process.stdout.close()
    assert process.returncode == 141
    assert not (folder / "run").exists() or readable(open_run("run"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("arguments", ["models", "--help"])
def test_an_output_that_is_full(arguments, folder):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command(arguments), stdout=full, stderr=subprocess.PIPE, text=True, env=environment()
        )
    assert done.returncode == 2
    assert done.stderr == "spikingfa: cannot print: No space left on device\n"


def test_an_output_that_knows_ascii_only(folder, monkeypatch):
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", output)
    (folder / "é😀.npz").write_bytes((folder / "tiny.npz").read_bytes())
    assert main(["show", "tiny.toml", "--set", "task.file=é😀.npz"]) == 0
    assert rb"\xe9\U0001f600.npz" in output.buffer.getvalue()


def test_an_output_that_is_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["models"]) == 0


def test_the_installed_command_and_the_module_are_the_same(folder):
    """One real process for each: no traceback, status 2, one line."""
    installed = Path(sys.executable).with_name("spikingfa")
    for begin in ([sys.executable, "-m", "spikingfa"], [str(installed)]):
        arguments = [*begin, "raster", "none", "-o", "a.png", "--width", "1"]
        done = subprocess.run(arguments, capture_output=True, text=True)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert "--width" in done.stderr
