"""Callbacks and loops over epochs: what they see, how they end a training, what they leave."""

import numpy as np
import pytest
from helpers.stopping import assert_same_run, stop_at

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.training import chunks
from spikingfa.training.callbacks import best_epoch, trials_of
from spikingfa.training.chunks import pieces

N_TRAIN = 48


@pytest.fixture
def model(tiny_model, monkeypatch):
    """48 training samples in chunks of 20, 20 and 8, three epochs."""
    monkeypatch.setattr(chunks, "CHUNK", 20)
    return tiny_model.but({"training.epochs": 3})


@pytest.fixture
def held_out(model):
    return model.but({"task.validation": 12})


def trained(model, folder, **how):
    return spikingfa.train(model, out=folder, progress=False, figures=False, **how)


def test_they_see_each_epoch_as_it_ends(model, tmp_path):
    seen = []

    def look(training):
        shown = training.weights["input_to_hidden.w"]
        assert training.epoch_is_done
        assert training.run.metrics["epochs"] == training.epoch
        np.testing.assert_array_equal(shown, training.run.weights["input_to_hidden.w"])
        seen.append(
            (training.epoch, training.trials, len(training.history["epoch"]), float(shown.sum()))
        )

    run = trained(model, tmp_path / "run", callbacks=[look])
    assert [row[:3] for row in seen] == [(k, k * N_TRAIN, k + 1) for k in (1, 2, 3)]
    assert len({row[3] for row in seen}) == 3
    np.testing.assert_array_equal(run.arrays["input_to_hidden.w"].sum(), seen[-1][3])


@pytest.mark.parametrize("every", [7, 20, 100])
def test_looking_in_between_changes_nothing(every, model, tmp_path):
    """Bit for bit; at the multiples of `every`, and after each epoch."""
    seen = []

    def look(training):
        assert len(training.spikes.of("output")[0]) >= 0
        seen.append((training.trials, training.epoch_is_done))

    plain = trained(model, tmp_path / "plain")
    looked = trained(model, tmp_path / "run", callbacks=[look], every=f"{every} trials")
    assert_same_run(plain, looked)
    ends = {k * N_TRAIN: True for k in (1, 2, 3)}
    between = {k: False for k in range(every, 3 * N_TRAIN, every)}
    assert seen == sorted((between | ends).items())


def test_the_loop_is_the_same_training(model, tmp_path):
    plain = trained(model, tmp_path / "plain")
    epochs = [
        training.epoch
        for training in spikingfa.train_epochs(model, out=tmp_path / "loop", progress=False)
    ]
    assert epochs == [1, 2, 3]
    looped = spikingfa.open_run(tmp_path / "loop")
    for name, array in plain.arrays.items():
        np.testing.assert_array_equal(array, looped.arrays[name])
    assert looped.metrics["finished"]


def test_a_loop_that_is_left_is_gone_on_with(model, tmp_path):
    plain = trained(model, tmp_path / "plain")
    for training in spikingfa.train_epochs(model, out=tmp_path / "run", progress=False):
        if training.epoch == 2:
            break
    assert not spikingfa.open_run(tmp_path / "run").metrics["finished"]
    assert_same_run(plain, trained(model, tmp_path / "run", resume=True))


@pytest.mark.parametrize("trials", [48, 60, 68, 96])
def test_stopped_it_is_finished_as_it_stands(trials, model, tmp_path):
    """After an epoch, within a chunk, between chunks."""

    def stop(training):
        if training.trials >= trials:
            training.stop()

    run = trained(model, tmp_path / "run", callbacks=[stop], every=4)
    assert run.metrics["finished"]
    assert run.metrics["trials"] == trials
    assert run.metrics["epochs"] == -(-trials // N_TRAIN) == run.history["epoch"][-1]
    again = spikingfa.evaluate(run, over_time=False)
    assert again.error == run.metrics["test_error"]
    assert trained(model, tmp_path / "run", resume=True).metrics["trials"] == trials
    per_trial = run.history["rate_teacher_hz"]
    np.testing.assert_allclose(per_trial[1:], per_trial[1], rtol=0.05)


def test_early_stopping_stops_when_no_epoch_is_better(held_out, tmp_path):
    """Learning nothing, the first epoch stays the best."""
    frozen = {"plasticity.eta_hidden": 0, "plasticity.eta_output": 0, "training.epochs": 9}
    stopping, keep = spikingfa.EarlyStopping(patience=2), spikingfa.KeepBest()
    run = trained(held_out.but(frozen), tmp_path / "run", callbacks=[stopping, keep])
    assert run.metrics["epochs"] == 3
    assert keep.epoch == 1
    assert run.kept_epochs == [1]


@pytest.mark.parametrize("n", [9, 12])
def test_interrupted_it_stops_where_it_would_have(n, held_out, tmp_path, monkeypatch):
    def callbacks():
        return [spikingfa.EarlyStopping(patience=1), spikingfa.KeepBest()]

    model = held_out.but({"training.epochs": 9})
    plain = trained(model, tmp_path / "plain", callbacks=callbacks())
    with monkeypatch.context() as patch:
        stop_at(patch, n)
        with pytest.raises(KeyboardInterrupt):
            trained(model, tmp_path / "run", callbacks=callbacks())
    run = trained(model, tmp_path / "run", callbacks=callbacks(), resume=True)
    assert_same_run(plain, run)
    assert run.kept_epochs == plain.kept_epochs


class Shown:
    """A training with this history."""

    def __init__(self, errors):
        self.history = {"epoch": np.arange(len(errors)), "validation_error": np.array(errors)}


@pytest.mark.parametrize(
    ("errors", "min_delta", "best"),
    [
        ([0.1, 0.5, 0.4, 0.4], 0, 2),  # epoch 0 is before learning
        ([0.9, 0.5, 0.45, 0.3], 0.1, 3),
        ([0.9, 0.5, 0.45, 0.42], 0.1, 1),
    ],
)
def test_the_best_epoch(errors, min_delta, best):
    assert best_epoch(Shown(errors), min_delta) == best


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"callbacks": [spikingfa.EarlyStopping()]}, "EarlyStopping needs task.validation"),
        ({"callbacks": [spikingfa.KeepBest()]}, "KeepBest needs task.validation"),
        ({"callbacks": ["plot"]}, "needs functions of a Training, got 'plot'"),
        ({"callbacks": [spikingfa.LiveFigure()]}, "outside of a notebook it needs a file"),
        ({"every": "half an epoch"}, "needs a number of trials"),
        ({"every": 0}, "needs a number of trials"),
    ],
)
def test_refused_before_anything_begins(how, message, model, tmp_path):
    with pytest.raises(ModelError, match=message):
        trained(model, tmp_path / "run", **how)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: spikingfa.EarlyStopping(patience=0), "patience"),
        (lambda: spikingfa.EarlyStopping(min_delta=-1), "min_delta"),
        (lambda: spikingfa.LiveFigure("rasta"), "'learning_curve', 'raster' or a function"),
        (lambda: spikingfa.LiveFigure(path="live.jpg"), ".png, .svg, .pdf, .eps, .tiff"),
    ],
)
def test_mistaken_arguments(make, message):
    with pytest.raises(ModelError, match=message):
        make()


def test_a_live_figure_in_a_file(model, tmp_path):
    files = {name: tmp_path / f"{name}.png" for name in ("learning_curve", "raster")}
    live = [spikingfa.LiveFigure(name, path) for name, path in files.items()]
    sizes = []
    look = [*live, lambda _: sizes.append([path.stat().st_size for path in files.values()])]
    trained(model, tmp_path / "run", callbacks=look)
    assert len(sizes) == 3
    assert min(map(min, sizes)) > 5000
    assert sizes[0] != sizes[-1]


def test_an_error_in_a_callback_is_its_own(model, tmp_path):
    """The run is left as by Ctrl-C, and the error is not changed."""

    def fail(training):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        trained(model, tmp_path / "run", callbacks=[fail])
    assert trained(model, tmp_path / "run", resume=True).metrics["finished"]


def test_pieces():
    assert pieces(20, 0, None) == [slice(0, 20)]
    assert pieces(20, 20, 7) == [slice(0, 1), slice(1, 8), slice(8, 15), slice(15, 20)]
    assert pieces(8, 40, 100) == [slice(0, 8)]
    assert trials_of(" 500 trials") == trials_of(500) == 500
