"""Variants side by side: a table and a figure of runs that can be made again."""

import contextlib
import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest
from helpers.waits import LIMIT

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.plots import plot_comparison


@pytest.fixture
def compared(tiny_model, tmp_path, monkeypatch):
    """Carry out a comparison of tiny models; return its table."""
    monkeypatch.chdir(tmp_path)
    write_model(tiny_model, tmp_path / "tiny.toml")

    def call(*options) -> list[dict[str, str]]:
        assert main(["compare", "tiny.toml", "-o", "out", *options]) == 0
        with open("out/table.csv", newline="") as file:
            return list(csv.DictReader(file))

    return call


@pytest.mark.long
def test_a_row_for_each_variant(compared, tiny_model, tmp_path, capsys):
    rows = compared("--vary", "feedback.kind=direct,none,transport", "--seeds", "2")
    assert [row["feedback.kind"] for row in rows] == ["direct", "none", "transport"]
    assert [row["local"] for row in rows] == ["yes", "yes", "no"]
    assert {row["seeds"] for row in rows} == {"2"}
    runs = [spikingfa.open_run(tmp_path / "out" / "runs" / f"direct-{seed}") for seed in (1, 2)]
    errors = [run.metrics["validation_error"] for run in runs]
    assert float(rows[0]["validation_error_mean"]) == pytest.approx(np.mean(errors), rel=1e-5)
    assert float(rows[0]["validation_error_sd"]) == pytest.approx(np.std(errors, ddof=1), abs=1e-5)
    assert rows[1]["angle_deg_mean"] == rows[1]["angles_deg"] == ""
    assert float(rows[0]["angles_deg"]) == pytest.approx(float(rows[0]["angle_deg_mean"]), abs=0.1)
    assert float(rows[2]["angle_deg_mean"]) == pytest.approx(0, abs=1e-3)
    told = capsys.readouterr()
    assert "transport (not local)" in told.out
    assert told.err.count("validation error") == 6
    assert (tmp_path / "out" / "figure.png").stat().st_size > 5000


@pytest.mark.long
def test_what_was_finished_is_not_made_again(compared, tmp_path):
    compared("--vary", "hidden.tau_m=10 ms,20 ms", "--seeds", "1")
    weights = tmp_path / "out" / "runs" / "10_ms-1" / "weights.npz"
    before = weights.stat().st_mtime_ns
    rows = compared("--vary", "hidden.tau_m=10 ms,20 ms,30 ms", "--seeds", "1")
    assert [row["hidden.tau_m"] for row in rows] == ["10 ms", "20 ms", "30 ms"]
    assert rows[0]["validation_error_sd"] == ""
    assert weights.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--vary", "hidden.tau=1"], "hidden.tau: there is no such key"),
        (["--vary", "hidden.tau_m"], "needs the form section.key=value,value"),
        (["--vary", "hidden.tau_m=1 ms,,2 ms"], "needs the form section.key=value,value"),
        (["--vary", "hidden.tau_m=1 ms,1 ms"], "a value is given twice"),
        (["--vary", "feedback.kind=direct,direkt"], "got 'direkt'"),
        (["--vary", "training.epochs=1,2", "--seeds", "0"], "needs a number from 1 on, got '0'"),
        (["--vary", "task.file=nowhere.npz"], "cannot read the data file"),
    ],
)
def test_mistakes_end_in_one_line(compared, tmp_path, capsys, options, told):
    before = sorted(path.name for path in tmp_path.iterdir())
    try:
        status = main(["compare", "tiny.toml", "-o", "out", *options])
    except SystemExit as end:
        status = end.code
    complaint = capsys.readouterr().err
    assert status == 2
    assert complaint.count("\n") == 1
    assert told in complaint
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.fixture
def begun(tiny_model, tmp_path):
    """A comparison of two long runs, in a process of its own, when one has begun."""
    write_model(tiny_model.but({"training.epochs": 100_000}), tmp_path / "tiny.toml")
    command = [sys.executable, "-m", "spikingfa", "compare", "tiny.toml", "-o", "out"]
    going = subprocess.Popen(
        [*command, "--vary", "plasticity.eta_hidden=0.1,0.2"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not list(tmp_path.glob("out/runs/*/checkpoint.npz")):
        assert going.poll() is None
        time.sleep(0.1)
    yield going
    with contextlib.suppress(ProcessLookupError):
        os.killpg(going.pid, signal.SIGKILL)
    going.communicate(timeout=LIMIT)


@pytest.mark.long
def test_interrupted_it_ends_in_one_line(begun):
    os.killpg(begun.pid, signal.SIGINT)
    told = begun.communicate(timeout=LIMIT)[1]
    assert begun.returncode == 130
    assert told.splitlines()[-1].startswith("spikingfa: interrupted")
    assert "Traceback" not in told


@pytest.mark.slow
def test_killed_it_leaves_no_process_at_work(begun):
    """Else the same command could not go on until their runs are done."""
    processes = psutil.Process(begun.pid).children(recursive=True)
    begun.kill()
    _, alive = psutil.wait_procs(processes, timeout=LIMIT)
    assert not alive


def test_more_variants_than_colours_stay_apart():
    curves = {
        f"variant {k}": (np.full((2, 4), 0.02 + 0.01 * k), np.full((2, 4), 50.0 + k))
        for k in range(7)
    }
    figure = plot_comparison(curves)
    _, errors = figure.axes
    looks = {(line.get_color(), str(line.get_linestyle())) for line in errors.lines}
    assert len(looks) == 7
    figure.canvas.draw()
    boxes = [note.get_window_extent() for note in errors.texts]
    assert all(not a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert all(box.x1 <= figure.bbox.x1 for box in boxes)
