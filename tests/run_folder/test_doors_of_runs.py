"""A run trained on one table, tested and asked on others: scaled and numbered as in training.

What comes out is compared with what is worked out by hand: columns scaled in NumPy by the range of
the training rows, classes numbered in their order, and handed over as arrays.
"""

import csv
import json
import shutil

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.files import write_model

KINDS = ("basket", "chandelier", "martinotti")
COLUMNS = ("width", "rate", "depth", "burst", "gain", "decay")  # as many as `tiny_model` has inputs
CENTRES = np.random.default_rng(3).uniform(-1, 1, (len(KINDS), len(COLUMNS)))
SCALES, OFFSETS = np.array([0.1, 30, 400, 1, 5, 1e-3]), np.array([0.5, 50, 300, 0, -7, 2e-3])


def cells(seed: int, kinds) -> tuple[np.ndarray, np.ndarray]:
    """Measurements (n, 6) of cells of these kinds, and their kinds."""
    rng, kinds = np.random.default_rng(seed), np.asarray(kinds)
    x = CENTRES[[KINDS.index(kind) for kind in kinds]] + 0.3 * rng.normal(size=(len(kinds), 6))
    return (OFFSETS + SCALES * x).round(6), kinds


def write_table(path, x, kinds=None, columns=COLUMNS) -> str:
    """A table whose columns come in this order; the kind, if there is one, stands last."""
    rows = x[:, [COLUMNS.index(name) for name in columns]].tolist()
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, *(["kind"] if kinds is not None else [])])
        for row, kind in zip(rows, kinds if kinds is not None else rows):
            writer.writerow([*row, *([kind] if kinds is not None else [])])
    return str(path)


TRAINED = cells(1, np.tile(KINDS, 20))


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The table of the training."""
    return write_table(tmp_path_factory.mktemp("cells") / "cells.csv", *TRAINED)


@pytest.fixture(scope="module")
def run(table, tiny_model, tmp_path_factory):
    """A run that was trained on it. Nobody may write into its folder."""
    model = tiny_model.but({"task.file": table, "training.epochs": 8})
    out = tmp_path_factory.mktemp("cells") / "run"
    return spikingfa.train(model, out=out, progress=False, figures=False)


@pytest.fixture
def copy(run, tmp_path):
    """The same, in a folder of its own."""
    return spikingfa.open_run(shutil.copytree(run.folder, tmp_path / "run"))


def by_hand(x, kinds) -> spikingfa.Data:
    """These cells as the test of arrays: scaled and numbered as in training, but not by it."""
    trained, labels = TRAINED
    rows, _ = train_test_split(np.arange(60), test_size=0.2, stratify=labels, random_state=0)
    low, high = trained[rows].min(axis=0), trained[rows].max(axis=0)
    x = np.clip((x - low) / (high - low), 0, 1).astype(np.float32)
    y = np.array([KINDS.index(kind) for kind in kinds])
    return spikingfa.Data(x, y, x, y, classes=KINDS)


def command(*arguments) -> int:
    return main([str(argument) for argument in arguments])


def complaint(capsys, *arguments) -> str:
    """The one line in which a command ends."""
    status, told = command(*arguments), capsys.readouterr()
    assert status == 2, told
    assert told.err.count("\n") == 1, told.err
    assert told.out == ""
    return told.err


# other data


NEW = cells(2, np.repeat(KINDS, 10))
ORDER = np.random.default_rng(5).permutation(30)
FEW = NEW[1] != "chandelier"


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("x", "kinds", "columns"),
    [
        pytest.param(*NEW, COLUMNS, id="another"),
        pytest.param(NEW[0][ORDER], NEW[1][ORDER], COLUMNS, id="another row order"),
        pytest.param(*NEW, COLUMNS[::-1], id="another column order"),
        pytest.param(NEW[0][FEW], NEW[1][FEW], COLUMNS, id="fewer classes"),
        pytest.param(NEW[0][:5], NEW[1][:5], COLUMNS, id="another range, one class"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*outside the range")
def test_all_of_another_table_is_shown_as_in_training(run, tmp_path, capsys, x, kinds, columns):
    path = write_table(tmp_path / "new.csv", x, kinds, columns)
    right = spikingfa.evaluate(run, data=by_hand(x, kinds), over_time=False)
    assert 0 < right.error < 1
    for given in (path, (x, kinds)):
        found = spikingfa.evaluate(run, data=given, over_time=False)
        np.testing.assert_array_equal(found.predictions, right.predictions)
        np.testing.assert_array_equal(found.targets, right.targets)
        assert (found.classes, found.error, found.held_out) == (KINDS, right.error, False)

    assert command("test", run.folder, "--data", path, "-o", tmp_path / "test") == 0
    told = capsys.readouterr().out
    assert f"{path}: {len(x)} stimuli, not of the training" in told
    assert f"{100 * right.error:.2f} %  ({len(x)} stimuli)" in told
    assert "nan" not in told
    about = json.loads((tmp_path / "test" / "test.json").read_text())
    assert about["test_error"] == right.error
    assert about["data"] == {"source": path, "held_out_in_training": False}

    answers = tmp_path / "answers.csv"
    assert command("predict", run.folder, path, "-o", answers) == 0
    with open(answers, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["class"] for row in rows] == [KINDS[k] for k in right.predictions]
    assert [row["row"] for row in rows] == [str(k) for k in range(len(x))]
    for row in rows:  # ties apart, the most spikes decide
        spikes = {kind: int(row[f"spikes_{kind}"]) for kind in KINDS}
        assert spikes[row["class"]] == max(spikes.values())


def test_new_stimuli_are_angles_to_bp_and_inverse_at_all(run):
    """Else the errors above could be those of any scaling."""
    x, kinds = NEW
    low, high = x.min(axis=0), x.max(axis=0)
    scaled = ((x - low) / (high - low)).astype(np.float32)
    y = by_hand(x, kinds).y_test
    other = spikingfa.evaluate(run, data=spikingfa.Data(scaled, y, scaled, y, classes=KINDS))
    assert (other.predictions != spikingfa.evaluate(run, data=by_hand(x, kinds)).predictions).any()


def test_a_test_on_other_data_leaves_that_on_the_runs_own(copy, tmp_path):
    path = write_table(tmp_path / "new cells.csv", *by_range(NEW))
    assert command("test", copy.folder) == command("test", copy.folder, "--data", path) == 0
    names = sorted(path.name for path in (copy.folder / "tests").iterdir())
    assert names == ["unperturbed", "unperturbed-on-new cells"]
    own = json.loads((copy.folder / "tests" / "unperturbed" / "test.json").read_text())
    assert own["test_error"] == copy.metrics["test_error"]
    assert own["data"] == {"source": None, "held_out_in_training": True}


def by_range(part):
    """Those of the cells that lie within the range of the training."""
    x, kinds = part
    data = by_hand(x, kinds).x_test
    inside = ((data > 0) & (data < 1)).all(axis=1)
    return x[inside], kinds[inside]


@pytest.mark.parametrize(
    ("columns", "kinds", "told"),
    [
        (COLUMNS, ["basket", "bipolar"], "'bipolar'"),
        (COLUMNS[:-1], ["basket", "basket"], "no column 'decay'"),
        (COLUMNS, None, "no labels"),
    ],
)
def test_what_does_not_suit_the_run_is_refused_by_name(run, tmp_path, capsys, columns, kinds, told):
    path = write_table(tmp_path / "new.csv", by_range(NEW)[0][:2], kinds, columns)
    assert told in complaint(capsys, "test", run.folder, "--data", path, "-o", tmp_path / "test")
    assert not (tmp_path / "test").exists()


def test_arrays_of_other_columns_are_refused(run, tmp_path, capsys):
    np.savez(tmp_path / "new.npz", x=np.full((4, 6), 0.5), y=np.array([0, 1, 2, 0]))
    assert "columns" in complaint(capsys, "test", run.folder, "--data", tmp_path / "new.npz")


def test_arrays_of_fewer_classes_are_numbered_as_in_training(tiny_run, tiny_data, tmp_path):
    """A run trained on 0 to 2, tested on stimuli of 1 and 2 alone."""
    with np.load(tiny_data) as stored:
        chosen = stored["y"] > 0
        x, y = stored["x"][chosen][::-1], stored["y"][chosen][::-1]
    np.savez(tmp_path / "new.npz", x=x, y=y)
    data = spikingfa.Data(x, y, x, y, classes=("0", "1", "2"))
    right = spikingfa.evaluate(tiny_run, data=data, over_time=False)
    found = spikingfa.evaluate(tiny_run, data=tmp_path / "new.npz", over_time=False)
    np.testing.assert_array_equal(found.predictions, right.predictions)
    assert len(found.targets) == 40
    assert found.error == right.error
    assert np.isnan(found.error_by_class["0"])
    two = spikingfa.Data(x, y - 1, x, y - 1, classes=("1", "2"))  # the same, in memory
    assert spikingfa.evaluate(tiny_run, data=two, over_time=False).error == right.error
    unknown = spikingfa.Data(x, y - 1, x, y - 1, classes=("1", "two"))
    with pytest.raises(spikingfa.DataError, match="'two' is none of the run's, which are 0, 1, 2"):
        spikingfa.evaluate(tiny_run, data=unknown)


def test_other_units_are_refused(tiny_run, tmp_path, capsys):
    np.savez(tmp_path / "new.npz", x=np.full((4, 5), 0.5), y=np.array([0, 1, 2, 0]))
    told = complaint(capsys, "test", tiny_run.folder, "--data", tmp_path / "new.npz")
    assert "5 features, not 6" in told


def test_a_copy_of_the_training_data_is_known_as_such(run, table, tmp_path, capsys):
    moved = shutil.copy(table, tmp_path / "moved.csv")
    assert command("test", run.folder, "--data", moved, "-o", tmp_path / "test") == 0
    told = capsys.readouterr().out
    assert f"{moved}: 12 stimuli, held out in the training" in told
    assert f"{100 * run.metrics['test_error']:.2f} %" in told


def test_other_data_are_recorded_as_in_training(copy, tmp_path, capsys):
    x, kinds = by_range(NEW)
    path = write_table(tmp_path / "new.csv", x, kinds)
    data = by_hand(x, kinds)
    right = spikingfa.record(copy, stimuli=[3, 0], data=data, name="right", progress=False)
    found = spikingfa.record(copy, stimuli=[3, 0], data=path, name="found", progress=False)
    np.testing.assert_array_equal(found.spikes.t, right.spikes.t)
    assert found.spikes.labels == right.spikes.labels == (kinds[3], kinds[0])
    assert command("record", copy.folder, "--data", path, "--trials", 2) == 0
    assert f"{path}: {len(x)} stimuli, not of the training" in capsys.readouterr().out
    told = complaint_of_record(capsys, copy, path)
    assert "no training set in these data" in told


def complaint_of_record(capsys, run, path) -> str:
    assert command("record", run.folder, "--data", path, "--training-set") == 2
    return capsys.readouterr().err


# predictions


def test_stimuli_in_memory_are_answered_as_those_of_a_file(run, tmp_path):
    import pandas

    x, kinds = by_range(NEW)
    right = spikingfa.evaluate(run, data=by_hand(x, kinds), over_time=False)
    frame = pandas.DataFrame(x, columns=COLUMNS)
    path = write_table(tmp_path / "new.csv", x)
    for given in (path, tmp_path / "new.csv", x, x.tolist(), frame, frame[list(COLUMNS[::-1])]):
        found = spikingfa.predict(run, given)
        np.testing.assert_array_equal(found.answers, right.predictions)
        assert found.classes == KINDS
        assert found.labels == tuple(KINDS[k] for k in right.predictions)
        assert found.outputs.shape == found.charges.shape == (len(x), 3)
        assert found.unit == "spikes"
        assert len(found) == len(x)
    with pytest.raises(spikingfa.DataError, match="no column 'decay'"):
        spikingfa.predict(run, frame[list(COLUMNS[:-1])])
    with pytest.raises(spikingfa.DataError, match="5 features, not 6"):
        spikingfa.predict(run, x[:, :5])


def test_without_a_file_to_write_the_answers_are_printed(run, tmp_path, capsys):
    x, _ = by_range(NEW)
    path = write_table(tmp_path / "new.csv", x)
    assert command("predict", run.folder, path) == 0
    header, *rows = csv.reader(capsys.readouterr().out.splitlines())
    assert header == ["row", "class", *(f"spikes_{kind}" for kind in KINDS)]
    assert [row[1] for row in rows] == list(spikingfa.predict(run, path).labels)


@pytest.mark.long
def test_labels_have_no_say_in_an_answer(run, tmp_path):
    """The teacher is silent, also where what it excites reaches the soma."""
    coupled = shutil.copytree(run.folder, tmp_path / "run")
    write_model(run.model.but({"hidden.g_couple": "20 nS"}), coupled / "model.toml")
    x, kinds = by_range(NEW)
    answers = [
        spikingfa.predict(coupled, write_table(tmp_path / "new.csv", x, labels)).outputs
        for labels in (kinds, kinds[::-1], None)
    ]
    assert answers[0].any()
    for other in answers[1:]:
        np.testing.assert_array_equal(answers[0], other)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "changes", "columns"),
    [
        ("linear_fa", {"task.n_train": 60, "task.n_test": 20}, "value_0"),
        ("spike_pattern_fa", {"task.n_train": 4, "task.n_test": 2}, "time_ms"),
    ],
)
def test_answers_that_are_no_classes(name, changes, columns, tmp_path):
    model = spikingfa.load_model(name).but(
        changes | {"hidden.size": 12, "training.epochs": 1, "recording.trials": 0}
    )
    run = spikingfa.train(model, out=tmp_path / "run", progress=False, figures=False)
    data = spikingfa.tasks.load_data(model.task)
    found, right = spikingfa.predict(run, data.x_test), spikingfa.evaluate(run, over_time=False)
    assert found.labels == found.classes == ()
    assert columns in found.table()
    if columns == "value_0":
        np.testing.assert_array_equal(found.answers, right.predictions)
        assert len(found.table()["row"]) == 20
    else:
        np.testing.assert_array_equal(found.answers.times, right.predictions.times)
        assert len(found.table()["row"]) == len(right.predictions.times)


# arguments


def test_a_test_file_beside_data_is_kept(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_table("test.csv", *by_range(NEW))
    arguments = ["--epochs", "1", "--set", "hidden.size=12", "--set", "task.test_file=test.csv"]
    assert command("run", "digits_fa", "--data", table, *arguments, "--out", "run") == 0
    run = spikingfa.open_run("run")
    assert run.model.task.test_file == str(tmp_path / "test.csv")
    assert run.data.sources == (table, str(tmp_path / "test.csv"))
    assert run.data.n_train == 60
    assert run.data.n_test == len(by_range(NEW)[0])


@pytest.mark.parametrize(
    "arguments",
    [
        ["--data", "a.csv", "--set", "task.file=b.csv"],
        ["--data-dir", "a", "--set", "task.folder=b", "--set", "task.name=idx"],
    ],
)
def test_the_same_thing_said_twice_is_refused(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert "give one of them" in complaint(capsys, "run", "digits_fa", *arguments)
