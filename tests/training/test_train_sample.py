"""The training error: that of a sample of the training stimuli, shown without teacher."""

import csv
import json

import numpy as np
import pytest

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.plots import plot_learning_curve
from spikingfa.run_folder.layout import CHECKPOINT
from spikingfa.training import chunks, train_sample
from spikingfa.training.checkpoint import Checkpoint
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session


@pytest.fixture
def small_sample(monkeypatch):
    """A sample of 20 of the 48 training stimuli."""
    monkeypatch.setattr(train_sample, "SAMPLE", 20)


def test_a_small_training_set_is_the_sample():
    sample = train_sample.train_sample(3, 50)
    assert sorted(sample) == list(range(50))
    assert sample.tolist() == train_sample.train_sample(3, 50).tolist()


def test_of_a_large_one_the_sample_is_a_part():
    sample = train_sample.train_sample(3, 60_000)
    assert len(set(sample)) == train_sample.SAMPLE == 2000
    assert set(sample) != set(train_sample.train_sample(4, 60_000))


def test_it_is_the_error_of_the_weights_that_are_stored(tiny_model, tmp_path, small_sample):
    """Asked of the stored weights by a test of these stimuli, which knows no training."""
    model = tiny_model.but({"training.epochs": 2, "recording.weights": True})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    data = spikingfa.tasks.load_data(model.task)
    sample = train_sample.train_sample(model.training.seed, len(data.x_train))
    x, y = data.x_train[sample], data.y_train[sample]
    asked = spikingfa.Data(x[:1], y[:1], x, y, classes=data.classes)
    for epoch, error in enumerate(run.history["train_error"]):
        run.arrays = run.arrays_after(epoch)
        assert spikingfa.evaluate(run, data=asked, over_time=False).error == pytest.approx(error)
    assert run.metrics["train_error"] == run.history["train_error"][-1]


@pytest.mark.long
def test_the_sample_moves_nothing(tiny_model, tmp_path, monkeypatch):
    """Neither weights nor the other errors depend on whether, and what, is asked."""
    model = tiny_model.but({"training.epochs": 2, "hidden.i_noise": "50 pA"})
    runs = []
    for size in (48, 7):
        monkeypatch.setattr(train_sample, "SAMPLE", size)
        runs.append(spikingfa.train(model, out=tmp_path / str(size), progress=False))
    one, other = runs
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name])
    for column in one.history.keys() - {"train_error"}:
        np.testing.assert_array_equal(one.history[column], other.history[column])


def test_who_learns_nothing_knows_nothing_although_the_teacher_speaks(tiny_model, tmp_path):
    """Labels are random: with the teacher's help, fewer answers were wrong."""
    rng = np.random.default_rng(0)
    x, y = rng.random((120, 6)), rng.integers(0, 3, 120)
    model = tiny_model.but({"task.name": "digits", "task.file": None, "training.epochs": 1})
    still = model.but({"plasticity.eta_hidden": 0, "plasticity.eta_output": 0})
    run = spikingfa.train(
        still, data=(x[:90], y[:90], x[90:], y[90:]), out=tmp_path / "r", progress=False
    )
    before, after = run.history["train_error"]
    assert before == after


def older(folder) -> None:
    """Make a run folder one of an older version, in which the errors were those while learning."""
    path = folder / "history.csv"
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["train_error"] = ""
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    versions = json.loads((folder / "versions.json").read_text())
    (folder / "versions.json").write_text(json.dumps(versions | {"format": 1}))


def legend(history) -> list[str]:
    return [text.get_text() for text in plot_learning_curve(history).get_legend().get_texts()]


def test_figures_say_which_it_is(tiny_run, tmp_path):
    from shutil import copytree

    assert legend(tiny_run.history) == ["training sample, no teacher", "test"]
    older(copytree(tiny_run.folder, tmp_path / "older"))
    run = spikingfa.open_run(tmp_path / "older")
    assert legend(run.history) == ["training, while learning", "test"]
    assert legend([run.history, tiny_run.history])[0] == "training"
    assert "while learning</dd>" in spikingfa.report(run, tmp_path / "r.html").read_text()
    page = spikingfa.report(tiny_run, tmp_path / "new.html").read_text()
    assert "of a sample</dd>" in page
    assert "while learning" not in page


def test_the_command_says_which_it_is(tiny_model, tmp_path, capsys):
    write_model(tiny_model, tmp_path / "tiny.toml")
    assert main(["run", str(tmp_path / "tiny.toml"), "--out", str(tmp_path / "run")]) == 0
    assert "(48 training stimuli, without teacher)" in capsys.readouterr().out


def test_a_run_of_an_older_version_goes_on_as_it_measured(tiny_model, tmp_path, monkeypatch):
    """One column is one thing: the errors while learning, to the end."""
    from helpers.stopping import stop_at

    monkeypatch.setattr(chunks, "CHUNK", 16)
    model = tiny_model.but({"training.epochs": 2})
    with monkeypatch.context() as patch:
        stop_at(patch, 4)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(model, out=tmp_path / "run", progress=False)
    path = tmp_path / "run" / CHECKPOINT
    topology = topology_of(model, spikingfa.tasks.load_data(model.task))
    at = Checkpoint.read(path, topology)
    at.rows[0]["train_error"] = float("nan")
    at.save(path)
    answers, losses, losses_in = [], Session.losses, Session.losses_in

    def kept(self, given, order):
        found = losses(self, given, order)
        answers.append((len(order), found.sum()))
        return found

    def kept_in(self, chunk, outcome):
        found = losses_in(self, chunk, outcome)
        answers.append((len(chunk.order), found.sum()))
        return found

    monkeypatch.setattr(Session, "losses", kept)
    monkeypatch.setattr(Session, "losses_in", kept_in)
    run = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    assert np.isnan(run.history["train_error"][0])
    in_second = [wrong for n, wrong in answers if n == 16][-3:]
    assert run.history["train_error"][2] == pytest.approx(sum(in_second) / 48)
    assert 48 not in {n for n, _ in answers}  # no sample was shown
