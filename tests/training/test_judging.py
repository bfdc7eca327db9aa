"""What variants are compared by: a validation split that is made, and what is said of it."""

import csv

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.plots import plot_sweep, plot_sweep_map
from spikingfa.sweeping.compare import compare_models, variants
from spikingfa.sweeping.summary import chosen, summary_text
from spikingfa.training.judging import AS_BEGUN, MADE, PART, about_chosen, judged

pytestmark = pytest.mark.usefixtures("in_this_process")

OVER = ["--over", "plasticity.eta_hidden=0.1,0.8"]
VARY = ["--vary", "plasticity.eta_hidden=0.1,0.8"]


@pytest.fixture
def called(tiny_model, tmp_path, monkeypatch, capsys):
    """Call a command on the tiny model; return what it printed and what it told."""
    monkeypatch.chdir(tmp_path)
    write_model(tiny_model, tmp_path / "tiny.toml")

    def call(command, *options, status=0) -> tuple[str, str]:
        jobs = ("--jobs", "1") if command == "sweep" else ()
        given = [command, "tiny.toml", "-o", "out", "--seeds", "2", *jobs, *options]
        assert main(given) == status
        return capsys.readouterr()

    return call


def table() -> tuple[list[str], list[dict[str, str]]]:
    with open("out/table.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    return list(rows[0]), rows


def runs_in(folder) -> list:
    return [spikingfa.open_run(path.parent) for path in sorted(folder.rglob("metrics.json"))]


# who is given a split


def split_of(model, **changes) -> tuple:
    options = {"ranked": True, "begun": None, "on_test": False} | changes
    models, note = judged({"": model}, **options)
    return models[""].task.validation, note


def test_a_split_is_made_where_one_of_several_may_be_chosen(tiny_model):
    own = tiny_model.but({"task.validation": 12})
    made = tiny_model.but({"task.validation": PART})
    assert split_of(tiny_model) == (PART, MADE)
    assert split_of(tiny_model, ranked=False) == (0, "")
    assert split_of(tiny_model, on_test=True) == (0, "")
    assert split_of(own) == (12, "")
    assert split_of(own, ranked=False) == (12, "")
    # a folder is resumed in the way in which it was begun
    assert split_of(tiny_model, begun=tiny_model) == (0, AS_BEGUN)
    assert split_of(tiny_model, begun=tiny_model, ranked=False) == (0, "")
    assert split_of(tiny_model, begun=made) == (PART, MADE)
    assert split_of(tiny_model, begun=made, ranked=False) == (PART, MADE)
    assert split_of(tiny_model, begun=made, on_test=True) == (0, "")  # refused by the folder
    assert split_of(tiny_model, begun=own) == (0, "")  # as well
    with pytest.raises(spikingfa.ModelError, match=r"task\.validation = 12 holds stimuli out, by"):
        split_of(own, on_test=True)


# the commands


@pytest.mark.parametrize(("command", "varied"), [("sweep", OVER), ("compare", VARY)])
def test_what_is_chosen_is_chosen_by_validation(called, tmp_path, command, varied):
    out, err = called(command, *varied)
    assert err.count(MADE) == 1
    assert err.count("validation error") == 4
    assert "test error" not in err
    for run in runs_in(tmp_path / "out"):
        assert run.model.task.validation == PART
    names, rows = table()
    assert not [name for name in names if "test_error" in name]
    key = "validation_error" if command == "sweep" else "validation_error_mean"
    errors = {}
    for row in rows:
        errors.setdefault(row[names[0]], []).append(float(row[key]))
    best = min(errors, key=lambda value: np.mean(errors[value]))
    assert "validation error (%)" in out
    last = out.splitlines()[-1]
    assert last.startswith(f"least in validation: plasticity.eta_hidden = {best}; its test error: ")
    assert out.count("test error") == 1
    runs = [r for r in runs_in(tmp_path / "out") if r.model.plasticity.eta_hidden == float(best)]
    tests = [100 * spikingfa.evaluate(r, on_test=True, over_time=False).error for r in runs]
    assert last.endswith(f"{np.mean(tests):.2f} ± {np.std(tests, ddof=1):.2f} %")


@pytest.mark.parametrize(("command", "varied"), [("sweep", OVER), ("compare", VARY)])
def test_controls_are_shown_the_test_set_if_that_is_wished(called, tmp_path, command, varied):
    out, err = called(command, *varied, "--on-test")
    assert MADE not in err
    assert err.count("test error") == 4
    assert "validation" not in out
    names, _ = table()
    assert [name for name in names if "test_error" in name]
    assert not [name for name in names if "validation" in name]
    for run in runs_in(tmp_path / "out"):
        assert run.model.task.validation == 0
    # the same folder is gone on with as it was begun, and that is said
    before = {run.folder: run.versions["id"] for run in runs_in(tmp_path / "out")}
    out, err = called(command, *varied)
    assert err.count(AS_BEGUN) == 1
    assert {run.folder: run.versions["id"] for run in runs_in(tmp_path / "out")} == before
    assert "validation" not in out


@pytest.mark.parametrize(("command", "varied"), [("sweep", OVER), ("compare", VARY)])
def test_what_was_made_in_validation_goes_on_in_it(called, tmp_path, command, varied):
    called(command, *varied)
    before = {run.folder: run.versions["id"] for run in runs_in(tmp_path / "out")}
    _, err = called(command, varied[0], "plasticity.eta_hidden=0.8")
    assert "validation error" in err
    assert {run.folder: run.versions["id"] for run in runs_in(tmp_path / "out")} == before
    _, err = called(command, *varied, "--on-test", status=2)
    assert "task.validation is 0.2 there and 0 here" in err


@pytest.mark.parametrize("command", ["sweep", "compare"])
def test_seeds_alone_need_no_split(called, tmp_path, command):
    option = "--over" if command == "sweep" else "--vary"
    out, err = called(command, option, "plasticity.eta_hidden=0.8")
    assert "validation" not in out + err
    assert "test error" in err
    assert {run.model.task.validation for run in runs_in(tmp_path / "out")} == {0}


@pytest.mark.parametrize("command", ["sweep", "compare"])
def test_the_split_itself_may_be_varied(called, command):
    option = "--over" if command == "sweep" else "--vary"
    out, err = called(command, option, "task.validation=0,12")
    assert MADE not in err
    assert (err.count("test error"), err.count("validation error")) == (2, 2)
    names, rows = table()
    for row in rows:
        has = [name for name in names if "validation_error" in name and row[name]]
        assert bool(has) == (row["task.validation"] == "12")
    assert ("validation or test" in out) or ("test or validation" in out)
    assert "least in validation" not in out


def test_a_test_that_cannot_be_made_is_no_end(called, tmp_path, tiny_data):
    called("compare", *VARY)
    runs = runs_in(tmp_path / "out")
    (runs[0].folder / "weights.npz").unlink()
    line = about_chosen("eta = 1", [spikingfa.open_run(runs[0].folder)])
    assert line.startswith("least in validation: eta = 1; its test could not be made: ")
    assert line.count("\n") == 0


def test_in_python_variants_are_judged_so_too(tiny_model, tmp_path):
    lines = []
    models = variants(tiny_model, "plasticity.eta_hidden", ["0.1", "0.8"])
    compared = compare_models(models, [1], tmp_path / "a", tell=lines.append)
    assert lines == [MADE]
    assert {variant.part for variant in compared} == {"validation"}
    for variant in compared:
        np.testing.assert_array_equal(variant.errors, variant.curve("validation_error"))
    compared = compare_models(models, [1], tmp_path / "b", on_test=True, tell=lines.append)
    assert lines == [MADE]
    assert {variant.part for variant in compared} == {"test"}


# tables and figures


def rows_of(error: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "hidden.tau_m (ms)": [10, 10, 20, 20],
            "hidden.size": [5, 5, 9, 9],
            "seed": [1, 2, 1, 2],
            "status": "finished",
            "metric": "error",
            error: [0.3, 0.2, 0.1, 0.2],
            "angle_deg": 50.0,
            "ms_per_trial": 0.1,
            "run": [f"run-{k}" for k in range(4)],
            "reason": "",
        }
    )


@pytest.mark.parametrize("part", ["test", "validation"])
def test_figures_and_summaries_of_a_sweep_say_which_error_it_is(part, tmp_path):
    data = rows_of(f"{part}_error")
    assert plot_sweep(data).axes[0].get_ylabel() == f"{part} error (%)"
    ax = plot_sweep_map(data, "hidden.tau_m (ms)", "hidden.size")
    assert ax.figure.axes[-1].get_ylabel() == f"{part} error (%)"
    plt.close("all")
    assert f"{part} error (%)" in summary_text(data, tmp_path)
    if part == "test":
        assert chosen(data) == ("", [])


def test_an_older_search_is_read_as_what_it_was(called, tmp_path):
    """Its table called errors in validation those of the test."""
    called("sweep", *OVER, "--set", "task.validation=12")
    expected = spikingfa.open_sweep("out")
    path = tmp_path / "out" / "table.csv"
    older = path.read_text().replace("validation_error", "test_error")
    path.write_text(older)
    pd.testing.assert_frame_equal(spikingfa.open_sweep("out"), expected)
    called("sweep", *OVER, "--set", "task.validation=12")
    pd.testing.assert_frame_equal(spikingfa.open_sweep("out"), expected)
    assert "test_error" not in path.read_text()
