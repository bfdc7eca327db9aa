"""What a model, a run and spikes show of themselves, and their methods and tables."""

import numpy as np
import pytest

import spikingfa
from spikingfa.model.model import Model


def test_a_model_says_what_differs():
    model = spikingfa.load_model("digits_fa").but({"hidden.tau_m": "15 ms"})
    lines = repr(model).splitlines()
    assert lines[0].startswith("Model(digits; hidden 200 lif; feedback direct, plasticity")
    assert "  hidden.tau_m = 15 ms" in lines
    assert repr(Model()).splitlines() == [repr(Model())]  # nothing differs


@pytest.mark.parametrize("name", spikingfa.shipped_models())
def test_ten_lines_are_enough(name):
    model = spikingfa.load_model(name)
    assert len(repr(model).splitlines()) <= 10
    assert model._repr_html_().startswith("<table>")


def test_what_stands_in_a_model_is_no_html():
    model = Model().but({"task.name": "arrays", "task.file": "<script>alert(1)</script>.npz"})
    assert "<script" not in model._repr_html_()


def test_a_run_says_what_it_reached(tiny_run):
    first, model, result = repr(spikingfa.open_run(tiny_run.folder)).splitlines()
    assert first == f"Run({str(tiny_run.folder)!r})"
    assert "12 lif" in model
    assert f"test error {100 * tiny_run.metrics['test_error']:.2f} %" in result
    assert "1 epochs, seed 0" in result or "seed" in result
    assert "not finished" not in result
    assert "<table>" in tiny_run._repr_html_()


def test_spikes_say_how_many_there_are(tiny_run):
    first, *rows = repr(tiny_run.spikes).splitlines()
    assert first == "Spikes(2 trials of 100 ms)"
    n = {row.split()[0]: int(row.split()[3]) for row in rows}
    assert n["hidden"] == len(tiny_run.spikes.of("hidden")[0])
    assert "<td" in tiny_run.spikes._repr_html_()


@pytest.mark.needs("pandas")
def test_tables_of_pandas(tiny_run):
    history = tiny_run.history.to_pandas()
    assert list(history.index) == [0, 1]
    np.testing.assert_array_equal(history["test_error"], tiny_run.history["test_error"])
    spikes = tiny_run.spikes
    frame = spikes.to_pandas()
    assert len(frame) == len(spikes.t)
    assert frame["time_in_trial_s"].between(-1e-9, spikes.duration).all()
    for name in spikes.populations:
        chosen = frame[frame["population"] == name]
        np.testing.assert_array_equal(chosen["neuron"], spikes.of(name)[1])
    assert set(frame["label"]) <= set(spikes.labels)


def test_methods_are_the_functions(tiny_run, tiny_data, tmp_path):
    with np.load(tiny_data) as file:
        x = file["x"][:5]
    assert tiny_run.test(over_time=False).error == tiny_run.metrics["test_error"]
    np.testing.assert_array_equal(
        tiny_run.predict(x).answers, spikingfa.predict(tiny_run, x).answers
    )


def test_resume_goes_on_or_further(tiny_model, tiny_run, tmp_path):
    for training in spikingfa.train_epochs(
        tiny_model.but({"training.epochs": 2}), out=tmp_path / "run", progress=False
    ):
        if training.epoch == 1:
            break
    stopped = spikingfa.open_run(tmp_path / "run")
    assert "not finished" in repr(stopped)
    assert stopped.resume(progress=False).metrics["epochs"] == 2
    further = tiny_run.resume(epochs=3, out=tmp_path / "further", progress=False)
    assert further.metrics["epochs"] == 3
    np.testing.assert_array_equal(
        further.start["input_to_hidden.w"], tiny_run.arrays["input_to_hidden.w"]
    )
