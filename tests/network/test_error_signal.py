"""Errors in deep networks: their size from layer to layer, opponent neurons, a relay's filter."""

from dataclasses import replace

import brian2
import numpy as np
import pytest
from helpers.small_chunks import SIZE, make_chunk

import spikingfa
from spikingfa.engine import Chunk, make_engine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_parameters import feedback_parameters
from spikingfa.network.parameters import parameters, while_learning, while_tested
from spikingfa.network.topology import Topology

DRIVEN = {"hidden.size": 12, "hidden.i_bias": "200 pA", "output.i_bias": "180 pA"}
POOLED = {"plasticity.teaching_rms": "30 pA", "feedback.error_rms": 0.2}


def short(model: Model, n_trials: int = 3) -> Chunk:
    chunk = make_chunk(model)
    return replace(chunk, order=chunk.order[:n_trials], targets=chunk.targets[:n_trials])


def deep(n: int = 3, **changes) -> Model:
    layers = {"hidden.layers": n, "feedback.kind": "layerwise", "feedback.scale": "600 pA"}
    return Model().but(layers | DRIVEN | changes)


def prepared(model: Model) -> RuntimeEngine:
    engine = RuntimeEngine(blueprint(Topology(model, SIZE)))
    chunk = make_chunk(model)
    fixed = {name: 0.0 for name in chunk.parameters if name.endswith(".eta")}
    engine.prepare(replace(chunk, parameters=chunk.parameters | fixed))
    return engine


def values(engine: RuntimeEngine, milliseconds: int, *names: str) -> list[np.ndarray]:
    """Values of variables such as ``"hidden_1.v"`` at the end of each step."""
    rows = [[] for _ in names]

    def keep() -> None:
        for row, name in zip(rows, names):
            group, variable = name.split(".")
            row.append(np.array(getattr(engine.parts.groups[group], f"{variable}_")[:]))

    clock = engine.parts.groups["output"].clock
    keeping = brian2.NetworkOperation(keep, clock=clock, when="end")
    brian2.Network(*engine.parts.network.objects, keeping).run(
        milliseconds * brian2.ms, namespace={}
    )
    return [np.array(row) for row in rows]


def test_the_gain_of_a_hop():
    """With a gain of 1, n errors of a layer come to what one of them is."""
    n = 12
    for gain, expected in (
        (None, np.sqrt(3 / n)),
        (1.0, np.sqrt(3 / n)),
        (2.0, 2 * np.sqrt(3 / n)),
    ):
        values = feedback_parameters(Topology(deep(**{"feedback.hop_gain": gain}), SIZE))
        scale = values["error_on_hidden_1_to_hidden_0"]["scale"]
        np.testing.assert_allclose(scale, 600e-12 * expected, rtol=1e-12)
        assert values["error_on_to_hidden_2"]["scale"] == 600e-12
    b = np.random.default_rng(0).uniform(-1, 1, (500, 400))
    error = np.random.default_rng(1).normal(size=500)
    reached = np.sqrt(3 / 500) * error @ b
    np.testing.assert_allclose(reached.std(), error.std(), rtol=0.1)


@pytest.mark.usefixtures("numpy_target")
def test_opponents_hold_one_signed_charge():
    engine = prepared(deep(2, **{"feedback.opponent": True, "feedback.error_rate": "1 kHz"}))
    names = ("error_on_hidden_1", "error_off_hidden_1")
    on, off, *n_spikes = values(engine, 90, *(f"{n}.{v}" for v in ("q", "n_spikes") for n in names))
    np.testing.assert_array_equal(on, -off)
    assert (n_spikes[0][-1] + n_spikes[1][-1]).sum() > 0
    assert (np.abs(on) <= 1).all()
    groups = engine.parts.groups
    assert not (groups["error_on"].q_[:] == -groups["error_off"].q_[:]).all()


@pytest.mark.usefixtures("numpy_target")
def test_opponents_keep_no_more_than_one_charge():
    """However large errors are: what a spike in every step does not carry is lost."""
    huge = {"feedback.opponent": True, "feedback.scale": "60 nA", "feedback.tau_relay": "1 ms"}
    names = ("error_on_hidden_1", "error_off_hidden_1")
    error, on, off = values(
        prepared(deep(2, **huge)), 60, "error_on_hidden_1.error", *(f"{n}.q" for n in names)
    )
    assert np.abs(error).max() > 2
    np.testing.assert_array_equal(on, -off)
    assert (np.abs(on) <= 1).all()


@pytest.mark.parametrize(("opponent", "fire"), [(True, False), (False, True)])
@pytest.mark.usefixtures("numpy_target")
def test_noise_of_mean_zero_makes_opponents_silent(opponent, fire):
    network = blueprint(Topology(deep(2, **{"feedback.opponent": opponent}), SIZE))
    names = ("error_on_hidden_1", "error_off_hidden_1")
    clock = brian2.Clock(1 * brian2.ms)
    groups = {}
    for name in names:
        population = network.population(name)
        groups[name] = brian2.NeuronGroup(
            1,
            population.equations,
            threshold=population.threshold,
            reset=population.reset,
            method="euler",
            clock=clock,
            namespace={},
        )
        groups[name].error_rate = 500 * brian2.Hz
        groups[name].run_regularly("error = cos(2*pi*t/(4*ms))", clock=clock, when="start")
    joined = [
        brian2.Synapses(groups[p.pre], groups[p.post], on_pre=p.on_pre, namespace={}, clock=clock)
        for p in network.projections
        if {p.pre, p.post} == set(names)
    ]
    for synapses in joined:
        synapses.connect(j="i")
    assert len(joined) == 2 * opponent
    brian2.Network(*groups.values(), *joined).run(1 * brian2.second, namespace={})
    assert all((group.n_spikes[0] > 0) == fire for group in groups.values())


@pytest.mark.usefixtures("numpy_target")
def test_a_relay_carries_the_same_charge_faster():
    """One spike brings scale b / error_rate, over tau or over tau_relay."""
    model = deep(2, **{"feedback.tau_relay": "2 ms", "feedback.tau": "10 ms"})
    slow, fast = values(prepared(model), 60, "hidden_1.i_apical", "hidden_1.i_relay")
    arrived = (slow[1:] - slow[:-1] * np.exp(-1 / 10)) * 10e-3
    np.testing.assert_allclose(
        (fast[1:] - fast[:-1] * np.exp(-1 / 2)) * 2e-3, arrived, rtol=1e-9, atol=1e-25
    )
    assert np.abs(arrived).max() > 0
    assert "i_relay" not in blueprint(Topology(model, SIZE)).population("hidden_0").equations


@pytest.mark.usefixtures("numpy_target")
def test_a_relay_of_graded_errors():
    changes = {"feedback.tau_relay": "2 ms", "feedback.error": "graded"}
    relay, error = values(prepared(deep(2, **changes)), 40, "hidden_1.i_relay", "hidden_1.i_error")
    decay = np.exp(-1 / 2)
    expected = relay[:-1] * decay + error[1:] * (1 - decay)
    np.testing.assert_allclose(relay[1:], expected, rtol=1e-9, atol=1e-25)
    assert np.abs(relay).max() > 0


@pytest.mark.usefixtures("numpy_target")
def test_a_pool_neuron_holds_the_mean_square_and_divides_by_its_root():
    """d mean_square/dt = (<signal**2> - mean_square) / tau_rms, each with what came before."""
    engine = prepared(deep(2, **POOLED | {"feedback.tau_rms": "50 ms"}))
    apical, sensitivity, square, size, error, teaching, heard, of_output = values(
        *(engine, 70, "hidden_1.i_apical", "hidden_1.sensitivity", "pool_hidden_1.mean_square"),
        *("hidden_1.error_size", "error_on_hidden_1.error", "hidden_1.teaching"),
        *("hidden_1.output_error", "pool_output.mean_square"),
    )
    signal = apical * sensitivity
    mean = np.mean(signal**2, axis=1, keepdims=True)[:-1]
    expected = mean + (square[:-1] - mean) * np.exp(-1 / 50)
    np.testing.assert_allclose(square[1:], expected, rtol=1e-9)
    np.testing.assert_allclose(size[2:, 0], np.sqrt(square[1:-1, 0]), rtol=1e-9)
    normalised = signal[1:-1] / size[1:-1]
    np.testing.assert_allclose(error[2:], 0.2 * normalised, rtol=1e-9)
    output_error = np.sqrt(of_output[1:-1]) / 150e-12
    np.testing.assert_allclose(heard[2:], np.broadcast_to(output_error, heard[2:].shape), rtol=1e-9)
    expected = 30e-12 * normalised * heard[1:-1]
    np.testing.assert_allclose(teaching[2:], expected, rtol=1e-9, atol=1e-25)
    assert np.abs(signal).max() > 0


@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("factor", [0.01, 30.0])
def test_teaching_has_the_size_that_is_asked_for_however_large_errors_are(factor):
    """After some time, whatever the scale of feedback is."""
    scale = {"feedback.scale": f"{600 * factor} pA", "feedback.tau_rms": "50 ms"}
    names = "hidden_1.teaching", "hidden_1.output_error"
    teaching, error = values(prepared(deep(2, **POOLED | scale)), 400, *names)
    rms = np.sqrt(np.mean(np.square(teaching[200:] / error[200:])))
    assert 0.6 * 30e-12 < rms < 1.6 * 30e-12


def test_sizes_and_biases_do_not_change_in_tests():
    topology = Topology(deep(**POOLED | {"plasticity.intrinsic": "5 pA"}), SIZE)
    learning, tested = while_learning(topology, 0.0), while_tested(topology)
    assert learning["pool_hidden_0.tau_rms"] == 10
    assert tested["pool_hidden_0.tau_rms"] > 1e6
    assert learning["hidden_0.intrinsic"] == 5e-12
    assert tested["hidden_0.intrinsic"] == 0
    assert set(learning) == set(tested) - {f"{name}.error_latency" for name in ("error_on",)} - {
        "error_off.error_latency",
        "teacher.teacher_latency",
    }
    assert not set(parameters(topology)) & {*learning}


@pytest.mark.usefixtures("numpy_target")
def test_intrinsic_plasticity_moves_the_bias_against_the_rate():
    """di/dt = -intrinsic (rate / target - 1) / tau_homeostasis; a silent neuron is helped."""
    changes = {"plasticity.intrinsic": "5 pA", "hidden.i_bias": "0 pA", "hidden.i_init": "0 pA"}
    model = deep(2, **changes)
    chunk, network = short(model), blueprint(Topology(model, SIZE))
    outcome = RuntimeEngine(network).run(chunk)
    tau, seconds = 1.0, chunk.duration
    rate = 20 * np.exp(-seconds / tau)  # of a neuron that was at the target and is silent
    assert outcome.n_spikes["hidden_1"] == 0
    np.testing.assert_allclose(outcome.state["hidden_1.mean_rate"], rate, rtol=1e-9)
    gained = 5e-12 * (seconds / tau - (1 - np.exp(-seconds / tau)))
    np.testing.assert_allclose(outcome.state["hidden_1.i_intrinsic"], gained, rtol=5e-3)
    population = network.population("hidden_1")
    assert "(i_bias + i_intrinsic)" in population.equations.split("drive = ")[1]


def test_a_copy_of_the_layer_before():
    """One to one at first: at the reference rate each neuron brings the next i_init."""
    model = deep(3, **{"hidden.initial": "one_to_one", "hidden.i_init": "300 pA"})
    arrays = make_chunk(model).arrays
    w = arrays["hidden_0_to_hidden_1.w"]
    np.testing.assert_allclose(w, np.eye(12) * 300e-12 / (5e-3 * 40), rtol=1e-12)
    assert np.count_nonzero(arrays["input_to_hidden_0.w"]) == 8 * 12
    wider = model.but({"hidden.1.size": 24})
    w = make_chunk(wider).arrays["hidden_0_to_hidden_1.w"]
    np.testing.assert_array_equal(w != 0, np.hstack([np.eye(12), np.eye(12)]) != 0)


@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("kind", ["layerwise", "direct", "kolen_pollack"])
def test_a_frozen_layer_keeps_its_weights(kind):
    model = deep(3, **{"hidden.1.plastic": False, "feedback.kind": kind, "hidden.skip": ["input"]})
    chunk = short(model)
    outcome = RuntimeEngine(blueprint(Topology(model, SIZE))).run(chunk)
    moved = {name for name, w in outcome.state.items() if not np.array_equal(w, chunk.arrays[name])}
    names = {name for name in outcome.state if name.endswith(".w")}
    frozen = {name for name in names if name.endswith("_to_hidden_1.w")}
    assert len(frozen) == 2
    assert names - frozen <= moved
    assert not frozen & moved


ALL = POOLED | {
    "feedback.opponent": True,
    "feedback.tau_relay": "2 ms",
    "feedback.hop_gain": 1.0,
    "feedback.hidden_error_rate": "1 kHz",
    "plasticity.intrinsic": "2 pA",
    "plasticity.homeostasis": "1 pA",
    "hidden.skip": ["input"],
}


@pytest.mark.long
@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("kind", ["layerwise", "kolen_pollack", "direct"])
def test_runtime_and_compiled_network_agree_bit_for_bit(kind, tmp_path):
    model = deep(3, **ALL | {"feedback.kind": kind})
    chunk, network = make_chunk(model), blueprint(Topology(model, SIZE))
    compiled = make_engine("cpp_standalone", network, tmp_path).run(chunk)
    stepped = RuntimeEngine(network).run(chunk)
    assert stepped.n_spikes == compiled.n_spikes
    for name, array in compiled.state.items():
        np.testing.assert_allclose(stepped.state[name], array, rtol=1e-9, atol=1e-24, err_msg=name)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"feedback.hidden_error_rate": "2 kHz"},
            "feedback.hidden_error_rate = 2. kHz is more than one spike per dt",
        ),
        (
            {"plasticity.teaching_rms": "30 pA", "plasticity.rule": "superspike"},
            "plasticity.teaching_rms = 30. pA does not go with plasticity.rule",
        ),
        (
            {
                "plasticity.teaching_rms": "30 pA",
                "feedback.kind": "scalar",
                "hidden.i_noise": "9 pA",
            },
            "plasticity.teaching_rms = 30. pA does not go with feedback.kind",
        ),
        ({"feedback.hop_gain": -1.0}, "feedback.hop_gain: "),
        ({"hidden.plastic": "no"}, "hidden.0.plastic: "),
    ],
)
def test_what_is_refused(changes, reason):
    with pytest.raises(spikingfa.ModelError) as error:
        deep().but(changes)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
