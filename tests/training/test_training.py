"""Training as a whole, on data small enough for every test run."""

import numpy as np
import pytest

import spikingfa
from spikingfa.training.session import one_of_each_class_first


def test_same_seed_same_run_bit_for_bit(tiny_model, tiny_run, tmp_path):
    again = spikingfa.train(tiny_model, out=tmp_path / "again", progress=False)
    assert again.arrays.keys() == tiny_run.arrays.keys()
    for name, array in tiny_run.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)
    for name, column in tiny_run.history.items():
        np.testing.assert_array_equal(again.history[name], column)
    np.testing.assert_array_equal(again.spikes.t, tiny_run.spikes.t)


def test_another_seed_another_run(tiny_model, tiny_run, tmp_path):
    other = spikingfa.train(tiny_model, seed=77, out=tmp_path / "other", progress=False)
    assert other.metrics["seed"] == other.model.training.seed == 77
    for name in ("input_to_hidden.w", "hidden_to_output.w", "feedback_to_hidden.b"):
        assert not np.array_equal(other.arrays[name], tiny_run.arrays[name])


def test_feedback_weights_are_fixed(tiny_model, tiny_run, tmp_path):
    """B does not depend on how long is trained; W does."""
    longer = tiny_model.but({"training.epochs": tiny_model.training.epochs + 1})
    longer = spikingfa.train(longer, out=tmp_path / "longer", progress=False)
    same, w = "feedback_to_hidden.b", "hidden_to_output.w"
    np.testing.assert_array_equal(longer.arrays[same], tiny_run.arrays[same])
    assert not np.array_equal(longer.arrays[w], tiny_run.arrays[w])


def test_a_frozen_hidden_layer_keeps_its_weights(tiny_model, tmp_path):
    frozen = tiny_model.but({"plasticity.eta_hidden": 0.0})
    one, two = (
        spikingfa.train(frozen.but({"training.epochs": n}), out=tmp_path / str(n), progress=False)
        for n in (1, 2)
    )
    np.testing.assert_array_equal(one.arrays["input_to_hidden.w"], two.arrays["input_to_hidden.w"])


def test_the_run_tells_what_it_reached(tiny_model, tiny_run):
    metrics, history = tiny_run.metrics, tiny_run.history
    epochs = tiny_model.training.epochs
    assert metrics["finished"]
    assert metrics["epochs"] == epochs
    assert metrics["test_error"] == pytest.approx(history["test_error"][-1], rel=1e-5)
    assert metrics["angle_deg"] == pytest.approx(history["angle_hidden_deg"][-1], rel=1e-5)
    np.testing.assert_array_equal(history["epoch"], np.arange(epochs + 1))
    assert metrics["train_error"] == pytest.approx(history["train_error"][-1], rel=1e-5)
    assert np.isfinite(history["train_error"]).all()
    assert not list(tiny_run.folder.glob(".*"))


@pytest.mark.usefixtures("real_figures")
def test_its_figures_are_drawn(tiny_model, tmp_path):
    run = spikingfa.train(tiny_model, out=tmp_path / "run", progress=False)
    for name in ("raster", "learning_curve", "alignment"):
        assert (run.folder / "figures" / f"{name}.png").stat().st_size > 5000


def test_recorded_populations_and_trials(tiny_model, tmp_path):
    model = tiny_model.but(recording={"populations": ["hidden", "output"], "trials": 4})
    spikes = spikingfa.train(model, out=tmp_path / "run", progress=False).spikes
    assert spikes.populations == ("hidden", "output")
    assert len(spikes.labels) == len(spikes.predictions) == len(spikes.onsets) == 4
    assert spikes.t.max() < 4 * spikes.duration
    with pytest.raises(KeyError, match="recorded are hidden, output"):
        spikes.of("input")


def test_nothing_recorded_is_no_error(tiny_model, tmp_path):
    run = spikingfa.train(
        tiny_model.but({"recording.trials": 0}), out=tmp_path / "run", progress=False
    )
    assert not (run.folder / "figures" / "raster.png").exists()
    with pytest.raises(spikingfa.RunFolderError, match=r"has no spikes\.npz"):
        _ = run.spikes


def test_recorded_trials_go_through_the_classes():
    y = np.array([2, 2, 0, 1, 0, 1, 1, 2])
    assert one_of_each_class_first(y, 7).tolist() == [2, 3, 0, 4, 5, 1, 6]


@pytest.mark.parametrize("n_layers", [2])
def test_several_hidden_layers(tiny_model, tmp_path, n_layers):
    layers = [tiny_model.hidden[0].model_dump()] * n_layers
    model = spikingfa.Model.model_validate(tiny_model.model_dump() | {"hidden": layers})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert {"angle_hidden_0_deg", "angle_hidden_1_deg"} <= run.history.keys()
    assert {"hidden_0", "hidden_1"} <= set(run.spikes.populations)
    assert run.arrays["hidden_0_to_hidden_1.w"].shape == (layers[0]["size"],) * 2


@pytest.mark.long
def test_no_feedback_leaves_the_hidden_layer_as_it_is(tiny_model, tmp_path):
    run = spikingfa.train(
        tiny_model.but({"feedback.kind": "none"}), out=tmp_path / "run", progress=False
    )
    assert run.metrics["angle_deg"] is None
    assert "feedback_to_hidden.b" not in run.arrays


@pytest.mark.long
def test_transported_feedback_is_the_forward_weights_transposed(tiny_model, tmp_path):
    layers = [tiny_model.hidden[0].model_dump()] * 2
    tables = tiny_model.model_dump() | {"hidden": layers}
    model = spikingfa.Model.model_validate(tables).but({"feedback.kind": "transport"})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    onwards = {"hidden_0": "hidden_0_to_hidden_1.w", "hidden_1": "hidden_1_to_output.w"}
    for name, w in ((name, run.arrays[onward]) for name, onward in onwards.items()):
        b = run.arrays[f"feedback_to_{name}.b"]
        assert np.sqrt(np.mean(b**2)) == pytest.approx(1 / np.sqrt(3))
        np.testing.assert_allclose(b / np.abs(b).max(), w.T / np.abs(w).max(), atol=1e-12)
        assert run.history[f"angle_{name}_deg"][-1] == pytest.approx(0, abs=1e-4)


@pytest.mark.long
@pytest.mark.parametrize(
    "changes", [{"hidden.dropout": 0.5}, {"hidden.i_noise": "100 pA", "output.i_noise": "9 pA"}]
)
def test_noise_while_learning_repeats_with_its_seed(tiny_model, tiny_run, tmp_path, changes):
    one, same, other = (
        spikingfa.train(
            tiny_model.but(changes), seed=seed, out=tmp_path / f"run-{k}", progress=False
        )
        for k, seed in enumerate((1, 1, 2))
    )
    w = "input_to_hidden.w"
    np.testing.assert_array_equal(one.arrays[w], same.arrays[w])
    assert not np.array_equal(one.arrays[w], other.arrays[w])
    assert not np.array_equal(one.arrays[w], tiny_run.arrays[w])


@pytest.mark.long
def test_nobody_is_blanked_out_in_a_test(tiny_model, tmp_path):
    """All hidden neurons are driven hard; in the recorded test trials all of them fire."""
    model = tiny_model.but({"hidden.dropout": 0.5, "hidden.i_bias": "900 pA"})
    spikes = spikingfa.train(model, out=tmp_path / "run", progress=False).spikes
    _, i = spikes.of("hidden")
    assert set(i) == set(range(model.hidden[0].size))


NOISE = {"hidden.i_noise": "100 pA", "input.coding": "poisson", "hidden.dropout": 0.3}


@pytest.mark.long
def test_noise_does_not_depend_on_how_a_training_is_cut(tiny_model, tmp_path, monkeypatch):
    """In chunks of 7, with calls after every 5 trials, tests in shards of 3: the same run."""
    from spikingfa.training import chunks, session

    model = tiny_model.but(NOISE | {"plasticity.update_noise": "5 pA"})
    whole = spikingfa.train(model, out=tmp_path / "whole", progress=False)
    monkeypatch.setattr(session, "SHARD", 3)
    called = {"callbacks": [lambda training: None], "every": "5 trials"}
    pieces = spikingfa.train(model, out=tmp_path / "pieces", progress=False, **called)
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(array, pieces.arrays[name], name)
    # learning rates may change from chunk to chunk, and here do not
    still = model.but({"plasticity.schedule": "constant"})
    one = spikingfa.train(still, out=tmp_path / "one", progress=False)
    monkeypatch.setattr(chunks, "CHUNK", 7)
    other = spikingfa.train(still, out=tmp_path / "other", progress=False)
    for name, array in one.arrays.items():
        np.testing.assert_array_equal(array, other.arrays[name], name)
    for name in ("test_error", "rate_hidden_hz"):
        assert one.metrics.get(name) == other.metrics.get(name)


@pytest.mark.long
def test_a_recorded_test_is_that_test(tiny_model, tmp_path):
    """With noise, too: a stimulus is answered in a recording as in the test."""
    run = spikingfa.train(tiny_model.but(NOISE), out=tmp_path / "run", progress=False)
    recorded = run.record(stimuli=slice(None), progress=False).spikes
    wrong = np.mean(np.array(recorded.labels) != np.array(recorded.predictions))
    assert wrong == pytest.approx(run.metrics["test_error"])
    again = run.record(stimuli=[2, 2], progress=False).spikes
    t, i = again.of("hidden")
    first, second = (np.sort(i[(t >= k * 0.1) & (t < (k + 1) * 0.1)]) for k in (0, 1))
    assert not np.array_equal(first, second)  # shown twice, with another noise each time


def test_a_test_in_shards_is_that_in_one_go(tiny_model, tiny_run, tmp_path, monkeypatch):
    """Each shard starts from the same state; only the phases of the input differ a little."""

    from spikingfa.training import session

    monkeypatch.setattr(session, "SHARD", 3)
    run = spikingfa.train(tiny_model, out=tmp_path / "run", progress=False)
    np.testing.assert_array_equal(
        run.arrays["input_to_hidden.w"], tiny_run.arrays["input_to_hidden.w"]
    )
    assert abs(run.metrics["test_error"] - tiny_run.metrics["test_error"]) < 0.2


def test_figures_are_drawn_unless_they_are_not_wanted(tiny_model, tiny_run, tmp_path):
    run = spikingfa.train(tiny_model, out=tmp_path / "run", progress=False, figures=False)
    assert (tiny_run.folder / "figures").is_dir()
    assert not (run.folder / "figures").exists()
    np.testing.assert_array_equal(
        run.arrays["input_to_hidden.w"], tiny_run.arrays["input_to_hidden.w"]
    )
