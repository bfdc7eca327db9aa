"""Whatever may take longer than two seconds shows how far it is, here from the first moment on."""

import shutil

import pytest

import spikingfa
from spikingfa.base import progress
from spikingfa.cli.main import main

#: Each wait, and what stderr has of it: the first words of a line.
WAITS = {
    "train": (lambda run, out: spikingfa.train(run.model, out=out / "again"), "epoch 1/1: "),
    "test": (lambda run, out: spikingfa.evaluate(run), "testing: "),
    "predict": (lambda run, out: run.predict(run_stimuli(run)), "predicting: "),
    "record": (lambda run, out: run.record("hidden.v"), "recording: "),
    "report": (lambda run, out: run.report(out / "page.html"), "making the page ... "),
    "export": (lambda run, out: run.export("csv", out / "a.csv"), "writing a.csv ... "),
    "animation": (
        lambda run, out: spikingfa.animate_trial(run, out / "a.gif", step="20 ms"),
        "drawing the animation: ",
    ),
    "experiment": (lambda run, out: spikingfa.run_experiment("flow", quick=True), "flow: "),
    "building": (lambda run, out: spikingfa.evaluate(run), "building the network"),
}


def run_stimuli(run):
    from spikingfa.tasks import load_data

    return load_data(run.model.task).x_test


@pytest.fixture
def run(tiny_run, tmp_path):
    """A copy, as some of what is waited for writes into the run's folder."""
    return spikingfa.open_run(shutil.copytree(tiny_run.folder, tmp_path / "copied"))


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0.0)


@pytest.mark.parametrize("name", WAITS)
def test_a_wait_in_python(name, impatient, run, tmp_path, capsys):
    wait, beginning = WAITS[name]
    wait(run, tmp_path)
    assert any(line.startswith(beginning) for line in capsys.readouterr().err.splitlines())
    (tmp_path / "silent").mkdir()
    with progress.progress_shown(False):
        wait(run, tmp_path / "silent")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "call",
    [
        lambda run, out: spikingfa.train(run.model, out=out / "run", progress=False),
        lambda run, out: spikingfa.evaluate(run, progress=False),
        lambda run, out: run.predict(run_stimuli(run), progress=False),
        lambda run, out: run.record("hidden.v", progress=False),
        lambda run, out: run.report(out / "page.html", progress=False),
        lambda run, out: run.export("csv", out / "a.csv", progress=False),
        lambda run, out: spikingfa.animate_trial(run, out / "a.gif", step="20 ms", progress=False),
        lambda run, out: spikingfa.run_experiment("flow", quick=True, progress=False),
        lambda run, out: list(
            spikingfa.train_epochs(run.model, out=out / "run", progress=False, figures=False)
        ),
    ],
)
def test_progress_false_says_nothing(call, impatient, run, tmp_path, capsys):
    call(run, tmp_path)
    assert capsys.readouterr().err == ""


def test_runs_are_counted(impatient, tiny_model, tmp_path, in_this_process, capsys):
    def compared(out, **how):
        values = ["direct", "none"]
        spikingfa.compare(tiny_model, "feedback.kind", values, seeds=1, out=out, **how)
        return capsys.readouterr().err

    assert "compare: 0 % of 2 runs in " in compared(tmp_path / "one")
    assert compared(tmp_path / "other", progress=False) == ""


@pytest.mark.usefixtures("numpy_target")
def test_a_network_to_step_is_built(impatient, run, capsys):
    spikingfa.brian2_network(run, trials=1, progress=False)
    assert capsys.readouterr().err == ""
    spikingfa.brian2_network(run, trials=1)
    assert "building the network" in capsys.readouterr().err


@pytest.mark.parametrize(("kind", "end"), [("raster", "png"), ("raster", "html"), ("fi", "png")])
def test_a_figure_is_drawn(kind, end, impatient, run, tmp_path, capsys):
    command = ["raster"] if kind == "raster" else ["plot"]
    words = [*command, str(run.folder), *([] if kind == "raster" else [kind])]
    assert main([*words, "-o", str(tmp_path / f"a.{end}")]) == 0
    expected = "making the page ..." if end == "html" else f"drawing a.{end} ..."
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize("command", ["test", "report"])
def test_the_command_line_is_quiet_where_it_is_told(command, impatient, run, capsys, tmp_path):
    out = tmp_path / ("page.html" if command == "report" else "test")
    words = [command, str(run.folder), "-o", str(out)]
    assert main([*words, "--quiet"]) == 0
    output, errors = capsys.readouterr()
    assert "written to" in output
    assert errors == ""
    assert main(words) == 0
    assert capsys.readouterr().err != ""
