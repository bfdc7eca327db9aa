"""Every neuron model keeps the contract, whichever there are; each does what its formula says."""

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path

import brian2
import numpy as np
import pytest
from brian2 import amp, mV, second
from scipy.optimize import brentq

import spikingfa
from spikingfa.cli.main import main
from spikingfa.engine.construct import construct
from spikingfa.model.layers import HIDDEN, OUTPUT
from spikingfa.model.model import Model
from spikingfa.model.neurons import NEURONS
from spikingfa.network.blueprint import Blueprint, Population
from spikingfa.network.pathways import Pathway
from spikingfa.network.plasticity import forward_projection
from spikingfa.network.populations import hidden_population, soma_parameters
from spikingfa.rules.plasticity import PLASTICITY

MODELS = Path(__file__).parents[2] / "models"
STOCHASTIC = {"stochastic_sigmoid"}  # without a threshold: rheobase is where half of the rate is


pytestmark = pytest.mark.usefixtures("numpy_target")


@cache
def a_layer(name, **fields):
    """A hidden layer in which every neuron has a bias of its own."""
    i_bias = {"dist": "uniform", "low": "0 pA", "high": "1 pA"}
    return HIDDEN[name](size=1, i_bias=i_bias, **fields)


def simulate(layer, currents, duration, dt, start=""):
    """Neurons of a layer under constant currents (A); spike times of each, and the group."""
    layer = layer.model_copy(update={"size": len(currents)})
    population = hidden_population("hidden", layer, PLASTICITY["three_factor"], graded=False)
    population = replace(population, rest=f"{population.rest}\n{start}")
    parts = construct(Blueprint(dt, (population,)), {})
    group = parts.groups["hidden"]
    values = soma_parameters(layer) | {"tau_apical": 10e-3, "i_bias": np.array(currents)}
    for key, value in values.items():
        setattr(group, f"{key}_", value)
    parts.network.run(duration * second, namespace={})
    monitor = parts.spikes["hidden"]
    t, i = np.array(monitor.t_[:]), np.array(monitor.i[:])
    return [t[i == k] for k in range(len(currents))], group


def rates(spikes, after, until):
    return np.array([np.sum(t >= after) / (until - after) for t in spikes])


# the contract


@pytest.mark.parametrize("name", NEURONS)
def test_it_is_documented(name):
    """Formula, reference, a unit or an explanation for every parameter."""
    neuron = NEURONS[name]
    first, *_ = neuron.__doc__.splitlines()
    assert first.endswith(".")
    assert "::" in neuron.__doc__
    assert "/dt = " in neuron.__doc__
    assert len(neuron.reference) > 20
    for key, field in neuron.model_fields.items():
        assert field.description, key
    default = neuron().model_dump(exclude={"model"})
    texts = {"equations", "current", "threshold", "reset", "refractory", "onset", "drive"}
    for key, value in default.items():
        if key not in texts | {"sensitivity", "parameters"}:
            assert value[0] in "-0123456789", key
            assert " " in value, key


def test_they_are_listed(capsys):
    assert main(["show", "--neurons"]) == 0
    parts = capsys.readouterr().out.strip().split("\n\nmodel = ")
    assert len(parts) == len(NEURONS)
    for part, (name, neuron) in zip(parts, NEURONS.items()):
        assert f'"{name}"' in part
        assert neuron.__doc__.splitlines()[0] in part
        assert neuron.reference in part
        for key, field in neuron.model_fields.items():
            assert key == "model" or (key in part and field.description in part)


@pytest.mark.parametrize("name", NEURONS)
def test_it_comes_back_from_toml(name, tmp_path):
    model = Model().but({"hidden.model": name, "output.model": name})
    spikingfa.write_model(model, tmp_path / "model.toml")
    assert spikingfa.load_model(tmp_path / "model.toml") == model
    tables = tomllib.loads((tmp_path / "model.toml").read_text("utf-8"))
    assert tables["hidden"]["model"] == tables["output"]["model"] == name


@pytest.mark.parametrize("name", NEURONS)
def test_its_layers_begin_in_working_order(name):
    """Before learning, a hidden layer gets about rheobase, the output is just below it."""
    hidden, output = HIDDEN[name](), OUTPUT[name]()
    assert 0.4 < float(hidden.i_init) / hidden.rheobase() < 1
    assert 0.005 < float(output.i_init) / output.rheobase() < 0.03
    assert float(output.i_bias) / output.rheobase() < 0.9


@pytest.mark.long
@pytest.mark.parametrize("name", NEURONS)
def test_rheobase_is_where_firing_begins(name):
    layer = a_layer(name)
    currents = np.array([0.93, 1.0, 1.07] * 20) * layer.rheobase()
    spikes, group = simulate(layer, currents, 1.0, 5e-4)
    drive = group.drive[:] if np.ndim(group.drive[:]) else np.full(60, group.drive[:])
    np.testing.assert_allclose(drive, currents / layer.rheobase(), rtol=1e-6)
    below, at, above = rates(spikes, 0.3, 1.0).reshape(-1, 3).mean(axis=0)
    if name in STOCHASTIC:
        assert at == pytest.approx(float(layer.rate_max) / 2, rel=0.1)
    else:
        assert below == 0
        assert above > 0


@pytest.mark.long
@pytest.mark.parametrize("name", NEURONS)
def test_more_current_more_spikes(name):
    brian2.seed(1)
    layer, n = a_layer(name), 100
    currents = np.repeat([1.1, 1.3, 1.6, 2.2], n) * layer.rheobase()
    spikes, group = simulate(layer, currents, 0.5, 5e-4)
    counts = np.array([len(t) for t in spikes]).reshape(4, n).mean(axis=1)
    assert (np.diff(counts) > 0).all()
    sensitivity = np.broadcast_to(group.sensitivity[:], 4 * n)
    assert ((sensitivity >= 0) & (sensitivity <= 1)).all()
    assert sensitivity[0] > 0


@pytest.mark.sampled(7)
@pytest.mark.parametrize("dt", [1e-3, 1e-4])
@pytest.mark.parametrize("name", NEURONS)
def test_no_current_is_too_large(name, dt):
    """All stays finite; a neuron that is only inhibited is silent."""
    layer = a_layer(name)
    currents = np.array([-1e6, -1e3, -30, 30, 1e3, 1e6]) * layer.rheobase()
    spikes, group = simulate(layer, currents, 0.1, dt)
    for variable in group.equations.diff_eq_names:
        assert np.isfinite(getattr(group, f"{variable}_")[:]).all(), variable
    assert [len(t) for t in spikes[:3]] == [0, 0, 0]
    assert all(len(t) > 0 for t in spikes[3:])


@pytest.mark.sampled(4)
@pytest.mark.parametrize("w", [50e-12, -50e-12])
@pytest.mark.parametrize("name", NEURONS)
def test_a_spike_brings_the_current_that_the_weight_says(name, w):
    layer = HIDDEN[name](size=3, tau_syn="1000 s")
    source = Population("source", 1, "n_spikes : integer", "t < dt/2", "n_spikes += 1")
    population = hidden_population("hidden", layer, PLASTICITY["three_factor"], graded=False)
    path = Pathway("source", "hidden", 1, 3, None, layer, 1.0, layer.i_init)
    synapses = forward_projection(path, Model().plasticity)
    parts = construct(Blueprint(1e-3, (source, population), (synapses,)), {})
    for key, value in (soma_parameters(layer) | {"tau_apical": 10e-3}).items():
        setattr(parts.groups["hidden"], f"{key}_", value)
    parts.synapses["source_to_hidden"].w_ = w
    parts.network.run(2e-3 * second, namespace={})
    np.testing.assert_allclose(np.array(parts.groups["hidden"].i_syn[:]), w, rtol=1e-4)


# single neurons against closed forms


def test_conductances_pull_the_potential_to_the_closed_form():
    """v goes to (v_rest + r_m (g_e e_e + g_i e_i + i)) / (1 + r_m (g_e + g_i)), faster with g."""
    layer = a_layer("lif_cond", tau_syn="1000 s")
    i_exc, i_inh, i_bias = 200e-12, -150e-12, 50e-12
    _, group = simulate(layer, [i_bias], 20e-3, 1e-3, f"i_exc = {i_exc}*amp; i_inh = {i_inh}*amp")
    g_e, g_i = i_exc / 50e-3, i_inh / -30e-3
    total = 1 + 1e8 * (g_e + g_i)
    v_inf = (-65e-3 + 1e8 * (g_e * 0 + g_i * -80e-3 + i_bias)) / total
    expected = v_inf + (-65e-3 - v_inf) * np.exp(-20e-3 * total / 20e-3)
    assert group.v_[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("drive", [1.1, 0.98, 3.0])
def test_conductances_leave_rheobase_where_it_is(drive):
    layer = a_layer("lif_cond", tau_syn="1000 s")
    i_syn = drive * layer.rheobase()
    (spikes,), _ = simulate(
        layer, [0.0], 1.0, 1e-4, f"i_exc = {2 * i_syn}*amp; i_inh = {-i_syn}*amp"
    )
    g = 2 * i_syn / 50e-3 + i_syn / 30e-3
    v_inf = (-65e-3 + 1e8 * (i_syn / 30e-3 * -80e-3)) / (1 + 1e8 * g)
    if drive < 1:
        assert v_inf < -50e-3
        assert len(spikes) == 0
        return
    interval = 2e-3 + 20e-3 / (1 + 1e8 * g) * np.log((v_inf + 65e-3) / (v_inf + 50e-3))
    assert np.diff(spikes).mean() == pytest.approx(interval, abs=2e-4)


@pytest.mark.parametrize("drive", [1.5, 3.0])
def test_an_adaptive_threshold_settles_where_the_closed_form_says(drive):
    """theta just before a spike is j e / (1 - e), e = exp(-T / tau_theta); T follows from it."""
    layer = a_layer("alif")
    (spikes,), _ = simulate(layer, [drive * layer.rheobase()], 1.0, 1e-4)
    v_inf = drive * 15e-3

    def too_long(interval):
        decay = np.exp(-interval / 100e-3)
        distance = 15e-3 + 2e-3 * decay / (1 - decay)
        rise = 20e-3 * np.log(v_inf / (v_inf - distance)) if distance < v_inf else np.inf
        return interval - 2e-3 - min(rise, 10.0)

    assert np.diff(spikes)[-1] == pytest.approx(brentq(too_long, 2.1e-3, 5.0), rel=0.02)
    assert np.diff(spikes)[0] < np.diff(spikes)[-1]


@pytest.mark.parametrize("dt", [1e-3, 2e-4])
def test_the_sigmoid_neuron_fires_at_the_rate_of_its_sigmoid(dt):
    """rate_max / (1 + exp(-(v - v_half) / v_slope)) for any dt, each spike by itself."""
    brian2.seed(3)
    layer, n = a_layer("stochastic_sigmoid"), 100
    drives = np.repeat([0.0, 0.6, 1.0, 1.5], n)
    spikes, _ = simulate(layer, drives * layer.rheobase(), 1.0, dt)
    counts = np.array([np.sum(t >= 0.2) for t in spikes]).reshape(-1, n)
    expected = 0.8 * 200 / (1 + np.exp(-(np.array([0.0, 0.6, 1.0, 1.5]) - 1) * 15 / 4))
    chance = 1 - expected / 0.8 * dt  # binomial
    np.testing.assert_allclose(
        counts.mean(axis=1), expected, atol=5 * np.sqrt(expected.max() * chance.max() / n)
    )
    fano = counts.var(axis=1) / counts.mean(axis=1)
    np.testing.assert_allclose(fano, chance, atol=5 * np.sqrt(2 / n))
    assert min(np.diff(t).min() for t in spikes[-n:]) < 1.5 * dt  # no refractory period


def test_the_sigmoid_neuron_is_most_sensitive_where_its_sigmoid_is_steepest():
    layer = a_layer("stochastic_sigmoid")
    _, group = simulate(layer, np.array([0.0, 1.0, 2.0]) * layer.rheobase(), 0.5, 1e-3)
    low, middle, high = group.sensitivity[:]
    slope = 4 * np.exp(15 / 4) / (1 + np.exp(15 / 4)) ** 2
    assert middle == pytest.approx(1, abs=1e-6)
    assert low == pytest.approx(slope, rel=1e-3)
    assert high == pytest.approx(slope, rel=1e-3)


# and against Brian2, from the equations of the articles


def reference(equations, threshold, reset, start, currents, duration):
    """Spike counts and a potential of a NeuronGroup that is written down independently."""
    brian2.defaultclock.dt = 5e-5 * second
    group = brian2.NeuronGroup(
        len(currents), equations, threshold=threshold, reset=reset, method="rk4", namespace={}
    )
    for key, value in start.items():
        setattr(group, key, value)
    group.I = np.array(currents) * amp
    spikes = brian2.SpikeMonitor(group)
    brian2.Network(group, spikes).run(duration * second)
    return np.array(spikes.count[:]), np.array(group.v[:])


ADEX = """
dv/dt = (30*nS*(-70.6*mV - v) + 30*nS*2*mV*upstroke - w + I)/(281*pF) : volt
upstroke = exp(clip((v + 50.4*mV)/(2*mV), -50, 10)) : 1
dw/dt = (4*nS*(v + 70.6*mV) - w)/(144*ms) : amp
I : amp
"""
IZHIKEVICH = """
dv/dt = (0.7*pA/mV**2*(v + 60*mV)*(v + 40*mV) - u + I)/(100*pF) : volt
du/dt = 0.03/ms*(-2*nS*(v + 60*mV) - u) : amp
I : amp
"""
ARTICLES = {
    "adex": (ADEX, "v > 20*mV", "v = -70.6*mV; w += 80.5*pA", {"v": -70.6 * mV}),
    "izhikevich": (IZHIKEVICH, "v > 35*mV", "v = -50*mV; u += 100*pA", {"v": -60 * mV}),
}


@pytest.mark.long
@pytest.mark.parametrize("name", ARTICLES)
def test_it_fires_as_the_equations_of_the_article_do(name):
    """The f-I curve at dt = 0.1 ms against a Runge-Kutta integration with half the step."""
    layer = a_layer(name)
    currents = np.array([0.5, 1.3, 2.0, 4.0]) * layer.rheobase()
    expected, _ = reference(*ARTICLES[name], currents, 0.5)
    spikes, _ = simulate(layer, currents, 0.5, 1e-4)
    assert expected[-1] > 10
    np.testing.assert_allclose([len(t) for t in spikes], expected, rtol=0.05, atol=1)


@pytest.mark.parametrize("name", ARTICLES)
def test_its_potential_follows_a_step_of_the_current_as_the_article_says(name):
    layer = a_layer(name)
    currents = np.array([-0.8, 0.3, 0.6]) * layer.rheobase()
    _, expected = reference(*ARTICLES[name], currents, 0.05)
    _, group = simulate(layer, currents, 0.05, 1e-4)
    np.testing.assert_allclose(group.v_[:], expected, atol=0.05e-3)


@pytest.mark.parametrize(("a", "hopf"), [("0.5 nS", False), ("30 nS", True)])
def test_both_formulas_of_the_rheobase_of_an_adex_neuron(a, hopf):
    layer = a_layer("adex", a_w=a)
    assert (float(layer.a_w) / 30e-9 > 281e-12 / 30e-9 / 144e-3) == hopf
    # a resonator can be kicked over the threshold: the current rises slowly
    spikes, _ = simulate(layer, np.array([0.97, 1.03]) * layer.rheobase(), 1.0, 2e-4)
    below, above = rates(spikes, 0.5, 1.0)
    assert above > 0
    assert below == 0


def test_both_formulas_of_the_rheobase_of_an_izhikevich_neuron():
    layer = a_layer("izhikevich", b_u="5 nS")
    spikes, _ = simulate(layer, np.array([0.9, 1.05]) * layer.rheobase(), 1.0, 2e-4)
    assert [rate > 0 for rate in rates(spikes, 0.5, 1.0)] == [False, True]
    assert layer.rheobase() < (5e-9 + 14e-9) ** 2 / (4 * 0.7e-6)


def test_the_default_equations_are_a_lif_neuron():
    currents = np.array([1.1, 2.0, 5.0]) * 150e-12
    spikes, _ = simulate(a_layer("equations"), currents, 0.3, 1e-4)
    lif, _ = simulate(a_layer("lif", tau_refrac="0 ms"), currents, 0.3, 1e-4)
    for one, other in zip(spikes, lif):
        np.testing.assert_array_equal(one, other)


# mistakes


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"hidden.model": "lfi"},
            "hidden.model: there is no neuron model 'lfi'; did you mean 'lif'?",
        ),
        (
            {"hidden.model": "lif_cond", "hidden.e_rev_i": "-40 mV"},
            "hidden: e_rev_i must be below v_thresh, got -40. mV with v_thresh = -50. mV",
        ),
        (
            {"hidden.model": "adex", "hidden.v_peak": "-60 mV"},
            "hidden: v_thresh must be below v_peak, got -50.4 mV with v_peak = -60. mV",
        ),
        (
            {"hidden.model": "izhikevich", "hidden.b_u": "-20 nS"},
            "hidden: b_u must be above k (v_rest - v_thresh) = -14 nS, or v_rest is not stable,"
            " got -20. nS",
        ),
        (
            {"hidden.model": "izhikevich", "hidden.k": "0.7 nS"},
            'hidden.k: needs a conductance per voltage with its unit, such as "20 nS/mV",'
            " got '0.7 nS', which is not a conductance per voltage",
        ),
        (
            {"hidden.model": "stochastic_sigmoid", "hidden.rate_max": "2 kHz"},
            "hidden.rate_max = 2. kHz is more than one spike per dt = 1. ms",
        ),
        (
            {"hidden.model": "adex", "hidden.tau_m": "20 ms"},
            "hidden.tau_m: there is no such key; did you mean 'tau_w'?",
        ),
    ],
    ids=str,
)
def test_what_is_refused(changes, told):
    with pytest.raises(spikingfa.ModelError) as caught:
        Model().but(changes)
    assert str(caught.value) == told


# learning


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(MODELS.glob("digits_*.toml")), ids=lambda path: path.stem)
def test_every_shipped_model_learns_digits(path, tmp_path):
    model = spikingfa.load_model(path).but({"training.epochs": 4})
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] <= 0.08


def test_there_is_a_shipped_model_of_every_neuron_model():
    shipped = [spikingfa.load_model(path) for path in MODELS.glob("digits_*.toml")]
    assert {model.hidden[0].model for model in shipped} == set(NEURONS)
    assert {model.output.model for model in shipped} == set(NEURONS)
