"""Diagnosis of deep networks: path angles, and what the error is in each layer."""

import numpy as np
import pytest
from helpers.small_chunks import SIZE

import spikingfa
from spikingfa.model.model import Model
from spikingfa.network.feedback_weights import (
    feedback_from_output,
    random_feedback,
    weights_to_output,
    with_kept_norm,
)
from spikingfa.network.initial import initial_state, plastic_feedback
from spikingfa.network.topology import Topology
from spikingfa.training.analysis import layer_angles
from spikingfa.training.chunks import chunk_size

SMALL = {
    "task.limit": 60,
    "training.epochs": 1,
    "hidden.layers": 2,
    "hidden.size": 20,
    "hidden.i_bias": "150 pA",
    "recording.trials": 0,
}


def topology(**changes) -> Topology:
    changes = {"hidden.layers": 3, "hidden.size": 6, "feedback.kind": "layerwise"} | changes
    return Topology(Model().but(changes), SIZE)


def chain(given: Topology, state) -> list[np.ndarray]:
    names = ["hidden_0_to_hidden_1", "hidden_1_to_hidden_2", "hidden_2_to_output"]
    return [state[f"{name}.w"] for name in names]


def test_products_of_weights_up_and_down():
    given, rng = topology(), np.random.default_rng(0)
    state, b = initial_state(given, rng), random_feedback(given, rng)
    w0, w1, w2 = chain(given, state)
    up, down = weights_to_output(given, state), feedback_from_output(given, b)
    np.testing.assert_allclose(up["hidden_0"], w0 @ w1 @ w2, rtol=1e-12)
    np.testing.assert_allclose(up["hidden_2"], w2)
    products = b["hidden_2"] @ b["hidden_1"] @ b["hidden_0"]
    np.testing.assert_allclose(down["hidden_0"], products, rtol=1e-12)
    assert [*up] == [*down] == ["hidden_0", "hidden_1", "hidden_2"]


def test_the_path_of_transported_weights_is_straight():
    given = topology()
    state = initial_state(given, np.random.default_rng(0))
    b = {name: w.T for name, w in zip(("hidden_0", "hidden_1", "hidden_2"), chain(given, state))}
    angles = layer_angles(weights_to_output(given, state), feedback_from_output(given, b))
    np.testing.assert_allclose([*angles.values()], 0, atol=1e-4)


def test_past_layers_all_ways_up_count():
    given = topology(**{"hidden.2.skip": ["hidden_0"]})
    state = initial_state(given, np.random.default_rng(0))
    w0, w1, w2 = chain(given, state)
    expected = w0 @ w1 @ w2 + state["hidden_0_to_hidden_2.w"] @ w2
    np.testing.assert_allclose(weights_to_output(given, state)["hidden_0"], expected, rtol=1e-12)


@pytest.mark.parametrize("kind", ["kolen_pollack", "layerwise"])
def test_learnt_feedback_keeps_its_norm(kind):
    given = topology(**{"feedback.kind": kind, "feedback.keep_norm": True})
    rng = np.random.default_rng(0)
    b = random_feedback(given, rng)
    state = {name: 3 * b for name, b in plastic_feedback(given, b).items()}
    kept = with_kept_norm(given, state)
    if kind == "layerwise":
        assert not kept
        assert chunk_size(given.model) == 5000
        return
    assert chunk_size(given.model) == 500
    assert {*kept} == {f"{name}.b" for name in given.feedback_names}
    for name, array in kept.items():
        np.testing.assert_allclose(np.sqrt((array**2).mean(axis=0)), 1 / np.sqrt(3), rtol=1e-12)
        ratio = array / state[name]
        np.testing.assert_allclose(ratio, np.broadcast_to(ratio[0], ratio.shape), rtol=1e-12)
    silent = {name: 0 * array for name, array in state.items()}
    assert not any(array.any() for array in with_kept_norm(given, silent).values())


def test_frozen_layers_are_counted_from_below_or_above():
    model = Model().but({"hidden.layers": 4})
    for n, expected in ((0, "1111"), (2, "0011"), (-1, "1110"), (4, "0000")):
        frozen = model.but({"hidden.frozen": n})
        assert "".join(str(int(layer.plastic)) for layer in frozen.hidden) == expected
    both = Model().but({"hidden.frozen": 5, "hidden.layers": 10})
    assert sum(layer.plastic for layer in both.hidden) == 5
    for wrong in (5, -5, 1.5, "two", True):
        with pytest.raises(spikingfa.ModelError, match=r"hidden\.frozen: needs a number from 0"):
            model.but({"hidden.frozen": wrong})


def test_a_device_that_records_no_variables_is_refused():
    with pytest.raises(spikingfa.ModelError, match=r"recording\.depth = true does not go with"):
        Model().but({"recording.depth": True, "training.device": "cuda_standalone"})


@pytest.mark.parametrize("kind", ["layerwise", "direct", "none"])
def test_what_is_measured_changes_nothing(kind, tmp_path):
    model = spikingfa.load_model("digits_fa").but(SMALL | {"feedback.kind": kind})
    plain, measured = (
        spikingfa.train(
            model.but({"recording.depth": depth}), out=tmp_path / str(depth), progress=False
        )
        for depth in (False, True)
    )
    for name, array in plain.state.items():
        np.testing.assert_array_equal(array, measured.state[name], name)
    added = [name for name in measured.history if name not in plain.history]
    if kind == "none":
        assert not added
        return
    forms = ("path_angle_{}_deg", "in_window_{}", "apical_{}_pa", "cosine_{}")
    assert {*added} == {form.format(f"hidden_{k}") for form in forms for k in (0, 1)}
    history = measured.history
    assert (history["apical_hidden_1_pa"] > 0).all()
    assert ((history["in_window_hidden_1"] > 0) & (history["in_window_hidden_1"] <= 1)).all()
    top = "path_angle_hidden_1_deg", "angle_hidden_1_deg"  # one hop, where both are the same
    np.testing.assert_allclose(*(history[name] for name in top), rtol=1e-4)
    figure = spikingfa.plots.plot_depth(history)
    assert len(figure.axes) == 6
    with pytest.raises(ValueError, match=r"needs recording\.depth = true"):
        spikingfa.plots.plot_depth(plain.history)


@pytest.mark.long
def test_transported_weights_change_as_transported_weights_do(tmp_path):
    changes = SMALL | {"feedback.kind": "transport", "recording.depth": True}
    model = spikingfa.load_model("digits_fa").but(changes)
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    for k in (0, 1):
        np.testing.assert_allclose(run.history[f"cosine_hidden_{k}"], 1, atol=1e-5)
        np.testing.assert_allclose(run.history[f"path_angle_hidden_{k}_deg"], 0, atol=1e-2)
