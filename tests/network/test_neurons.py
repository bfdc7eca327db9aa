"""The LIF neuron against its closed-form solution."""

from dataclasses import replace

import brian2
import numpy as np
import pytest

from spikingfa.engine.construct import construct
from spikingfa.model.layers import HIDDEN
from spikingfa.model.model import Model
from spikingfa.network import populations
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.populations import hidden_population, soma_parameters
from spikingfa.rules.plasticity import PLASTICITY

Hidden = HIDDEN["lif"]


pytestmark = pytest.mark.usefixtures("numpy_target")


def run_neuron(layer: Hidden, duration: float, dt: float, refractory=None, **start):
    """Simulate the neurons of a layer; return spike times and the group at the end."""
    # not put to rest, which would clear what is set here
    population = replace(
        hidden_population("hidden", layer, PLASTICITY["three_factor"], graded=False),
        rest="",
        onset="",
    )
    if refractory is not None:
        population = replace(population, refractory=refractory)
    blueprint = Blueprint(dt, (population,))
    parts = construct(blueprint, {})
    group = parts.groups["hidden"]
    for name, value in {**soma_parameters(layer), "tau_apical": 10e-3, **start}.items():
        setattr(group, f"{name}_", value)
    group.v_ = float(layer.v_rest) if "v" not in start else start["v"]
    parts.network.run(duration * brian2.second, namespace={})
    return np.array(parts.spikes["hidden"].t_[:]), group


@pytest.mark.sampled(10)
@pytest.mark.parametrize("i_bias", ["160 pA", "300 pA", "900 pA"])
@pytest.mark.parametrize("tau_refrac", ["0 ms", "2 ms", "5 ms"])
@pytest.mark.parametrize("v_reset", ["-65 mV", "-55 mV", "-80 mV"])
def test_spike_times_under_constant_current(i_bias, tau_refrac, v_reset):
    """T = tau_refrac + tau_m ln((v_inf - v_reset)/(v_inf - v_thresh)), in whole steps."""
    layer = Hidden(size=1, i_bias=i_bias, tau_refrac=tau_refrac, v_reset=v_reset)
    dt = 1e-4
    spikes, _ = run_neuron(layer, 0.5, dt)
    v_inf = float(layer.v_rest + layer.r_m * layer.i_bias)
    first, again = (
        int(
            np.ceil(float(layer.tau_m) * np.log((v_inf - v) / (v_inf - float(layer.v_thresh))) / dt)
        )
        for v in (float(layer.v_rest), float(layer.v_reset))
    )
    # a spike is stamped with the beginning of the step in which v passes the threshold; the
    # first step after the refractory period already moves v
    refractory = max(round(float(layer.tau_refrac) / dt) - 1, 0)
    expected = np.arange(first - 1, round(0.5 / dt), again + refractory)
    np.testing.assert_array_equal(np.round(spikes / dt), expected)


@pytest.mark.sampled(9)
@pytest.mark.parametrize("tau_refrac", ["0 ms", "0.3 ms", "2 ms", "2.25 ms", "2.3 ms", "7 ms"])
@pytest.mark.parametrize("dt", [1e-3, 5e-4, 1e-4])
def test_refractory_period_is_that_of_brian2(tau_refrac, dt):
    """Whole steps, rounded down, whether it is a multiple of dt or not."""
    layer = Hidden(size=1, i_bias="2 nA", tau_refrac=tau_refrac)
    ours, _ = run_neuron(layer, 0.2, dt)
    brian2s, _ = run_neuron(layer, 0.2, dt, refractory="tau_refrac")
    assert len(ours) > 10
    np.testing.assert_array_equal(ours, brian2s)


def test_below_rheobase_it_never_fires():
    layer = Hidden(size=1, i_bias="149.9 pA")
    assert layer.rheobase() == pytest.approx(150e-12)
    spikes, group = run_neuron(layer, 1.0, 1e-4)
    assert len(spikes) == 0
    assert group.v_[0] == pytest.approx(float(layer.v_rest) + 149.9e-12 * 1e8)


def test_postsynaptic_potential_converges_to_the_closed_form():
    """v - v_rest = r_m w tau_s/(tau_m - tau_s) (exp(-t/tau_m) - exp(-t/tau_s)), as dt falls."""
    layer, w, t = Hidden(size=1, i_bias="0 pA"), 100e-12, 12e-3
    tau_m, tau_s = float(layer.tau_m), float(layer.tau_syn)
    exact = 1e8 * w * tau_s / (tau_m - tau_s) * (np.exp(-t / tau_m) - np.exp(-t / tau_s))
    errors = []
    for dt in (1e-4, 1e-5):
        _, group = run_neuron(layer, t, dt, i_syn=w)
        errors.append(abs(group.v_[0] - float(layer.v_rest) - exact) / exact)
    assert errors[1] < 2e-3
    assert errors[1] == pytest.approx(errors[0] / 10, rel=0.1)


def test_currents_decay_exactly():
    layer = Hidden(size=1)
    _, group = run_neuron(layer, 20e-3, 1e-3, i_syn=1e-10, i_apical=2e-10)
    assert group.i_syn_[0] == pytest.approx(1e-10 * np.exp(-20 / 5), rel=1e-12, abs=0)
    assert group.i_apical_[0] == pytest.approx(2e-10 * np.exp(-20 / 10), rel=1e-12, abs=0)


def test_equal_time_constants_are_no_singularity():
    _, group = run_neuron(Hidden(size=1, tau_m="5 ms", tau_syn="5 ms"), 10e-3, 1e-4, i_syn=1e-11)
    assert np.isfinite(group.v_[0])


@pytest.mark.parametrize(
    ("i_syn", "plastic"), [(0, 0), (119e-12, 0), (121e-12, 1), (974e-12, 1), (976e-12, 0)]
)
def test_sensitivity_is_a_boxcar_on_the_drive(i_syn, plastic):
    """The window 0.3 to 6 times rheobase (150 pA) is 120 to 975 pA above a bias of -75 pA."""
    layer = Hidden(size=1, i_bias="-75 pA", tau_syn="1000 s")
    _, group = run_neuron(layer, 1e-3, 1e-3, i_syn=i_syn, i_apical=1e-10)
    assert group.sensitivity[:][0] == plastic
    assert group.drive[:][0] == pytest.approx((i_syn - 75e-12) / 150e-12, abs=1e-4)


def test_the_apical_current_does_not_reach_the_soma():
    ends = [run_neuron(Hidden(size=1), 50e-3, 1e-3, i_apical=i, i_syn=4e-10) for i in (0, 1e-9)]
    np.testing.assert_array_equal(ends[0][0], ends[1][0])
    assert ends[0][1].v_[0] == ends[1][1].v_[0]


@pytest.mark.parametrize("dt", [1e-3, 1e-4])
def test_a_noise_current_makes_the_potential_fluctuate_as_it_should(dt):
    """White noise through the membrane: SD(v) = r_m SD(i) sqrt(1 ms / (2 tau_m)), for any dt."""
    brian2.seed(1)
    layer = Hidden(size=4000, i_noise="100 pA")
    _, group = run_neuron(layer, 0.2, dt)
    expected = 1e8 * 100e-12 * np.sqrt(1 / (2 * 20))
    assert group.v_[:].std() == pytest.approx(expected, rel=0.05)
    assert group.v_[:].mean() == pytest.approx(-65e-3, abs=4 * expected / np.sqrt(4000))


def test_a_blanked_neuron_is_silent_and_does_not_learn():
    layer = Hidden(size=4, i_bias="400 pA", dropout=0.5)
    active = np.array([0.0, 1.0, 0.0, 1.0])
    spikes, group = run_neuron(layer, 0.1, 1e-3, active=active, i_apical=1e-10)
    assert len(spikes) > 0
    np.testing.assert_array_equal(group.n_spikes_[:] > 0, active)
    np.testing.assert_array_equal(group.sensitivity[:], active)


def test_the_docstring_has_the_whole_neuron():
    """As readers of the source see no other place where all its equations stand together."""
    rule = PLASTICITY["three_factor"]
    written = hidden_population("hidden", Model().hidden[0], rule, graded=False).equations
    _, _, shown = populations.__doc__.partition("::")
    assert shown.split() == written.split()
