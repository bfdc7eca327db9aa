"""f-I curves: simulated rates against closed forms, for every neuron model, and no traces left."""

import itertools
import signal

import brian2
import matplotlib
import numpy as np
import pytest
from brian2 import pA
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject

from spikingfa import Model, plots
from spikingfa.engine.firing import MANY, firing_rates
from spikingfa.model.layers import HIDDEN
from spikingfa.model.neurons import NEURONS
from spikingfa.plots.fi import lif_rate

CURRENTS = np.array([0, 149, 160, 250, 400, 900]) * 1e-12


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", ["lif", "lif_cond"])
@pytest.mark.parametrize("fields", [{}, {"tau_refrac": "0 ms", "v_reset": "-55 mV"}])
def test_the_closed_form_of_lif_neurons(name, fields):
    layer = HIDDEN[name](**fields)
    exact = lif_rate(layer, CURRENTS)
    v_reset, tau_refrac = float(layer.v_reset), float(layer.tau_refrac)
    v_inf = -65e-3 + 1e8 * 250e-12  # the formula once more, for one current
    interval = tau_refrac + 20e-3 * np.log((v_inf - v_reset) / (v_inf + 50e-3))
    assert exact[3] == pytest.approx(1 / interval)
    assert exact[:2].tolist() == [0, 0]
    np.testing.assert_allclose(firing_rates(layer, CURRENTS), exact, rtol=0.03, atol=1)


def test_the_closed_form_of_a_stochastic_neuron():
    """rate_max / (1 + exp(-(v_inf - v_half) / v_slope))."""
    layer = HIDDEN["stochastic_sigmoid"]()
    exact = 200 / (1 + np.exp(-(-65e-3 + 1e8 * CURRENTS + 50e-3) / 4e-3))
    rates = firing_rates(layer, CURRENTS, duration=2.0)
    assert np.abs(rates - exact).max() < 5 * np.sqrt(200 / (2.0 * MANY))
    assert len(set(rates[-2:])) == 2  # drawn anew for each current


@pytest.mark.sampled(7)
@pytest.mark.parametrize("name", NEURONS)
def test_every_neuron_model_has_a_curve_that_rises_from_rheobase(name):
    ax = plots.plot_fi(HIDDEN[name](), dt=5e-4)
    current, rate = ax.lines[0].get_data()
    factor = 1e9 if "nA" in ax.get_xlabel() else 1e12
    rheobase = factor * HIDDEN[name]().rheobase()
    np.testing.assert_allclose(current, np.linspace(0, 3 * rheobase, 61))
    assert ax.lines[1].get_xdata()[0] == pytest.approx(rheobase)
    assert rate[-1] > rate[30] > rate[0] >= 0
    if name != "stochastic_sigmoid":
        assert not rate[current < 0.95 * rheobase].any()
    closed = [line for line in ax.lines if line.get_label() == "closed form"]
    assert len(closed) == (name in ("lif", "lif_cond"))


@pytest.mark.long
def test_layers_with_the_same_neurons_share_a_line():
    def names(model, *arguments, **keywords):
        ax = plots.plot_fi(model, *arguments, currents=CURRENTS, **keywords)
        return [text.get_text() for text in ax.get_legend().get_texts()]

    assert names(Model()) == ["hidden, output", "closed form"]
    slow = Model().but({"hidden.tau_m": "30 ms"})
    assert names(slow) == ["hidden", "closed form", "output", "closed form"]
    assert names(slow, ["output"]) == ["output", "closed form"]
    deep = Model().but({"hidden.layers": 2, "hidden.i_noise": "20 pA"})
    assert names(deep) == ["hidden 0, hidden 1", "output", "closed form"]  # none with noise


@pytest.mark.long
def test_currents_may_have_units_and_distributions_are_taken_at_their_mean():
    wide = {"dist": "normal", "mean": "20 ms", "sd": "8 ms"}
    layer = HIDDEN["lif"](tau_m=wide)
    ax = plots.plot_fi(layer, currents=[200, 400] * pA)
    assert ax.get_xlabel() == "constant current (pA)"
    expected = firing_rates(HIDDEN["lif"](), np.array([200e-12, 400e-12]))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), expected)


@pytest.mark.long
def test_the_model_says_the_time_step():
    title = plots.plot_fi(Model(), currents=CURRENTS).get_legend().get_title().get_text()
    assert title == "steps of 1 ms"
    layer = HIDDEN["lif"]()
    coarse = firing_rates(layer, CURRENTS, dt=1e-3)
    assert (coarse != firing_rates(layer, CURRENTS)).any()


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"layers": ["hiden"]}, "no layer 'hiden'; did you mean 'hidden'"),
        ({"currents": [1, 2] * brian2.mV}, "currents: needs currents"),
        ({"currents": []}, "currents: needs numbers"),
        ({"currents": [float("nan")]}, "currents: needs numbers"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_one_line(what, says):
    with pytest.raises(ValueError, match=says):
        plots.plot_fi(Model(), **what)


def test_a_neuron_that_is_never_silent_needs_currents():
    layer = HIDDEN["equations"](i_rheo="-10 pA")
    with pytest.raises(ValueError, match="needed where rheobase is not positive"):
        plots.plot_fi(layer)
    assert plots.plot_fi(layer, currents=CURRENTS)


def test_an_interrupt_is_no_lower_rate(monkeypatch):
    """Brian2 stops at the end of the step, and returns as if all had been simulated."""
    whole, steps = NumpyCodeObject.run_block, itertools.count()

    def run_block(code_object, block):
        if block == "run" and next(steps) == 500:
            signal.raise_signal(signal.SIGINT)
        return whole(code_object, block)

    monkeypatch.setattr(NumpyCodeObject, "run_block", run_block)
    with pytest.raises(KeyboardInterrupt):
        firing_rates(HIDDEN["lif"](), CURRENTS)
    assert next(steps) > 500


@pytest.mark.long
@pytest.mark.parametrize("standalone", [False, True])
def test_nothing_is_left_behind(standalone):
    if standalone:
        brian2.set_device("cpp_standalone", build_on_run=False)
    try:
        np.random.seed(3)  # noqa: NPY002 - Brian2's runtime draws from it
        expected = np.random.rand(3)  # noqa: NPY002
        np.random.seed(3)  # noqa: NPY002
        device, settings = brian2.get_device(), dict(matplotlib.rcParams)
        target, clock = brian2.prefs.codegen.target, brian2.defaultclock
        layer = HIDDEN["stochastic_sigmoid"]()
        first = firing_rates(layer, CURRENTS, duration=0.1)
        np.testing.assert_array_equal(firing_rates(layer, CURRENTS, duration=0.1), first)
        plots.plot_fi(layer, currents=CURRENTS)
        np.testing.assert_array_equal(np.random.rand(3), expected)  # noqa: NPY002
        assert brian2.get_device() is device
        assert brian2.prefs.codegen.target == target
        assert brian2.defaultclock is clock
        assert dict(matplotlib.rcParams) == settings
    finally:
        brian2.device.reinit()
        brian2.set_device("runtime")
