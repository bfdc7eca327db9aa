"""A run knows its data: recorded when it begins, known again wherever they are read for it."""

import json
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

import spikingfa
from spikingfa import DataError, RunFolderError
from spikingfa.base.errors import SpikingFAWarning
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.run_folder.data_record import DataRecord, fingerprint
from spikingfa.run_folder.run import Run
from spikingfa.tasks import load_data
from spikingfa.tasks.events import Events
from spikingfa.training.finished import check_finished

QUICK = {"progress": False, "figures": False}


@pytest.fixture
def here(tmp_path, tiny_data, tiny_model, monkeypatch):
    """The current folder, with data in it and a model that names them by a relative path."""
    shutil.copy(tiny_data, tmp_path / "tiny.npz")
    write_model(tiny_model.but({"task.file": "tiny.npz"}), tmp_path / "tiny.toml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(here):
    """A run that was trained on them."""
    return spikingfa.train(spikingfa.load_model("tiny.toml"), out=here / "run", **QUICK)


@pytest.fixture
def data(tiny_model) -> spikingfa.Data:
    """The same data, changed a little: in memory alone."""
    data = load_data(tiny_model.task)
    return replace(data, x_train=data.x_train[:, ::-1], x_test=data.x_test[:, ::-1])


def change(path) -> None:
    """Exchange two labels of a data file."""
    with np.load(path) as stored:
        x, y = stored["x"], stored["y"]
    y[[0, -1]] = y[[-1, 0]]
    np.savez(path, x=x, y=y)


def complaint(capsys, *arguments) -> str:
    """The one line in which a command ends, apart from progress."""
    status = main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    assert status == 2, told
    (line,) = told.err.splitlines()
    return line


def older(run) -> Run:
    """The same run, as a version left it that recorded no data."""
    (run.folder / "data.json").unlink()
    return spikingfa.open_run(run.folder)


# the record


def test_it_says_what_the_data_were(run, here, tiny_model):
    data = load_data(tiny_model.task)
    assert run.data == spikingfa.open_run(run.folder).data
    assert run.data.sources == (str(here / "tiny.npz"),)
    assert run.data.classes == data.classes
    assert (run.data.n_train, run.data.n_test) == (len(data.x_train), len(data.x_test))
    assert (run.data.n_features, run.data.n_outputs) == (6, 3)
    assert (run.data.split_seed, run.data.test_fraction) == (0, 0.2)
    assert not run.data.in_python
    assert run.data.is_of(data)


def test_every_part_of_the_data_has_a_say_in_it(tiny_model):
    data = load_data(tiny_model.task)
    record = DataRecord.of(data, tiny_model.task, 1.0, False)
    x, y = data.x_test.copy(), data.y_test.copy()
    x[-1, -1] += 1e-6
    y[0] = (y[0] + 1) % 3
    others = [
        replace(data, x_test=x),
        replace(data, y_test=y),
        replace(data, x_train=data.x_train[::-1]),
        replace(data, y_train=data.y_train[::-1]),
        replace(data, x_train=data.x_train[:-1], y_train=data.y_train[:-1]),
        replace(data, classes=("0", "1", "two")),
    ]
    for other in others:
        assert not record.is_of(other)
    assert record.is_of(replace(data, y_test=data.y_test.astype(np.int16)))
    assert record.is_of(replace(data, x_test=np.asfortranarray(data.x_test)))


def test_events_have_fingerprints_too():
    one = Events.listed([0.01, 0.02], [0, 1], [0, 1], 2, 2)
    data = spikingfa.Data(one, np.array([0, 1]), one, np.array([0, 1]), ("a", "b"))
    later = Events.listed([0.01, 0.03], [0, 1], [0, 1], 2, 2)
    other = Events.listed([0.01, 0.02], [1, 1], [0, 1], 2, 2)
    known = fingerprint(one, data.y_test, data)
    assert known == fingerprint(one[[0, 1]], data.y_test, data)
    assert known not in {fingerprint(events, data.y_test, data) for events in (later, other)}


def test_a_damaged_record_is_named(run):
    path = run.folder / "data.json"
    about = json.loads(path.read_text())
    damages = [{"n_train": -1}, {"train": "z"}, {"encoding": None}, {"mean_square_sum": "x"}]
    damages += [{"n_features": 7}, {"n_outputs": 2**30}, {"image": [2**30, 2**30]}]
    damages += [{"encoding": about["encoding"] | {"columns": ["a"]}}]
    for damage in damages:
        path.write_text(json.dumps(about | damage))
        with pytest.raises(RunFolderError, match=r"cannot read .*data\.json"):
            _ = spikingfa.open_run(run.folder).data
    path.write_text(json.dumps(about | {"of a later version": 1}))
    assert spikingfa.open_run(run.folder).data == run.data


def test_a_run_that_is_killed_as_it_begins_is_begun_again(here, monkeypatch):
    """Whatever was written last."""
    import spikingfa.run_folder.writer as writing

    written = writing.RunWriter.write
    model = spikingfa.load_model("tiny.toml")
    for last in ("versions.json", "data.json", "model.toml"):

        def write(self, name, writer, last=last):
            written(self, name, writer)
            if name == last:
                raise KeyboardInterrupt

        monkeypatch.setattr(writing.RunWriter, "write", write)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=f"run-{last}", **QUICK)
        monkeypatch.setattr(writing.RunWriter, "write", written)
        run = spikingfa.train(model, out=f"run-{last}", resume=True, **QUICK)
        assert run.metrics["finished"]
        assert run.data.sources == (str(here / "tiny.npz"),)


# known again


def test_another_file_of_that_name_elsewhere_is_not_read(run, here, monkeypatch):
    (here / "elsewhere").mkdir()
    shutil.copy("tiny.npz", "elsewhere/tiny.npz")
    change(here / "elsewhere" / "tiny.npz")
    monkeypatch.chdir(here / "elsewhere")
    found = spikingfa.evaluate(spikingfa.open_run("../run"), over_time=False)
    assert found.error == run.metrics["test_error"]
    assert found.held_out
    with pytest.raises(RunFolderError, match=r"task\.file is .*/tiny\.npz there and .*elsewhere"):
        spikingfa.train(spikingfa.load_model("../tiny.toml"), out="../run", resume=True, **QUICK)


def test_data_that_changed_are_refused_wherever_they_are_needed(run, here, capsys):
    change(here / "tiny.npz")
    run = spikingfa.open_run(run.folder)
    for call in (spikingfa.evaluate, spikingfa.record):
        with pytest.raises(DataError, match=r"tiny\.npz: not what .* was trained on"):
            call(run)
    for arguments in (["test"], ["record"], ["export", "--to", "python"], ["report", "--test"]):
        verb, *options = arguments
        told = complaint(capsys, verb, run.folder, *options)
        assert "tiny.npz: not what" in told, told
        assert "--data FILE" in told
    assert not (run.folder / "tests").exists()
    assert main(["test", str(run.folder), "--data", "tiny.npz", "-o", "there"]) == 0
    assert "tiny.npz: 60 stimuli, not of the training" in capsys.readouterr().out


def test_what_a_run_began_with_needs_no_data(run, here):
    before = spikingfa.training.start.weights_before(run)
    os.remove(here / "tiny.npz")
    again = spikingfa.training.start.weights_before(spikingfa.open_run(run.folder))
    np.testing.assert_equal(again, before)
    assert main(["plot", str(run.folder), "weights"]) == 0


def test_data_given_in_python_are_needed_again(tiny_model, data, tmp_path, capsys):
    run = spikingfa.train(tiny_model, data=data, out=tmp_path / "run", **QUICK)
    assert run.data.in_python
    assert run.data.sources == ()
    for call in (spikingfa.evaluate, spikingfa.record):
        with pytest.raises(DataError, match="were given in Python and are needed"):
            call(run)
    assert "given in Python" in complaint(capsys, "test", run.folder)
    found = spikingfa.evaluate(run, data=data, over_time=False)
    assert found.error == run.metrics["test_error"]
    assert found.held_out
    assert (
        spikingfa.evaluate(run, data=load_data(tiny_model.task), over_time=False).held_out is False
    )


def test_data_given_in_python_that_the_task_names_are_read_again(tiny_model, tmp_path):
    data = load_data(tiny_model.task)
    run = spikingfa.train(tiny_model, data=data, out=tmp_path / "run", **QUICK)
    assert spikingfa.evaluate(run, over_time=False).error == run.metrics["test_error"]


@pytest.mark.long
def test_generated_data_that_differ_are_warned_of(tmp_path):
    """They are made anew, perhaps by another machine, whose last bits are others."""
    model = spikingfa.load_model("xor_fa").but({"hidden.size": 12, "training.epochs": 1})
    run = spikingfa.train(model, out=tmp_path / "run", **QUICK)
    assert spikingfa.evaluate(run, over_time=False).error == run.metrics["test_error"]
    about = run.data.model_copy(update={"test": "0" * 32})
    about.write(run.folder / "data.json")
    with pytest.warns(SpikingFAWarning, match="another machine or with other versions"):
        spikingfa.evaluate(spikingfa.open_run(run.folder), over_time=False)


# older runs


def test_older_runs_are_tested_as_before_and_what_is_not_known_is_said(run, tmp_path):
    error = run.metrics["test_error"]
    run = older(run)
    assert run.data is None
    with pytest.warns(SpikingFAWarning, match="whether they are what the task 'arrays' names now"):
        found = spikingfa.evaluate(run, over_time=False)
    assert found.error == error
    assert found.held_out is None
    with np.load("tiny.npz") as stored:
        np.savez("new.npz", x=stored["x"][40:], y=stored["y"][40:])
    with pytest.warns(SpikingFAWarning, match="recorded no data"):
        found = spikingfa.evaluate(run, data="new.npz", over_time=False)
    assert len(found.targets) == 20
    assert set(found.targets) == {2}


def test_an_older_run_whose_data_were_moved_is_tested_on_them(run, here):
    error = run.metrics["test_error"]
    run = older(run)
    shutil.move("tiny.npz", "moved.npz")
    with pytest.warns(SpikingFAWarning, match="is split, scaled and numbered by itself"):
        assert spikingfa.evaluate(run, data="moved.npz", over_time=False).error == error


# going on


def test_a_finished_run_is_done_only_if_its_data_are_the_same(run, here, capsys):
    arguments = ["run", "tiny.toml", "--out", "run", "--resume"]
    assert main(arguments) == 0
    change(here / "tiny.npz")
    capsys.readouterr()
    told = complaint(capsys, *arguments)
    assert "its data were others" in told
    assert "another folder" in told
    os.remove("tiny.npz")  # left as it is: there is nothing to compare it with
    with pytest.warns(SpikingFAWarning, match="have changed since is not known"):
        spikingfa.train(spikingfa.load_model("tiny.toml"), out="run", resume=True, **QUICK)


def test_comparisons_and_sweeps_do_not_mix_data(run, here, capsys):
    """What they take for finished is a run of this model, put where they would make it."""
    for folder in ("compared/runs/12-1", "swept/runs"):
        os.makedirs(folder)
    shutil.copytree("run", "compared/runs/12-1", dirs_exist_ok=True)
    compare = ["compare", "tiny.toml", "--vary", "hidden.size=12", "--seeds", "1", "-o", "compared"]
    assert main(compare) == 0
    change(here / "tiny.npz")
    capsys.readouterr()
    told = complaint(capsys, *compare)
    assert "compared/runs/12-1: its data were others" in told


def test_the_sweep_asks_of_finished_runs_too(run, here):
    from spikingfa.sweeping.combinations import grid
    from spikingfa.sweeping.folder import SweepFolder
    from spikingfa.sweeping.plan import Column, plan
    from spikingfa.sweeping.run_jobs import run_jobs

    over = {"hidden.size": [12]}
    columns = {path: Column.of(path, values) for path, values in over.items()}
    planned = plan(run.model, grid(over), columns, [1])
    shutil.copytree("run", here / "swept" / planned[0].folder)
    folder = SweepFolder(here / "swept", ["hidden.size"])
    ((_, row),) = run_jobs(None, planned, folder)
    assert row["status"] == "finished"
    change(here / "tiny.npz")
    with pytest.raises(RunFolderError, match="its data were others"):
        list(run_jobs(None, planned, folder))


def test_results_of_other_versions_are_named(run, here):
    path = run.folder / "versions.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"spikingfa": "0.0.1"}))
    runs = [spikingfa.open_run(run.folder)] * 2
    with pytest.warns(SpikingFAWarning, match=r"there are 2 of version 0\.0\.1") as caught:
        check_finished(runs)
    assert spikingfa.__version__ in str(caught[0].message)
    with pytest.warns(SpikingFAWarning, match=r"1 of version 0\.0\.1"):
        spikingfa.train(run.model, out="run", resume=True, **QUICK)
    (run.folder / "data.json").unlink()
    with pytest.warns(SpikingFAWarning) as caught:
        check_finished([spikingfa.open_run(run.folder)])
    assert "1 of the runs that were made earlier recorded no data" in str(caught[1].message)
