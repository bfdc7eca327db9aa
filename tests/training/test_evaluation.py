"""Stored weights tested again: the same answers as in training, worse ones when perturbed."""

import csv
import json

import numpy as np
import pytest

import spikingfa
from spikingfa.cli.main import main
from spikingfa.model.model import Model
from spikingfa.network.initial import initial_state
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.training.evaluation import evaluate
from spikingfa.training.perturbation import Perturbation


def test_unperturbed_it_answers_as_at_the_end_of_training(tiny_run):
    found = evaluate(tiny_run)
    assert found.error == tiny_run.metrics["test_error"]
    assert found.errors[-1] == found.error
    assert found.durations[-1] == pytest.approx(float(tiny_run.model.training.trial))
    assert (np.diff(found.durations) > 0).all()


def test_confusions_add_up(tiny_run):
    found = evaluate(tiny_run, over_time=False)
    n = len(found.targets)
    assert found.confusion.sum() == n
    assert 1 - np.trace(found.confusion) / n == pytest.approx(found.error)
    counts = dict(zip(found.classes, np.bincount(found.targets)))
    wrong = sum(counts[name] * error for name, error in found.error_by_class.items())
    assert wrong == pytest.approx(n * found.error)


def test_the_run_folder_is_left_alone(tiny_run):
    before = {path: path.stat().st_mtime_ns for path in tiny_run.folder.rglob("*")}
    evaluate(tiny_run, Perturbation(kill=0.5))
    assert before == {path: path.stat().st_mtime_ns for path in tiny_run.folder.rglob("*")}


def test_the_killed_reach_their_own_layer_no_more():
    model = Model(hidden=[{"size": 4, "recurrent": "fixed"}, {"size": 4}])
    state = initial_state(Topology(model, Stimuli(3, 2, 1.0)), np.random.default_rng(0))
    left = Perturbation(kill=0.5).of_weights(model, state)
    names = ("hidden_0_to_hidden_0", "hidden_0_to_hidden_1")
    silent = [np.flatnonzero((left[f"{name}.w"] == 0).all(axis=1)) for name in names]
    assert len(silent[0]) == 2
    np.testing.assert_array_equal(*silent)


def test_what_is_killed_is_a_part_of_each_hidden_layer(tiny_run):
    model, weights = tiny_run.model, tiny_run.arrays
    state = Perturbation(kill=0.25).of_weights(model, weights)
    dead = (state["hidden_to_output.w"] == 0).all(axis=1)
    assert dead.sum() == round(0.25 * model.hidden[0].size)
    np.testing.assert_array_equal(
        state["hidden_to_output.w"][~dead], weights["hidden_to_output.w"][~dead]
    )
    np.testing.assert_array_equal(state["input_to_hidden.w"], weights["input_to_hidden.w"])


def test_a_network_without_hidden_neurons_guesses(tiny_run):
    """All outputs are silent and uncharged, and the first class is given."""
    found = evaluate(tiny_run, Perturbation(kill=1.0))
    assert set(found.predictions) == {0}


def test_weight_noise_is_relative_and_repeatable(tiny_run):
    one, same, other = (
        Perturbation(weight_noise=0.1, seed=seed).of_weights(tiny_run.model, tiny_run.arrays)
        for seed in (1, 1, 2)
    )
    w = "input_to_hidden.w"
    np.testing.assert_array_equal(one[w], same[w])
    assert not np.array_equal(one[w], other[w])
    relative = one[w] / tiny_run.arrays[w] - 1
    assert 0.07 < relative.std() < 0.13


def test_a_noise_current_changes_answers_only_if_it_is_strong(tiny_run):
    quiet = evaluate(tiny_run, over_time=False)
    weak = evaluate(tiny_run, Perturbation(noise="0.001 pA"), over_time=False)
    strong = evaluate(tiny_run, Perturbation(noise="100 nA"), over_time=False)
    assert weak.error == quiet.error
    assert (strong.predictions != quiet.predictions).any()


def test_a_noise_current_repeats_with_its_seed(tiny_run):
    one, same, other = (
        evaluate(tiny_run, Perturbation(noise="300 pA", seed=seed), over_time=False)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.predictions, same.predictions)
    assert (one.predictions != other.predictions).any()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kill": 1.5}, "kill: needs a part from 0 to 1, got 1.5"),
        ({"kill": float("nan")}, "kill: needs a part from 0 to 1, got nan"),
        ({"weight_noise": -1}, "weight_noise: must not be negative, got -1"),
        ({"noise": "3 mV"}, "noise: needs a current"),
        ({"noise": "-3 pA"}, "noise: must not be negative"),
        ({"presentation": "0 ms"}, "presentation: 0 ms must be a whole number of steps"),
        ({"presentation": "1.5 ms"}, "presentation: 1.5 ms must be a whole number of steps"),
        ({"presentation": "long"}, "presentation: needs a time"),
    ],
)
def test_perturbations_that_make_no_sense(tiny_run, options, told):
    with pytest.raises(spikingfa.ModelError, match=told):
        evaluate(tiny_run, Perturbation(**options))


def test_data_of_another_size_are_refused(tiny_run):
    data = spikingfa.tasks.load_data(spikingfa.Model().task)
    with pytest.raises(spikingfa.DataError, match=r"have 64 features, the network .* on 6"):
        evaluate(tiny_run, data=data)


def test_the_command_writes_tables_and_figures(tiny_run, tmp_path, capsys):
    out = tmp_path / "test"
    command = ["test", str(tiny_run.folder), "-o", str(out), "--kill", "0.5", "--noise", "10 pA"]
    assert main(command) == 0
    assert main(command) == 0  # once more: an earlier test is replaced
    told = json.loads((out / "test.json").read_text())
    assert f"test error   {100 * told['test_error']:.2f} %" in capsys.readouterr().out
    assert told["perturbation"]["kill"] == 0.5
    with open(out / "confusion.csv", newline="") as file:
        header, *rows = csv.reader(file)
    assert header[1:] == [row[0] for row in rows]
    assert sum(int(n) for row in rows for n in row[1:]) == told["n_stimuli"]
    with open(out / "error_over_time.csv", newline="") as file:
        last = list(csv.DictReader(file))[-1]
    assert float(last["error"]) == told["test_error"]
    for name in ("confusion", "error_over_time"):
        assert (out / f"{name}.png").stat().st_size > 5000
    assert not list(out.glob(".*"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "the run folder nowhere does not exist"),
        (["RUN", "--kill", "2"], "argument --kill: needs a number from 0 to 1, got '2'"),
        (["RUN", "--noise", "50"], "noise: needs a current with its unit"),
        (["RUN", "--data-dir", "d"], "--data-dir needs a model whose task is mnist or idx"),
        (["RUN", "-o", "."], "is not empty and holds no test"),
    ],
)
def test_mistakes_end_in_one_line(tiny_run, tmp_path, monkeypatch, capsys, arguments, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "precious").write_text("kept")
    arguments = [str(tiny_run.folder) if a == "RUN" else a for a in arguments]
    try:
        status = main(["test", *arguments])
    except SystemExit as end:
        status = end.code
    complaint = capsys.readouterr().err
    assert status == 2
    assert complaint.count("\n") == 1
    assert told in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
