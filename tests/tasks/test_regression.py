"""Function approximation: the functions, the pairs of neurons, and networks that learn them."""

import csv
import json

import numpy as np
import pytest

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.model import Task
from spikingfa.tasks import load_data
from spikingfa.tasks.pairs import signed

SMALL = {"task.n_train": 60, "task.n_test": 20, "hidden.size": 12, "training.epochs": 1}


@pytest.fixture(scope="module", params=["linear", "nonlinear"])
def data(request):
    return load_data(Task(name=request.param))


def test_sizes_are_those_of_the_article_in_pairs(data):
    assert (data.n_features, data.n_outputs) == (60, 20)
    assert data.x_train.shape == (2000, 60)
    assert data.x_test.shape == (500, 60)
    assert data.answers.shape == (2500, 20)
    np.testing.assert_array_equal(data.y_test, np.arange(500))
    np.testing.assert_array_equal(data.y_train, np.arange(500, 2500))
    assert np.abs(signed(data.answers)).max() == 1


def test_inputs_are_standard_normal(data):
    x = 4 * signed(data.x_train)
    assert abs(x.mean()) < 0.02
    assert abs(x.std() - 1) < 0.02


def least_squares(data) -> float:
    """Normalised squared error of the best affine map."""
    x, y = signed(data.x_train), signed(data.answers[data.y_train])
    x = np.column_stack([x, np.ones(len(x))])
    left = y - x @ np.linalg.lstsq(x, y)[0]
    return (left**2).sum() / ((y - y.mean(axis=0)) ** 2).sum()


def test_one_is_linear_and_the_other_is_not():
    assert least_squares(load_data(Task(name="linear"))) < 1e-10
    assert 0.08 < least_squares(load_data(Task(name="nonlinear"))) < 0.15


def test_the_linear_map_is_uniform_about_zero():
    """T ~ U[-1, 1], but for the scale of the answers."""
    data = load_data(Task(name="linear"))
    x, y = signed(data.x_train), signed(data.answers[data.y_train])
    t = np.linalg.lstsq(x, y)[0]
    quartiles = np.quantile(t / np.abs(t).max(), [0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_allclose(quartiles, [-1, -0.5, 0, 0.5, 1], atol=0.2)


def test_the_best_linear_map_is_left_with_what_is_said_of_it():
    """11.4 % NSE of the nonlinear function that `nonlinear_fa` learns."""
    data = spikingfa.tasks.load_data(spikingfa.load_model("nonlinear_fa").task)
    on, off = data.answers[:, ::2], data.answers[:, 1::2]
    y, y_test = ((on - off)[k] for k in (data.y_train, data.y_test))
    x, x_test = (np.c_[x, np.ones(len(x))] for x in (data.x_train, data.x_test))
    left = y_test - x_test @ np.linalg.lstsq(x, y, rcond=None)[0]
    nse = (left**2).sum() / ((y_test - y_test.mean(axis=0)) ** 2).sum()
    assert nse == pytest.approx(0.114, abs=0.0005)


def test_more_training_leaves_the_test_as_it_is():
    one, more = (load_data(Task(name="nonlinear", n_train=n)) for n in (100, 200))
    np.testing.assert_array_equal(one.x_test, more.x_test)
    np.testing.assert_array_equal(one.x_train, more.x_train[:100])


def test_the_seed_draws_function_and_stimuli():
    one, same, other = (load_data(Task(name="linear", seed=seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.answers, same.answers)
    assert not np.array_equal(one.answers, other.answers)


def test_validation_and_limit_keep_stimuli_and_answers_together():
    whole = load_data(Task(name="linear", n_train=50, n_test=5))
    data = load_data(Task(name="linear", n_train=50, n_test=5, validation=10, limit=30))
    assert data.y_train.tolist() == list(range(5, 35))
    assert data.y_test.tolist() == list(range(45, 55))
    np.testing.assert_array_equal(data.x_test, whole.x_train[40:])
    with pytest.raises(spikingfa.DataError, match=r"of 50 training stimuli 0 are left$"):
        load_data(Task(name="linear", n_train=50, validation=50))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    model = spikingfa.Model().but({"task.name": "linear"} | SMALL)
    return spikingfa.train(model, out=tmp_path_factory.mktemp("run"), progress=False)


def test_a_run_says_that_its_errors_are_nse(run, capsys):
    assert run.metrics["metric"] == "nse"
    assert run.history["test_error"][0] == pytest.approx(1, abs=0.1)  # silent, so near the mean
    assert main(["run", "digits_fa", "--out", str(run.folder), "--resume"]) == 2
    capsys.readouterr()
    assert set(run.spikes.labels) == {""}


def test_a_test_says_so_too(run, tmp_path, capsys):
    main(["test", str(run.folder), "-o", str(tmp_path / "test")])
    told = json.loads((tmp_path / "test" / "test.json").read_text())
    assert told["metric"] == "nse"
    assert told["test_error"] == run.metrics["test_error"]
    assert told["error_by_class"] == {}
    out = capsys.readouterr().out
    assert f"test NSE     {100 * told['test_error']:.2f} %  (20 stimuli)" in out
    assert "by class" not in out
    with open(tmp_path / "test" / "answers.csv") as file:
        header, *rows = csv.reader(file)
    assert header[::10] == ["wanted_0", "answered_0"]
    values = np.array(rows, float)
    wanted, answered = values[:, :10], values[:, 10:]
    nse = ((wanted - answered) ** 2).sum() / ((wanted - wanted.mean(axis=0)) ** 2).sum()
    assert nse == pytest.approx(told["test_error"], rel=1e-3)
    assert not (tmp_path / "test" / "confusion.csv").exists()


def test_it_cannot_be_judged_before_the_teacher_begins(run):
    found = spikingfa.evaluate(run)
    assert found.durations[0] > float(run.model.teacher_latency)
    with pytest.raises(spikingfa.ModelError) as caught:
        spikingfa.evaluate(run, spikingfa.Perturbation(presentation="12 ms"))
    assert str(caught.value) == (
        "a presentation of 12 ms is too short: answers are judged from 12 ms on"
        " (output.teacher_latency, output.readout_latency)"
    )


def test_progress_is_that_of_the_metric(tmp_path, capsys):
    settings = [f"--set={path}={value}" for path, value in SMALL.items()]
    out = str(tmp_path / "run")
    main(["run", "digits_fa", "--set", "task.name=linear", *settings, "--out", out])
    told = capsys.readouterr()
    assert "epoch 1/1: test NSE " in told.err
    assert told.out.startswith("test NSE     ")
    assert "train NSE    " in told.out


def test_a_comparison_is_of_the_metric(in_this_process, tmp_path, capsys):
    settings = [f"--set={path}={value}" for path, value in SMALL.items()]
    vary = ["--vary", "plasticity.eta_hidden=0,1", "--seeds", "1", "-o", str(tmp_path / "out")]
    main(["compare", "digits_fa", "--set", "task.name=linear", *settings, *vary])
    told = capsys.readouterr()
    assert "validation NSE (%)" in told.out
    assert "validation NSE " in told.err


@pytest.mark.slow
@pytest.mark.parametrize(("name", "most"), [("linear_fa", 0.02), ("nonlinear_fa", 0.08)])
def test_functions_are_learnt(name, most, tmp_path):
    run = spikingfa.train(spikingfa.load_model(name), seed=1, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] < most
    assert run.metrics["angle_deg"] < 70
