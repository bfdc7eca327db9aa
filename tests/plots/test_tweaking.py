"""Sliders: moved, they train and draw what the same change of the model does."""

import io

import numpy as np
import PIL.Image
import pytest

import spikingfa
from spikingfa.base.errors import ModelError

RANGES = {"hidden.tau_m": ("10 ms", "0.03 second"), "plasticity.eta_hidden": (0.1, 2)}


pytestmark = pytest.mark.needs("ipywidgets")


@pytest.fixture
def tweaked(tiny_model):
    return spikingfa.sliders(tiny_model, RANGES, trials=2, width=3.5).tweaked


def slider(tweaked, k):
    return tweaked.box.children[k]


def told(tweaked) -> str:
    return tweaked.box.children[len(RANGES)].value


def image(tweaked) -> np.ndarray:
    data = tweaked.box.children[-1].value
    return np.asarray(PIL.Image.open(io.BytesIO(data)))


def test_sliders_begin_where_the_model_stands(tweaked, tiny_model):
    one, two = slider(tweaked, 0), slider(tweaked, 1)
    assert (one.min, one.max, one.value, one.description) == (10, 30, 20, "hidden.tau_m (ms)")
    assert (two.min, two.max, two.value) == (0.1, 2, 0.8)
    assert one.tooltip == "membrane time constant"
    assert tweaked.model == tiny_model


def test_a_slider_trains_and_draws_what_the_change_does(tweaked, tiny_model, tmp_path):
    before = image(tweaked)
    slider(tweaked, 0).value = 12.5
    assert tweaked.model == tiny_model.but({"hidden.tau_m": "12.5 ms"})
    run = spikingfa.train(tweaked.model, out=tmp_path / "run", progress=False)
    for name, weights in run.arrays.items():
        np.testing.assert_array_equal(tweaked.run.arrays[name], weights)
    assert f"test error <b>{100 * run.metrics['test_error']:.2f} %</b>" in told(tweaked)
    assert image(tweaked).shape[1] == 3.5 * 192
    assert before.shape != image(tweaked).shape or (before != image(tweaked)).any()


def test_what_goes_wrong_is_told_and_the_sliders_go_on(tweaked):
    slider(tweaked, 1).max = 1e9
    slider(tweaked, 1).value = 1e9
    assert "ran away" in told(tweaked)
    slider(tweaked, 1).value = 0.5
    assert "test error" in told(tweaked)


def test_a_field_of_several_layers_has_one_slider(tiny_model):
    box = spikingfa.sliders(tiny_model.but({"hidden.layers": 2}), RANGES)
    box.children[0].value = 15
    assert [str(layer.tau_m) for layer in box.tweaked.model.hidden] == ["15. ms", "15. ms"]


@pytest.mark.parametrize(
    ("ranges", "reason"),
    [
        ({"hidden.tau_n": (1, 2)}, "hidden.tau_n: there is no such key; did you mean 'tau_m'"),
        ({"hidden.tau_m": (1, 2)}, "needs a time with its unit"),
        ({"hidden.tau_m": ("30 ms", "2 ms")}, "needs a range from low to high, got 30 to 2 ms"),
        ({"hidden.tau_m": ("0 ms", "2 ms")}, "must be more than zero"),
        ({"hidden.model": ("lif", "lif")}, "is no number to be changed by a slider, got 'lif'"),
    ],
)
def test_faults_are_told_before_anything_is_trained(tiny_model, ranges, reason):
    with pytest.raises(ModelError) as error:
        spikingfa.sliders(tiny_model, ranges)
    assert reason in str(error.value)


def test_without_ipywidgets_it_is_said_what_to_install(tiny_model, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "ipywidgets", None)
    with pytest.raises(ModelError, match=r"pip install spikingfa\[notebooks\]"):
        spikingfa.sliders(tiny_model, RANGES)


@pytest.mark.long
def test_a_field_that_is_a_whole_number_has_a_slider_of_whole_numbers(tiny_model, tmp_path):
    ranges = {"hidden.size": (np.int64(10), 14), "hidden.layers": (1, 2)}
    tweaked = spikingfa.sliders(tiny_model, ranges).tweaked
    size, layers = tweaked.box.children[:2]
    assert (size.min, size.max, size.step, size.value, layers.value) == (10, 14, 1, 12, 1)
    assert type(size.value) is int
    size.value = 10
    assert tweaked.model.hidden.size == 10
    run = spikingfa.train(tweaked.model, out=tmp_path / "run", progress=False)
    np.testing.assert_equal(tweaked.run.arrays, run.arrays)
    layers.value = 2
    assert [layer.size for layer in tweaked.model.hidden] == [10, 10]
    assert "test error" in tweaked.box.children[2].value


def test_a_slider_of_the_task_changes_the_data(tiny_model):
    tweaked = spikingfa.sliders(tiny_model, {"task.split_seed": (0, 1)}).tweaked
    before = tweaked._data
    tweaked.box.children[0].value = 1
    assert tweaked.model.task.split_seed == 1
    assert not np.array_equal(tweaked._data.x_test, before.x_test)


@pytest.mark.parametrize("bounds", [3, "12", (1, 2, 3), None])
def test_what_is_no_range_is_told(tiny_model, bounds):
    with pytest.raises(ModelError, match=r"hidden\.size: needs a range \(low, high\), got"):
        spikingfa.sliders(tiny_model, {"hidden.size": bounds})
