"""Variables traced while the network runs: the compiled network against Brian2's own monitors."""

import dataclasses

import numpy as np
import pytest
from helpers.chunks import assert_same, make_chunk

from spikingfa.base.errors import SimulationError
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.engine.traced import Traced, traceable
from spikingfa.model.model import Model

N_STEPS = 1200


def traced(folder, which: dict, every: int = 1) -> tuple[Traced, ...]:
    folder.mkdir()
    return tuple(
        Traced(name, np.array(indices), every, folder / f"{name}.npy")
        for name, indices in which.items()
    )


def values_of(engine, chunk, wanted) -> dict:
    engine.run(dataclasses.replace(chunk, traced=wanted))
    return {one.name: np.load(one.path) for one in wanted}


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(hidden={"size": 12})


@pytest.fixture(scope="module")
def engine(model, tmp_path_factory) -> StandaloneEngine:
    return StandaloneEngine(make_chunk(model)[0], tmp_path_factory.mktemp("scratch"))


def everything(blueprint) -> dict:
    sizes = {p.name: p.size for p in blueprint.populations}
    pairs = [[0, 1], [2, 2], [1, 0]]
    return {
        name: [sizes[name.split(".")[0]] - 1, 0] if name.split(".")[0] in sizes else pairs
        for name in traceable(blueprint)
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        pytest.param(
            {"feedback.error": "graded", "plasticity.rule": "eprop"}, marks=pytest.mark.long
        ),
        # feedback synapses, which lie by columns
        pytest.param({"feedback.kind": "kolen_pollack"}, marks=pytest.mark.long),
        pytest.param(
            {"hidden.delay": {"dist": "uniform", "low": "1 ms", "high": "5 ms"}},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"hidden.recurrent": "plastic", "output.inhibition": "10 pA"}, marks=pytest.mark.slow
        ),
    ],
)
def test_every_variable_is_that_of_brian2_s_own_monitor(changes, tmp_path, numpy_target):
    blueprint, chunk = make_chunk(Model(hidden={"size": 12}).but(changes))
    wanted = everything(blueprint)
    assert len(wanted) > 25
    compiled = StandaloneEngine(blueprint, tmp_path)
    one = values_of(compiled, chunk, traced(tmp_path / "one", wanted))
    other = values_of(RuntimeEngine(blueprint), chunk, traced(tmp_path / "other", wanted))
    for name, values in one.items():
        assert values.shape == (N_STEPS, len(wanted[name])), name
        np.testing.assert_array_equal(values, other[name], err_msg=name)
    assert sum(values.std() > 0 for values in one.values()) > 20


def test_columns_are_in_the_order_asked_for(engine, model, tmp_path):
    chunk = make_chunk(model)[1]
    all_of_it = {"hidden.v": range(12), "input_to_hidden.w": [[i, 5] for i in range(8)]}
    some = {"hidden.v": [7, 2, 7], "input_to_hidden.w": [[6, 5], [1, 5]]}
    whole = values_of(engine, chunk, traced(tmp_path / "all", all_of_it))
    part = values_of(engine, chunk, traced(tmp_path / "some", some))
    np.testing.assert_array_equal(part["hidden.v"], whole["hidden.v"][:, [7, 2, 7]])
    np.testing.assert_array_equal(part["input_to_hidden.w"], whole["input_to_hidden.w"][:, [6, 1]])


def test_every_so_many_steps(engine, model, tmp_path, numpy_target):
    chunk, wanted = make_chunk(model)[1], {"hidden.v": [0, 1]}
    whole = values_of(engine, chunk, traced(tmp_path / "1", wanted))["hidden.v"]
    seventh = values_of(engine, chunk, traced(tmp_path / "7", wanted, every=7))["hidden.v"]
    np.testing.assert_array_equal(seventh, whole[::7])
    runtime = RuntimeEngine(engine.blueprint)
    by_brian2 = values_of(runtime, chunk, traced(tmp_path / "runtime", wanted, every=7))
    np.testing.assert_array_equal(by_brian2["hidden.v"], seventh)


def test_tracing_changes_nothing(engine, model, tmp_path):
    chunk = make_chunk(model)[1]
    wanted = traced(tmp_path / "traces", everything(engine.blueprint))
    assert_same(engine.run(dataclasses.replace(chunk, traced=wanted)), engine.run(chunk))


def test_at_an_onset_neurons_are_at_rest(engine, model, tmp_path):
    chunk = make_chunk(model)[1]
    wanted = {"hidden.v": range(12), "hidden.i_syn": range(12), "teacher.phase": [0]}
    values = values_of(engine, chunk, traced(tmp_path / "traces", wanted))
    np.testing.assert_array_equal(values["hidden.v"][::100], -65e-3)
    np.testing.assert_array_equal(values["hidden.i_syn"][::100], 0)
    np.testing.assert_array_equal(values["teacher.phase"][::100], 0.5)


def test_weights_are_those_that_are_carried_on(engine, model, tmp_path):
    """Half-way through, with nothing under way (no delay), they are the state after one half."""
    chunk = make_chunk(model.but({"feedback.delay": "0 ms"}))[1]
    half = dataclasses.replace(chunk, order=chunk.order[:6], targets=chunk.targets[:6])
    pairs = [[i, j] for i in range(8) for j in range(12)]
    w = values_of(engine, chunk, traced(tmp_path / "traces", {"input_to_hidden.w": pairs}))
    w = w["input_to_hidden.w"].reshape(N_STEPS, 8, 12)
    np.testing.assert_array_equal(w[0], chunk.arrays["input_to_hidden.w"])
    np.testing.assert_array_equal(w[600], engine.run(half).state["input_to_hidden.w"])
    assert (w[600] != w[0]).any()


def test_a_full_disk_is_told(engine, model, tmp_path, monkeypatch):
    real = StandaloneEngine._traces

    def to_a_full_device(self, chunk, folder):
        real(self, chunk, folder)
        (folder / "hidden.v.npy").unlink()
        (folder / "hidden.v.npy").symlink_to("/dev/full")
        return folder

    monkeypatch.setattr(StandaloneEngine, "_traces", to_a_full_device)
    wanted = traced(tmp_path / "traces", {"hidden.v": range(12)})
    with pytest.raises(SimulationError, match="cannot write a trace: is the disk full"):
        engine.run(dataclasses.replace(make_chunk(model)[1], traced=wanted))
