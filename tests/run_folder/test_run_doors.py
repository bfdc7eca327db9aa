"""A run that was opened stays that run, whatever becomes of its folder and the current one."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import spikingfa
from spikingfa.base.errors import ModelError, RunFolderError
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.writer import RunWriter


def train(model, out, seed, **options):
    return spikingfa.train(model, out=out, seed=seed, progress=False, figures=False, **options)


@pytest.fixture
def copied(tiny_run, tmp_path):
    """A folder with a copy of the tiny run, and one of another."""
    for name in ("one", "other"):
        shutil.copytree(tiny_run.folder, tmp_path / name)
    path = tmp_path / "other" / "versions.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"id": "f" * 32}))
    return tmp_path


def replace(folder):
    shutil.rmtree(folder / "one")
    shutil.copytree(folder / "other", folder / "one")


def test_runs_in_one_folder_are_three_runs(tiny_model, tmp_path):
    runs = [train(tiny_model, tmp_path / "run", seed, force=True) for seed in (1, 2, 3)]
    alone = [train(tiny_model, tmp_path / f"run{seed}", seed) for seed in (1, 2, 3)]
    assert [run.metrics["seed"] for run in runs] == [1, 2, 3]
    assert [run.model.training.seed for run in runs] == [1, 2, 3]
    for run, one in zip(runs, alone):
        assert run.metrics["test_error"] == one.metrics["test_error"]
        for name, column in one.history.items():
            np.testing.assert_array_equal(run.history[name], column)
    for run in runs[:2]:
        for read in ("weights", "spikes", "state", "feedback", "kept_epochs"):
            with pytest.raises(RunFolderError, match="was replaced by another since it was opened"):
                getattr(run, read)
    np.testing.assert_equal(runs[2].arrays, alone[2].arrays)
    assert len({run.versions["id"] for run in (*runs, *alone)}) == 6


@pytest.mark.parametrize("older", [False, True])
def test_what_is_read_of_a_replaced_run_is_refused_in_one_line(copied, older):
    if older:  # whose versions.json had no id
        for name in ("one", "other"):
            (copied / name / "versions.json").write_text('{"format": 1}')
    run = spikingfa.open_run(copied / "one")
    metrics = run.metrics
    replace(copied)
    for use in (
        lambda: run.arrays,
        lambda: run.history,
        lambda: run.kept_epochs,
        lambda: run.recording(),
        lambda: spikingfa.evaluate(run),
        lambda: spikingfa.record(run),
        lambda: spikingfa.report(run),
        lambda: spikingfa.plot_weights(run),
    ):
        with pytest.raises(RunFolderError, match=r"was replaced by another .*\(out=, --out\)") as e:
            use()
        assert "\n" not in str(e.value)
    assert run.metrics is metrics
    assert not (copied / "one" / "report.html").exists()
    assert spikingfa.open_run(copied / "one").metrics == metrics


def test_a_run_that_is_replaced_while_it_is_read_is_refused(copied, monkeypatch):
    run = spikingfa.open_run(copied / "one")

    def read(path):
        replace(copied)
        return json.loads(path.read_text())

    with pytest.raises(RunFolderError, match="was replaced by another"):
        run._read("metrics.json", read)


def test_a_run_that_goes_on_stays_itself(tiny_model, tmp_path):
    write = RunWriter.metrics

    def stop(self, metrics):
        write(self, metrics)
        if metrics["epochs"] == 1:
            raise KeyboardInterrupt

    model = tiny_model.but({"training.epochs": 2})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RunWriter, "metrics", stop)
        with pytest.raises(KeyboardInterrupt):
            train(model, tmp_path / "run", 1)
    begun = spikingfa.open_run(tmp_path / "run")
    train(model, tmp_path / "run", 1, resume=True)
    assert len(begun.history["epoch"]) == 3


def test_a_folder_that_is_moved_and_copied_holds_the_same_run(copied):
    run = spikingfa.open_run(copied / "one")
    shutil.move(copied / "one", copied / "away")
    with pytest.raises(RunFolderError, match="is no longer there"):
        _ = run.arrays
    shutil.copytree(copied / "away", copied / "one")
    assert run.arrays.keys() == run.state.keys() | {"feedback_to_hidden.b"}


def test_another_current_folder_makes_no_difference(tiny_run, tiny_model, tmp_path, monkeypatch):
    shutil.copytree(tiny_run.folder, tmp_path / "here" / "run")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    opened, trained = spikingfa.open_run("run"), train(tiny_model, "trained", 1)
    recording = spikingfa.record(opened, "hidden.v[0]", trials=1, progress=False)
    by_name = opened.recording("traces")
    numbered = spikingfa.train(tiny_model, progress=False, figures=False)
    os.chdir(tmp_path / "there")
    np.testing.assert_equal(opened.arrays, tiny_run.arrays)
    np.testing.assert_equal(trained.arrays, tiny_run.arrays)
    assert numbered.folder == tmp_path / "here" / "runs" / "run-001"
    assert numbered.spikes.labels == tiny_run.spikes.labels
    assert recording.traces.keys() == by_name.traces.keys() == {"hidden.v"}
    assert not os.listdir()


def test_recordings_of_one_name_stay_what_they_are(tiny_run, tmp_path):
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    run = spikingfa.open_run(tmp_path / "run")
    recordings = [spikingfa.record(run, "hidden.v", stimuli=[k], progress=False) for k in (0, 5)]
    again = spikingfa.record(run, "hidden.v", stimuli=[0], name="again", progress=False)
    one, other = (recording.traces["hidden.v"].values for recording in recordings)
    np.testing.assert_array_equal(one, again.traces["hidden.v"].values)
    assert not np.array_equal(one, other)
    times = [recording.spikes.of("input")[0].tolist() for recording in (*recordings, again)]
    assert times[0] == times[2] != times[1]


def test_a_recording_that_was_replaced_is_refused(tiny_run, tmp_path):
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    run = spikingfa.open_run(tmp_path / "run")
    spikingfa.record(run, stimuli=[0], progress=False)
    opened = run.recording()
    spikingfa.record(run, stimuli=[1], progress=False)
    for read in ("spikes", "traces"):
        with pytest.raises(RunFolderError, match="was replaced by another since it was opened"):
            getattr(opened, read)
    assert run.recording().spikes.labels


# a run, a recording or a model by its name


@pytest.mark.long
def test_a_run_is_taken_by_its_folder(tiny_run, tmp_path):
    by_path = tmp_path / "run"
    shutil.copytree(tiny_run.folder, by_path)
    error = spikingfa.evaluate(tiny_run, over_time=False).error
    for run in (by_path, str(by_path)):
        assert spikingfa.evaluate(run, over_time=False).error == error
        assert "hidden.v" in spikingfa.recordable(run)
        assert spikingfa.record(run, trials=1, progress=False).spikes.labels
        for draw in (
            spikingfa.plot_weights,
            spikingfa.plot_raster,
            spikingfa.plot_population_rates,
            lambda run: spikingfa.plot_raster(Run(run).recording()),
        ):
            assert draw(run) is not None
        spikingfa.animate_trial(run, tmp_path / "x.gif", step="50 ms")


@pytest.mark.parametrize("given", [None, 3, {}, [], b"run"])
def test_what_is_no_run_is_refused_in_one_line(given, tmp_path):
    for use in (
        as_run,
        spikingfa.open_run,
        spikingfa.evaluate,
        spikingfa.record,
        spikingfa.recordable,
        spikingfa.report,
        spikingfa.plot_weights,
        spikingfa.plot_receptive_fields,
        spikingfa.plot_raster,
        spikingfa.plot_population_rates,
        lambda run: spikingfa.animate_trial(run, tmp_path / "x.gif"),
    ):
        with pytest.raises(RunFolderError, match="needs a run, or the folder of one, got ") as e:
            use(given)
        assert "\n" not in str(e.value)
    with pytest.raises(RunFolderError, match="does not exist"):
        spikingfa.evaluate(tmp_path / "none")


@pytest.mark.long
def test_a_model_is_taken_by_its_name_and_file(tiny_model, tiny_run, tmp_path):
    spikingfa.write_model(tiny_model, tmp_path / "mine.toml")
    run = train(tmp_path / "mine.toml", tmp_path / "run", None)
    np.testing.assert_equal(run.arrays, tiny_run.arrays)
    assert train(str(tmp_path / "mine.toml"), Path(tmp_path / "np"), np.int64(1)).model == run.model
    spikingfa.write_model("digits_fa", tmp_path / "digits.toml")
    assert spikingfa.load_model(tmp_path / "digits.toml") == spikingfa.load_model("digits_fa")
    assert spikingfa.plot_fi("digits_fa", ["output"]) is not None


@pytest.mark.needs("ipywidgets")
@pytest.mark.parametrize("given", [None, 3, {}, b"digits_fa"])
def test_what_is_no_model_is_refused_in_one_line(given, tmp_path):
    for use in (
        lambda model: spikingfa.train(model, out=tmp_path / "run"),
        lambda model: spikingfa.sweep(model, {"hidden.size": [3]}, out=tmp_path / "sweep"),
        lambda model: spikingfa.sliders(model, {"hidden.size": (3, 4)}),
        lambda model: spikingfa.write_model(model, tmp_path / "x.toml"),
        spikingfa.plot_fi,
        spikingfa.load_model,
    ):
        with pytest.raises(ModelError, match=r"needs a model.*name or file, got") as error:
            use(given)
        assert "\n" not in str(error.value)
    assert not any(tmp_path.iterdir())
    with pytest.raises(ModelError, match="no model is called 'digits_fb'; did you mean"):
        spikingfa.train("digits_fb", out=tmp_path / "run")


def test_the_table_of_a_sweep_names_runs_that_any_current_folder_finds(tmp_path, monkeypatch):
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep" / "table.csv").write_text("seed,status,run\n1,finished,runs/a/seed-1\n")
    monkeypatch.chdir(tmp_path)
    table = spikingfa.open_sweep("sweep")
    assert table["run"].tolist() == [str(tmp_path / "sweep" / "runs" / "a" / "seed-1")]
