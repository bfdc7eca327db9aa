"""Validation: what is held out, what it is kept out of, and that its errors are called so."""

import csv
import json
import re
import shutil

import numpy as np
import pytest

import spikingfa
from spikingfa.base.errors import DataError
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.model.model import Task
from spikingfa.run_folder.layout import CHECKPOINT
from spikingfa.tasks import load_data
from spikingfa.training import chunks
from spikingfa.training import train as training
from spikingfa.training.checkpoint import Checkpoint
from spikingfa.training.data_fit import topology_of
from spikingfa.training.run_data import data_for

# what is held out


@pytest.mark.parametrize("part", [0.1, 0.25, 0.5])
def test_a_part_of_each_class_is_held_out(part):
    whole, data = load_data(Task()), load_data(Task(validation=part))
    counts, held_out = np.bincount(whole.y_train), np.bincount(data.y_test)
    np.testing.assert_array_equal(held_out, np.round(part * counts))
    rows = [{row.tobytes() for row in x} for x in (data.x_train, data.x_test)]
    assert not rows[0] & rows[1]
    assert rows[0] | rows[1] == {row.tobytes() for row in whole.x_train}


def test_the_seed_of_the_split_draws_the_part():
    one, other = (load_data(Task(name="linear", validation=0.2, split_seed=s)) for s in (0, 1))
    assert len(one.x_test) == len(other.x_test) == 400  # no classes: a part of all
    assert not np.array_equal(one.y_test, other.y_test)


def test_data_that_are_sorted_keep_every_class():
    """The last ones are of one class alone; of a part it does not matter how data are sorted."""
    y = np.repeat([0, 1], 20)
    x = np.random.default_rng(0).random((40, 3))
    data = load_data(Task(validation=0.2), (x, y, x, y))
    assert np.bincount(data.y_test).tolist() == [4, 4]
    assert np.bincount(data.y_train).tolist() == [16, 16]
    with pytest.raises(DataError, match=r"20 are left, none of class 1$"):
        load_data(Task(validation=20), (x, y, x, y))


def test_rare_classes_are_held_out_but_not_wholly():
    y = np.array([0] * 18 + [1] * 2 + [2])
    x = np.random.default_rng(0).random((21, 3))
    data = load_data(Task(validation=0.2), (x, y, x, y))
    assert np.bincount(data.y_test).tolist() == [4, 1]
    assert np.bincount(data.y_train).tolist() == [14, 1, 1]
    with pytest.raises(DataError, match=r"validation = 0.2: of 3 training stimuli 3 are left$"):
        load_data(Task(validation=0.2), (x[-3:], [0, 1, 2], x, y))


@pytest.mark.parametrize("value", [-1, 1.0, 1.5, 0.0, True, "a fifth", [1]])
def test_what_is_no_number_and_no_part_is_refused(value):
    with pytest.raises(spikingfa.ModelError, match=r"^task.*validation.* needs a whole number"):
        spikingfa.load_model("digits_fa").but({"task.validation": value})


def test_a_part_is_written_and_read_again(tmp_path):
    model = spikingfa.load_model("digits_fa").but({"task.validation": 0.2})
    write_model(model, tmp_path / "model.toml")
    assert spikingfa.load_model(tmp_path / "model.toml") == model


@pytest.mark.parametrize("validation", [12, 0.25])
def test_data_in_memory_hold_it_out_too(validation):
    """The model's word was passed over in silence there."""
    whole = load_data(Task())
    arrays = (whole.x_train, whole.y_train, whole.x_test, whole.y_test)
    for given in (whole, arrays):
        data = load_data(Task(validation=validation), given)
        file = load_data(Task(validation=validation))
        for name in ("x_train", "y_train", "x_test", "y_test"):
            np.testing.assert_array_equal(getattr(data, name), getattr(file, name))


# columns of a table

far = pytest.mark.filterwarnings("ignore:.*values lie outside")  # of the test, which is in view


def table(path, rows):
    path.write_text("\n".join(["a,b,kind", *rows]) + "\n")
    return Task(name="arrays", file=str(path), test_file=str(path.with_name("test.csv")))


@pytest.fixture
def outlier(tmp_path):
    """A table of 60 rows, of which the last, and the test, have values far beyond the others."""
    rows = [f"{k % 7},{k % 5},{'xy'[k % 2]}" for k in range(60)]
    rows[-1] = "1000,2000,x"
    (tmp_path / "test.csv").write_text("a,b,kind\n3,500,x\n4,3,y\n")
    return table(tmp_path / "table.csv", rows)


@far
def test_what_is_held_out_has_no_say_in_the_scale_of_a_table(outlier):
    """One outlier there took the largest training value from 1 to 0.006."""
    all_of_it = load_data(outlier)
    assert np.sort(all_of_it.x_train[:, 0])[-2] < 0.01
    data = load_data(outlier.model_copy(update={"validation": 12}))
    assert data.encoding.high == (6, 4)
    assert data.x_train.max(axis=0).tolist() == [1, 1]
    assert data.x_test[-1].tolist() == [1, 1]  # clipped
    limited = load_data(outlier.model_copy(update={"validation": 12, "limit": 4}))
    assert limited.x_train.max(axis=0).tolist() == [1, 1]
    assert limited.encoding.high == (3, 3)


@far
def test_the_test_is_scaled_as_what_was_trained_on(outlier):
    task = outlier.model_copy(update={"validation": 12})
    data = load_data(task, on_test=True)
    np.testing.assert_array_equal(data.x_train, load_data(task).x_train)
    np.testing.assert_allclose(data.x_test, [[1 / 2, 1], [4 / 6, 3 / 4]])


def scaled_by_all(task) -> spikingfa.Data:
    """As an older version encoded a table whose last rows were held out."""
    whole = load_data(task.model_copy(update={"validation": 0}))
    return load_data(task, scaling=whole.encoding)


@pytest.mark.long
@far
def test_runs_of_tables_that_were_scaled_by_all_are_gone_on_with(outlier, tmp_path, monkeypatch):
    """And tested, as they were: it is the same table."""
    from helpers.stopping import assert_same_run, stop_at

    model = spikingfa.Model(
        task=outlier.model_copy(update={"validation": 12}).model_dump(),
        hidden={"size": 12},
        training={"epochs": 2},
        recording={"trials": 2},
    )
    older = scaled_by_all(model.task)
    with monkeypatch.context() as patch:
        patch.setattr(training, "load_as_recorded", lambda *_: older)
        expected = spikingfa.train(model, out=tmp_path / "expected", progress=False)
        stop_at(patch, 4)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=tmp_path / "run", progress=False)
    run = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    assert_same_run(run, expected)
    error = run.metrics["validation_error"]
    assert spikingfa.evaluate(run, over_time=False).error == error
    copy = shutil.copy(model.task.file, tmp_path / "copy.csv")
    assert spikingfa.evaluate(run, data=copy, over_time=False).error == error
    assert spikingfa.train(model, out=run.folder, resume=True, progress=False).metrics["finished"]
    found = spikingfa.evaluate(run, on_test=True, over_time=False)
    np.testing.assert_allclose(data_for(run).encoding.high, [1000, 2000])
    assert (found.part, len(found.targets)) == ("test", 2)


# what it is called


@pytest.fixture(scope="module")
def validated_model(tiny_model):
    return tiny_model.but({"task.validation": 12})


@pytest.fixture(scope="module")
def validated(validated_model, tmp_path_factory):
    """A finished run that is judged by validation. Nobody may write into its folder."""
    out = tmp_path_factory.mktemp("validated") / "run"
    return spikingfa.train(validated_model, out=out, progress=False)


def test_no_file_of_the_run_speaks_of_a_test_error(validated):
    for name in ("metrics.json", "history.csv"):
        text = (validated.folder / name).read_text()
        assert "validation_error" in text
        assert "test_error" not in text
    assert "test_error" not in validated.metrics
    assert list(validated.history)[:3] == ["epoch", "train_error", "validation_error"]
    last = validated.history["validation_error"][-1]
    assert validated.metrics["validation_error"] == pytest.approx(last, rel=1e-5)


def test_nor_does_what_is_told_on_the_way(validated_model, tmp_path, capsys):
    write_model(validated_model, tmp_path / "tiny.toml")
    assert main(["run", str(tmp_path / "tiny.toml"), "--out", str(tmp_path / "run")]) == 0
    told = capsys.readouterr()
    assert re.search(r"^epoch 1/1: validation error \d", told.err, re.M)
    assert re.search(r"^validation error \d", told.out, re.M)
    assert "test" not in told.out.replace(str(tmp_path), "") + told.err.replace(str(tmp_path), "")


def test_nor_do_its_figures_and_its_report(validated, tmp_path):
    ax = spikingfa.plot_learning_curve(validated.history)
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["training sample, no teacher", "validation"]
    page = spikingfa.report(validated, tmp_path / "r.html", test=True).read_text()
    error = f"{100 * validated.metrics['validation_error']:.2f} %"
    assert f"<dt>validation error</dt><dd>{error}</dd>" in page
    assert f"unperturbed: validation error {error} of 12 stimuli" in page
    assert "Validation and training error over epochs" in page
    assert "test error" not in page.lower()


def test_its_test_says_which_stimuli_it_showed(validated, tmp_path, capsys):
    run = shutil.copytree(validated.folder, tmp_path / "run")
    for options, part, n in (([], "validation", 12), (["--on-test"], "test", 12)):
        assert main(["test", str(run), *options]) == 0
        told = capsys.readouterr().out
        folder = run / "tests" / f"unperturbed{'-on-test' * bool(options)}"
        about = json.loads((folder / "test.json").read_text())
        error = about[f"{part}_error"]
        assert f"{part} error" in told
        assert f"{100 * error:.2f} %  ({n} stimuli)" in told
        assert len([key for key in about if key.endswith("_error")]) == 1
    data = load_data(validated.model.task, on_test=True)
    asked = spikingfa.Data(data.x_train, data.y_train, data.x_test, data.y_test, data.classes)
    assert spikingfa.evaluate(validated, data=asked, over_time=False).error == error
    whole = load_data(Task(name="arrays", file=validated.model.task.file))
    np.testing.assert_array_equal(data.x_test, whole.x_test)
    assert main(["test", str(run), "--on-test", "--data", "x.npz"]) == 2
    assert "--on-test is for the data of the training" in capsys.readouterr().err


def test_data_given_in_python_are_shown_as_in_training(validated_model, tmp_path):
    data = load_data(validated_model.task.model_copy(update={"validation": 0}))
    run = spikingfa.train(validated_model, data=data, out=tmp_path / "run", progress=False)
    found = spikingfa.evaluate(run, data=data, over_time=False)
    assert (found.error, found.part) == (run.metrics["validation_error"], "validation")
    found = spikingfa.evaluate(run, data=data, over_time=False, on_test=True)
    assert found.part == "test"
    np.testing.assert_array_equal(found.targets, data.y_test)
    # of others, nothing is held out
    others = (data.x_test, data.y_test, data.x_train[:7], data.y_train[:7])
    found = spikingfa.evaluate(run, data=others, over_time=False)
    assert (found.part, len(found.targets)) == ("test", 7)


# runs of older versions


def as_older(folder) -> None:
    """Call the errors of a run folder as older versions did."""
    for name in ("metrics.json", "history.csv"):
        path = folder / name
        path.write_text(path.read_text().replace("validation_error", "test_error"))
    path = folder / CHECKPOINT
    if path.exists():
        run = spikingfa.open_run(folder)
        topology = topology_of(run.model, load_data(run.model.task))
        at = Checkpoint.read(path, topology)
        at.rows = [{n.replace("validation", "test"): e for n, e in row.items()} for row in at.rows]
        at.save(path)


def test_an_older_run_is_read_and_drawn_as_what_it_was(validated, tmp_path):
    folder = shutil.copytree(validated.folder, tmp_path / "run")
    as_older(folder)
    run = spikingfa.open_run(folder)
    assert run.metrics == validated.metrics
    assert list(run.history) == list(validated.history)
    page = spikingfa.report(run, tmp_path / "r.html").read_text()
    assert "test error" not in page.lower()
    (folder / "model.toml").write_text("damaged")
    assert "test_error" in spikingfa.Run(folder).metrics  # what it was is not known


@pytest.mark.parametrize("schedule", ["exponential", "plateau"])
def test_an_older_run_is_gone_on_with(validated_model, tmp_path, monkeypatch, schedule):
    from helpers.stopping import assert_same_run, stop_at

    monkeypatch.setattr(chunks, "CHUNK", 16)
    changes = {"training.epochs": 3, "plasticity.schedule": schedule, "plasticity.patience": 1}
    model = validated_model.but(changes)
    expected = spikingfa.train(model, out=tmp_path / "expected", progress=False)
    with monkeypatch.context() as patch:
        stop_at(patch, 9)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=tmp_path / "run", progress=False)
    as_older(tmp_path / "run")
    assert "test_error" in (tmp_path / "run" / "history.csv").read_text()
    run = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    assert_same_run(run, expected)
    with open(run.folder / "history.csv", newline="") as file:
        assert "test_error" not in next(csv.reader(file))
