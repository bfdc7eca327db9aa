"""The compiled network, Brian2's runtime and the cache."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import brian2
import numpy as np
import psutil
import pytest
from helpers.chunks import (
    N_TRIALS,
    assert_same,
    compiled_by_two_processes,
    make_chunk,
    small_blueprint,
)
from helpers.waits import LIMIT

from spikingfa.base.errors import BuildError, RunFolderError, SimulationError
from spikingfa.engine import make_engine
from spikingfa.engine.compiled import cache, standalone
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint, Population


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(hidden={"size": 12})


@pytest.fixture(scope="module")
def engine(model, tmp_path_factory) -> StandaloneEngine:
    return StandaloneEngine(make_chunk(model)[0], tmp_path_factory.mktemp("scratch"))


def test_every_population_fires_so_that_the_other_tests_mean_something(engine, model):
    outcome = engine.run(make_chunk(model)[1])
    assert min(outcome.n_spikes.values()) > 0
    for name, (t, i) in outcome.spikes.items():
        assert len(t) == len(i) == outcome.n_spikes[name]


def test_runtime_and_compiled_network_agree_bit_for_bit(engine, model, numpy_target):
    chunk = make_chunk(model)[1]
    assert_same(engine.run(chunk), RuntimeEngine(engine.blueprint).run(chunk))


def test_an_interrupt_while_brian2_runs_is_no_shorter_run(engine, model, numpy_target):
    """Brian2 stops at the end of the step, and returns as if all had been simulated."""
    network, chunk = RuntimeEngine(engine.blueprint), make_chunk(model)[1]
    told = []

    def interrupts(done):
        told.append(done)
        if len(told) == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        network.run(chunk, interrupts)
    assert 0 < told[1] < 1
    assert_same(network.run(chunk), engine.run(chunk))


def test_answers_between_zero_and_one_agree_bit_for_bit(engine, model, numpy_target):
    """One row of answers a trial; teachers fire in proportion to them."""
    answers = np.random.default_rng(8).random((N_TRIALS, 3), dtype=np.float32)
    answers[0] = [0, 0.5, 1]
    changes = {"targets": np.arange(N_TRIALS), "answers": answers}
    chunk = make_chunk(model, **changes)[1]
    outcome = engine.run(chunk)
    assert_same(outcome, RuntimeEngine(engine.blueprint).run(chunk))
    t, i = outcome.spikes["teacher"]
    trial = np.floor(t / chunk.trial + 1e-6).astype(int)
    counts = np.bincount(3 * trial + i, minlength=answers.size).reshape(answers.shape)
    expected = answers * 80 * 0.088  # spikes: at 80 Hz, from 12 to 100 ms
    assert np.abs(counts - expected).max() <= 0.5 + 1e-6


@pytest.fixture(scope="module")
def single(model, tmp_path_factory) -> StandaloneEngine:
    model = model.but({"training.precision": "single"})
    return StandaloneEngine(make_chunk(model)[0], tmp_path_factory.mktemp("scratch"))


@pytest.mark.long
def test_single_precision_is_that_of_weights_and_neurons_but_not_of_times(single):
    """In singles, the steps after an hour of simulated time could not be told apart."""
    manifest = json.loads((single._folder / "manifest.json").read_text())
    of = {name: entry["dtype"] for name, entry in manifest.items()}
    assert of["input_to_hidden.w"] == of["hidden.v"] == of["hidden.i_syn"] == "float32"
    times = ("hidden.lastspike", "error_on.onset", "input.trial_duration", "step.t")
    assert {of[name] for name in times} == {"float64"}


@pytest.mark.long
def test_single_precision_follows_double(single, engine, model):
    chunk = make_chunk(model, learn=False)[1]
    one, other = single.run(chunk), engine.run(chunk)
    assert one.state["input_to_hidden.w"].dtype == np.float32
    for name, n in other.n_spikes.items():
        assert abs(one.n_spikes[name] - n) <= 0.01 * n + 2
    np.testing.assert_allclose(one.readout["charge"], other.readout["charge"], rtol=0.02)


@pytest.mark.long
def test_runtime_follows_in_single_precision_and_leaves_the_preference(single, model, numpy_target):
    chunk = make_chunk(model, learn=False)[1]
    outcome = RuntimeEngine(single.blueprint).run(chunk)
    assert outcome.state["input_to_hidden.w"].dtype == np.float32
    assert outcome.n_spikes["hidden"] == pytest.approx(single.run(chunk).n_spikes["hidden"], 0.01)
    assert brian2.prefs.core.default_float_dtype is np.float64


def test_same_chunk_same_outcome(engine, model):
    chunk = make_chunk(model)[1]
    assert_same(engine.run(chunk), engine.run(chunk))


def test_two_chunks_equal_one(engine, model):
    """With nothing under way at the border (no delay), the carried state is all there is."""
    whole = make_chunk(model.but({"feedback.delay": "0 ms"}), record=False)[1]
    first, second = (
        dataclasses.replace(whole, order=whole.order[half], targets=whole.targets[half])
        for half in (slice(0, 6), slice(6, None))
    )
    middle = engine.run(first)
    second = dataclasses.replace(second, arrays=second.arrays | middle.state)
    assert_same(engine.run(whole), engine.run(second), what=("state",))


def test_without_learning_the_feedback_moves_no_spike(engine, model):
    """The error current changes plasticity, not activity."""
    fields = {"feedback.scale": "0 pA", "feedback.output_scale": "0 pA"}
    with_feedback = engine.run(make_chunk(model, learn=False)[1])
    without = engine.run(make_chunk(model.but(fields), learn=False)[1])
    assert_same(with_feedback, without, what=("spikes", "readout"))


def test_with_learning_the_feedback_does_move_spikes(engine, model):
    fields = {"feedback.scale": "0 pA", "feedback.output_scale": "0 pA"}
    with_feedback = engine.run(make_chunk(model)[1])
    without = engine.run(make_chunk(model.but(fields))[1])
    assert with_feedback.n_spikes["hidden"] != without.n_spikes["hidden"]


def test_learning_rate_zero_changes_no_weight(engine, model):
    chunk = make_chunk(model, learn=False)[1]
    outcome = engine.run(chunk)
    for name in ("input_to_hidden.w", "hidden_to_output.w"):
        np.testing.assert_array_equal(outcome.state[name], chunk.arrays[name])


@pytest.mark.long
def test_hidden_learning_reads_no_forward_output_weight(model, numpy_target):
    """For given error spikes, permuting the output weights leaves dw of the hidden layer as is."""
    network, chunk = make_chunk(model.but({"feedback.output_scale": "0 pA"}))
    network = clamp_errors(network)
    rng = np.random.default_rng(0)
    w = rng.uniform(0, 300e-12, chunk.arrays["hidden_to_output.w"].shape)
    permuted = rng.permutation(w.ravel()).reshape(w.shape)
    runtime = RuntimeEngine(network)
    one, other = (
        runtime.run(dataclasses.replace(chunk, arrays=chunk.arrays | {"hidden_to_output.w": w}))
        for w in (w, permuted)
    )
    changed = one.state["input_to_hidden.w"]
    assert not np.array_equal(changed, chunk.arrays["input_to_hidden.w"])
    np.testing.assert_array_equal(changed, other.state["input_to_hidden.w"])
    assert not np.array_equal(one.readout["count"], other.readout["count"])


def clamp_errors(network: Blueprint) -> Blueprint:
    """Error neurons that fire by the clock, whatever the output does."""

    def clamped(population: Population) -> Population:
        if not population.name.startswith("error"):
            return population
        period = 7 if population.name == "error_on" else 11
        threshold = f"(int(t/dt + 0.5) + i) % {period} == 0"
        return dataclasses.replace(population, threshold=threshold)

    return dataclasses.replace(network, populations=tuple(map(clamped, network.populations)))


@pytest.mark.parametrize(
    ("path", "value", "moved"),
    [
        ("hidden.tau_m", "12 ms", "hidden"),
        ("hidden.v_thresh", "-53 mV", "hidden"),
        ("hidden.tau_refrac", "9 ms", "hidden"),
        ("output.i_bias", "140 pA", "output"),
        ("input.rate_max", "120 Hz", "input"),
        ("output.teacher_latency", "45 ms", "teacher"),
        ("feedback.error_rate", "100 Hz", "error_off"),
        ("training.trial", "60 ms", "input"),
    ],
)
def test_parameters_act_without_recompiling(engine, model, path, value, moved):
    changed, chunk = make_chunk(model.but({path: value}))
    assert cache.cache_key(changed) == cache.cache_key(engine.blueprint)
    base = engine.run(make_chunk(model)[1])
    assert engine.run(chunk).n_spikes[moved] != base.n_spikes[moved]


def test_a_delay_of_the_feedback_acts(engine, model):
    late = engine.run(make_chunk(model.but({"feedback.delay": "30 ms"}))[1])
    soon = engine.run(make_chunk(model)[1])
    assert not np.array_equal(late.state["input_to_hidden.w"], soon.state["input_to_hidden.w"])


@pytest.mark.long
def test_noise_differs_between_chunks_and_repeats_with_its_seed(tmp_path):
    model = Model(hidden={"size": 12}).but({"input.coding": "poisson"})
    network, chunk = make_chunk(model)
    poisson = StandaloneEngine(network, tmp_path)
    one, again, other = (
        poisson.run(dataclasses.replace(chunk, seed=seed)).spikes["input"] for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one[0], again[0])
    assert not np.array_equal(one[0], other[0])
    expected = 200 * 0.1 * float(chunk.stimuli[chunk.order].sum())
    assert len(one[0]) == pytest.approx(expected, abs=5 * expected**0.5)


@pytest.mark.long
def test_recorded_arrays_survive_their_monitors(model, numpy_target):
    runtime = RuntimeEngine(make_chunk(model)[0])
    chunk = make_chunk(model)[1]
    outcome = runtime.run(chunk)
    kept = {name: (t.copy(), i.copy()) for name, (t, i) in outcome.spikes.items()}
    weights = {name: array.copy() for name, array in outcome.state.items()}
    runtime.run(dataclasses.replace(chunk, seed=9, order=chunk.order[::-1]))
    del runtime
    for name, (t, i) in outcome.spikes.items():
        np.testing.assert_array_equal(t, kept[name][0])
        np.testing.assert_array_equal(i, kept[name][1])
    for name, array in outcome.state.items():
        np.testing.assert_array_equal(array, weights[name])


def test_an_array_of_the_wrong_length_is_refused(engine, model):
    chunk = make_chunk(model)[1]
    arrays = chunk.arrays | {"input_to_hidden.w": chunk.arrays["input_to_hidden.w"][:-1]}
    with pytest.raises(SimulationError, match=r"input_to_hidden\.w"):
        engine.run(dataclasses.replace(chunk, arrays=arrays))


def test_an_unknown_variable_is_refused(engine, model):
    chunk = make_chunk(model)[1]
    with pytest.raises(SimulationError, match=r"no variable hidden\.tau_x"):
        engine.run(dataclasses.replace(chunk, parameters={"hidden.tau_x": 1.0}))


def test_blueprint_text_round_trip(engine):
    assert Blueprint.from_json(engine.blueprint.to_json()) == engine.blueprint


def test_the_key_follows_what_is_compiled_in(engine, model, monkeypatch):
    key = cache.cache_key(engine.blueprint)
    assert cache.cache_key(make_chunk(model.but({"training.dt": "0.5 ms"}))[0]) != key
    assert cache.cache_key(make_chunk(model.but({"hidden.size": 13}))[0]) != key
    assert cache.cache_key(make_chunk(model.but({"plasticity.w_max": "1 nA"}))[0]) != key
    monkeypatch.setattr(cache, "version", lambda name: "0")
    assert cache.cache_key(engine.blueprint) != key


@pytest.mark.long
def test_two_processes_compile_once(tmp_path, monkeypatch):
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path))
    assert len(compiled_by_two_processes()) == 1
    assert len(list(tmp_path.glob("*/manifest.json"))) == 1


def start_build(network: Blueprint, folder) -> subprocess.Popen:
    """A process that compiles, once its compiling is half-way."""
    code = (
        "import sys; from spikingfa.engine.compiled import cache;"
        "from spikingfa.network.blueprint import Blueprint;"
        "cache.compiled(Blueprint.from_json(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, network.to_json()]
    started = subprocess.Popen(command, start_new_session=True)
    while not list(folder.glob("*.building-*/main.cpp")):
        assert started.poll() is None
        time.sleep(0.02)
    return started


@pytest.mark.long
def test_a_build_killed_half_way_is_built_again(tmp_path, monkeypatch):
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path))
    network = small_blueprint()
    started = start_build(network, tmp_path)
    for process in psutil.Process(started.pid).children(recursive=True):
        process.kill()
    started.kill()
    started.wait(LIMIT)
    assert not (tmp_path / cache.cache_key(network)).exists()
    program = cache.compiled(network)
    assert program.build_seconds > 0
    assert json.loads((program.folder / "manifest.json").read_text())
    assert not list(tmp_path.glob("*.building-*"))


@pytest.mark.long
def test_a_build_outlives_the_run_that_wanted_it(tmp_path, monkeypatch):
    """The next run waits for it instead of writing into the same folder."""
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path))
    network = small_blueprint()
    started = start_build(network, tmp_path)
    started.kill()
    started.wait(LIMIT)
    program = cache.compiled(network)
    assert json.loads((program.folder / "manifest.json").read_text())
    assert not list(tmp_path.glob("*.building-*"))


@pytest.mark.long
def test_a_build_that_fails_tells_why(tmp_path, monkeypatch):
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path))
    wrong = Blueprint(1e-3, (Population("input", 2, "dx/dt = 1*volt : 1"),))
    with pytest.raises(BuildError, match=r"compiling the network failed: .*[Uu]nit"):
        cache.compiled(wrong)
    assert not (tmp_path / cache.cache_key(wrong)).exists()


def test_make_engine_knows_both_devices(model, tmp_path, numpy_target):
    network = make_chunk(model)[0]
    assert isinstance(make_engine("runtime", network, tmp_path), RuntimeEngine)
    assert isinstance(make_engine("cpp_standalone", network, tmp_path), StandaloneEngine)


@pytest.mark.long
def test_a_build_takes_no_package_from_the_current_folder(model, tmp_path, monkeypatch):
    (tmp_path / "spikingfa").mkdir()
    (tmp_path / "spikingfa" / "__init__.py").write_text("raise ImportError('another package')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    network, _ = make_chunk(model)
    assert cache.compiled(network).build_seconds > 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev/full")
def test_a_full_disk_is_told_with_the_file():
    with pytest.raises(RunFolderError, match=r"cannot write /dev/full: No space left on device"):
        standalone._write(np.zeros(10_000), "float64", Path("/dev/full"))
