"""Stimuli that a function draws: new ones in every epoch, the same for the same seed."""

import numpy as np
import pytest
from helpers.stopping import assert_same_run, stop_at

import spikingfa
from spikingfa.base.errors import DataError
from spikingfa.model.model import Model
from spikingfa.training import chunks

CLASSES = ("level", "upright")


def stripe(trial, rng):
    """A bright row or column of 5 x 4 pixels."""
    upright, image = bool(rng.random() < 0.5), np.full((5, 4), 0.1)
    if upright:
        image[:, rng.integers(4)] = 1
    else:
        image[rng.integers(5)] = 1
    return image, CLASSES[upright]


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK", 20)
    return Model().but({"hidden.size": 20, "training.epochs": 3, "recording.trials": 3})


def stimuli(draw=stripe, classes=CLASSES, **sizes):
    return spikingfa.Stimuli(draw, classes, **{"n_train": 48, "n_test": 20} | sizes)


def trained(model, folder, data, **how):
    return spikingfa.train(model, data=data, out=folder, progress=False, figures=False, **how)


def test_each_trial_of_the_training_is_drawn_once(model, tmp_path):
    seen = []

    def draw(trial, rng):
        seen.append(trial)
        return stripe(trial, rng)

    run = trained(model, tmp_path / "run", stimuli(draw))
    first, test, *shown = seen[:48], seen[48:68], *seen[68:]
    assert first == list(range(48))
    assert test == list(range(20))
    # one more for each chunk, which `Data` takes for a test
    assert [*dict.fromkeys(shown)] == list(range(3 * 48))
    assert run.data.image == (5, 4)
    assert run.data.classes == CLASSES


def test_it_learns_what_never_comes_twice(tmp_path):
    model = Model().but({"hidden.size": 50, "training.epochs": 6})
    run = trained(model, tmp_path / "run", stimuli(n_train=300, n_test=200))
    assert run.metrics["test_error"] < 0.1 < run.history["test_error"][0]


@pytest.mark.parametrize("n", [5, 9, 12])
def test_interrupted_it_goes_on_to_the_same_bits(n, model, tmp_path, monkeypatch):
    plain = trained(model, tmp_path / "plain", stimuli())
    with monkeypatch.context() as patch:
        stop_at(patch, n)
        with pytest.raises(KeyboardInterrupt):
            trained(model, tmp_path / "run", stimuli())
    assert_same_run(plain, trained(model, tmp_path / "run", stimuli(), resume=True))


def test_the_seed_of_the_task_draws_them(model, tmp_path):
    one, same, other = (
        trained(model.but({"task.seed": seed}), tmp_path / name, stimuli())
        for seed, name in ((1, "one"), (1, "same"), (2, "other"))
    )
    assert_same_run(one, same)
    assert one.data.train != other.data.train
    assert one.data.test != other.data.test


def test_other_epochs_are_others(model, tmp_path):
    """The same as showing the first epoch again, in the first epoch only."""
    model = model.but({"recording.weights": True, "training.epochs": 2})
    data = stimuli()
    fresh = trained(model, tmp_path / "fresh", data)
    x, _ = data.drawn(model.task, range(96))
    assert not np.array_equal(x[:48], x[48:])
    w = [fresh.arrays_after(k)["hidden_to_output.w"] for k in (0, 1, 2)]
    assert not np.array_equal(w[1], w[2])


def test_what_is_held_out_is_drawn_apart(model, tmp_path):
    run = trained(model.but({"task.validation": 15}), tmp_path / "run", stimuli())
    assert run.data.n_test == 15
    assert "validation_error" in run.metrics
    tested = spikingfa.evaluate(run, data=stimuli(), on_test=True, over_time=False)
    assert len(tested.targets) == 20
    again = spikingfa.evaluate(run, data=stimuli(), over_time=False)
    assert again.error == run.metrics["validation_error"]


def test_values_instead_of_classes(tmp_path):
    """A linear map, learnt from examples that never come twice."""

    def sums(trial, rng):
        x = rng.random(6)
        return x, [x[:3].mean() - x[3:].mean()]

    model = Model().but({"hidden.size": 60, "training.epochs": 4, "training.trial": "200 ms"})
    run = trained(model, tmp_path / "run", stimuli(sums, None, n_train=300, n_test=100))
    assert run.metrics["metric"] == "nse"
    assert run.metrics["test_error"] < 0.5 < run.history["test_error"][0]


def test_an_object_with_a_method(model, tmp_path):
    class Task:
        def stimulus(self, trial, rng):
            return stripe(trial, rng)

    one = trained(model, tmp_path / "object", stimuli(Task()))
    assert_same_run(one, trained(model, tmp_path / "function", stimuli()))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda trial, rng: np.ones(3), r"stimulus\(0, rng\) needs to return"),
        (lambda trial, rng: (2 * np.ones(3), "level"), r"intensities in \[0, 1\]"),
        (lambda trial, rng: (np.ones(3 + trial % 2), "level"), r"stimulus\(1, rng\).*\(3,\)"),
        (lambda trial, rng: (np.ones(3), "tilted"), "tilted"),
    ],
)
def test_what_cannot_be_shown_is_refused(draw, message, model, tmp_path):
    with pytest.raises(DataError, match=message):
        trained(model, tmp_path / "run", stimuli(draw))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("stripe",), "needs a function"), ((stripe, CLASSES), "n_train needs a number")],
)
def test_mistaken_arguments(arguments, message):
    with pytest.raises(DataError, match=message):
        spikingfa.Stimuli(*arguments, n_train=0)
