"""Parameters that differ between neurons and synapses, delays, and what they do."""

import dataclasses

import brian2
import numpy as np
import pytest
from helpers.small_chunks import SIZE, make_chunk

import spikingfa
from spikingfa.base.units import not_negative, positive
from spikingfa.engine.by_row import by_row_problem
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.construct import construct
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.describe import parameter_table
from spikingfa.model.distribution import parse_distribution
from spikingfa.model.layers import HIDDEN
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.network.heterogeneity import heterogeneity
from spikingfa.network.initial import initial_state
from spikingfa.network.populations import hidden_population, soma_parameters
from spikingfa.network.topology import Topology
from spikingfa.rules.plasticity import PLASTICITY

TAU = {"dist": "normal", "mean": "20 ms", "sd": "5 ms"}
MANY = {
    "hidden.size": 12,
    "hidden.tau_m": TAU,
    "hidden.delay": {"dist": "uniform", "low": "1 ms", "high": "6 ms"},
    "output.v_thresh": {"dist": "uniform", "low": "-52 mV", "high": "-49 mV"},
}

MANY_BIASES = {"dist": "normal", "mean": "120 pA", "sd": "5 pA"}


# the distributions themselves


@pytest.mark.parametrize(
    ("table", "mean", "sd"),
    [
        ({"dist": "normal", "mean": "20 ms", "sd": "2 ms"}, 20e-3, 2e-3),
        ({"dist": "lognormal", "mean": "20 ms", "sd": "10 ms"}, 20e-3, 10e-3),
        ({"dist": "uniform", "low": "10 ms", "high": "30 ms"}, 20e-3, 20e-3 / np.sqrt(12)),
    ],
    ids=lambda value: value["dist"] if isinstance(value, dict) else "",
)
def test_what_is_drawn_has_the_mean_and_the_sd(table, mean, sd):
    distribution = parse_distribution(table, "time", positive)
    values = distribution.draw(np.random.default_rng(1), (40000,))
    assert float(distribution) == pytest.approx(mean)
    assert values.mean() == pytest.approx(mean, rel=0.01)
    assert values.std() == pytest.approx(sd, rel=0.02)
    assert distribution.table() == table
    assert parse_distribution(distribution.table(), "time", positive) == distribution


@pytest.mark.parametrize(("mean", "check"), [("1 ms", positive), ("0 ms", not_negative)])
def test_it_is_truncated_where_it_must_not_be_negative(mean, check):
    table = {"dist": "normal", "mean": mean, "sd": "20 ms"}
    values = parse_distribution(table, "time", check).draw(np.random.default_rng(1), (2000,))
    assert values.min() > 0
    free = parse_distribution(table, "time").draw(np.random.default_rng(1), (2000,))
    assert free.min() < 0


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            {"dist": "norm", "mean": "20 ms", "sd": "2 ms"},
            'a distribution needs dist = one of "normal", "lognormal", "uniform", got \'norm\'',
        ),
        ({"mean": "20 ms"}, "got None"),
        ({"dist": "normal", "mean": "20 ms"}, "normal distribution needs mean and sd, got mean"),
        ({"dist": "uniform"}, "a uniform distribution needs low and high, got neither"),
        (
            {"dist": "normal", "mean": "20 mV", "sd": "2 ms"},
            "mean needs a time with its unit, such as \"20 ms\", got '20 mV', which is not a time",
        ),
        ({"dist": "normal", "mean": "20 ms", "sd": 3}, "sd needs a time with its unit"),
        ({"dist": "normal", "mean": "20 ms", "sd": "-1 ms"}, "sd must not be negative"),
        ({"dist": "normal", "mean": "-20 ms", "sd": "2 ms"}, "mean must be more than zero"),
        ({"dist": "uniform", "low": "0 ms", "high": "2 ms"}, "low must be more than zero"),
        (
            {"dist": "uniform", "low": "3 ms", "high": "2 ms"},
            "low must be below high, got uniform(low 3 ms, high 2 ms)",
        ),
    ],
    ids=str,
)
def test_what_is_no_distribution(value, told):
    with pytest.raises(spikingfa.ModelError) as caught:
        Model().but({"hidden.tau_m": value})
    assert str(caught.value).startswith("hidden.tau_m: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_neurons_and_delays_differ():
    with pytest.raises(spikingfa.ModelError, match=r"training\.dt: needs a time"):
        Model().but({"training.dt": TAU})


def test_a_part_of_it_is_changed_by_its_path():
    model = Model().but({"hidden.tau_m": TAU})
    assert float(model.but({"hidden.tau_m.mean": "30 ms"}).hidden[0].tau_m) == 30e-3


def test_it_is_written_and_read(tmp_path):
    model = Model().but(MANY)
    spikingfa.write_model(model, tmp_path / "model.toml")
    assert spikingfa.load_model(tmp_path / "model.toml") == model
    assert "mean = 20 ms, sd = 5 ms" in parameter_table(model)


# the neurons drawn


def test_each_parameter_has_a_stream_of_its_own():
    """Another distribution beside it, or other weights, change no neuron."""
    one = heterogeneity(Topology(Model().but({"hidden.tau_m": TAU}), SIZE))
    more = heterogeneity(Topology(Model().but(MANY | {"hidden.size": 200}), SIZE))
    assert set(more) == {"hidden.tau_m", "input_to_hidden.delay", "output.v_thresh"}
    assert more["input_to_hidden.delay"].shape == (8, 200)
    np.testing.assert_array_equal(one["hidden.tau_m"], more["hidden.tau_m"])
    other = heterogeneity(Topology(Model().but({"hidden.tau_m": TAU, "training.seed": 2}), SIZE))
    assert not np.array_equal(one["hidden.tau_m"], other["hidden.tau_m"])


def test_weights_do_not_depend_on_them():
    plain, many = (
        initial_state(
            Topology(Model(hidden={"size": 12}).but(changes), SIZE), np.random.default_rng(1)
        )
        for changes in ({}, MANY)
    )
    for name, array in plain.items():
        np.testing.assert_array_equal(array, many[name])


def test_neurons_that_cannot_be_are_told():
    model = Model().but({"hidden.v_thresh": {"dist": "normal", "mean": "-50 mV", "sd": "9 mV"}})
    with pytest.raises(spikingfa.ModelError) as caught:
        heterogeneity(Topology(model, SIZE))
    assert str(caught.value) == (
        "hidden.v_thresh: of the neurons drawn some have v_reset at or above v_thresh;"
        " narrower distributions keep them apart"
    )


def spikes_of(layer, **arrays):
    population = hidden_population("hidden", layer, PLASTICITY["three_factor"], graded=False)
    parts = construct(Blueprint(1e-4, (population,)), {})
    for key, value in (soma_parameters(layer) | {"tau_apical": 10e-3} | arrays).items():
        setattr(parts.groups["hidden"], f"{key}_", value)
    parts.network.run(0.2 * brian2.second, namespace={})
    monitor = parts.spikes["hidden"]
    return np.array(monitor.t_[:]), np.array(monitor.i[:])


def test_each_neuron_fires_as_one_of_its_own_parameters_would(numpy_target):
    taus = np.array([10e-3, 20e-3, 40e-3])
    t, i = spikes_of(HIDDEN["lif"](size=3, i_bias="300 pA", tau_m=TAU), tau_m=taus)
    for k, tau in enumerate(taus):
        alone, _ = spikes_of(HIDDEN["lif"](size=1, i_bias="300 pA", tau_m=f"{1e3 * tau} ms"))
        np.testing.assert_array_equal(t[i == k], alone)


# in a network


@pytest.mark.slow
def test_compiled_network_and_runtime_agree(tmp_path, numpy_target):
    model = Model().but(MANY)
    network, chunk = blueprint(Topology(model, SIZE)), make_chunk(model)
    compiled = StandaloneEngine(network, tmp_path).run(chunk)
    stepped = RuntimeEngine(network).run(chunk)
    assert min(compiled.n_spikes.values()) > 0
    for name, array in compiled.state.items():
        np.testing.assert_array_equal(array, stepped.state[name], err_msg=name)
    for name in heterogeneity(Topology(model, SIZE)):
        np.testing.assert_array_equal(compiled.state[name], chunk.arrays[name], err_msg=name)


@pytest.mark.slow
def test_a_delay_moves_the_answer_by_as_much(tmp_path):
    """Constant by row, or one for each synapse in Brian2's own way: the same spikes."""
    size = {"hidden.size": 12}
    models = {
        "none": Model().but(size),
        "constant": Model().but(size | {"hidden.delay": "3 ms"}),
        "each": Model().but(size | {"hidden.delay": MANY["hidden.delay"]}),
    }
    same = {"input_to_hidden.delay": np.full((8, 12), 3e-3)}
    found = {}
    for name, model in models.items():
        chunk = make_chunk(model, learn=False, **(same if name == "each" else {}))
        one = dataclasses.replace(chunk, order=chunk.order[:1], targets=chunk.targets[:1])
        found[name] = (
            StandaloneEngine(blueprint(Topology(model, SIZE)), tmp_path).run(one).spikes["hidden"]
        )
    (t, i), (t3, i3) = found["none"], found["constant"]
    late = t < 0.1 - 3.5e-3
    np.testing.assert_allclose(t[late] + 3e-3, t3, atol=1e-9)
    np.testing.assert_array_equal(i[late], i3)
    for one, other in zip(found["constant"], found["each"]):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("changes", [{"hidden.delay": "3 ms"}, MANY], ids=["constant", "many"])
def test_delays_keep_the_fast_path(changes):
    network = blueprint(Topology(Model().but(changes), SIZE))
    for name in ("input_to_hidden", "hidden_to_output"):
        assert by_row_problem(network, network.projection(name)) is None


def test_a_delay_is_shorter_than_a_trial():
    with pytest.raises(spikingfa.ModelError, match=r"hidden\.delay = 200. ms must be shorter"):
        Model().but({"hidden.delay": "200 ms"})


@pytest.mark.slow
def test_a_run_is_tested_with_the_neurons_it_was_trained_with(tiny_model, tmp_path):
    model = tiny_model.but({"hidden.tau_m": TAU, "output.i_bias": MANY_BIASES})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert run.arrays["hidden.tau_m"].std() > 1e-3
    assert spikingfa.evaluate(run).error == pytest.approx(run.metrics["test_error"])
    noisy = spikingfa.Perturbation(noise="1 pA", seed=5)
    assert spikingfa.evaluate(run, noisy, over_time=False).error < 0.7
