"""The rule is local, and its learning rates mean the same for any size and rate."""

import re

import numpy as np
import pytest

from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates
from spikingfa.network.pathways import Stimuli, forward_names
from spikingfa.network.topology import Topology
from spikingfa.rules.schedules import SCHEDULES

STIMULI = Stimuli(n_features=20, n_classes=3, mean_square_sum=5.0)
LOCAL = {"w", "eta", "weight_decay", "w_max", "i_syn_post", "teaching_post", "clip"}


@pytest.mark.parametrize("w_max", [None, "500 pA"])
def test_statements_name_the_synapse_and_its_two_neurons_only(w_max):
    model = Model().but({"plasticity.w_max": w_max})
    network = blueprint(Topology(model, STIMULI))
    for name in forward_names(model):
        projection = next(p for p in network.projections if p.name == name)
        assert set(re.findall(r"[a-z_]\w*", projection.on_pre)) <= LOCAL
        assert "(summed)" not in projection.equations


def test_no_feedback_synapse_learns_or_reads_a_forward_weight():
    network = blueprint(Topology(Model(), STIMULI))
    for projection in network.projections:
        if projection.pre.startswith("error"):
            written = re.findall(r"(\w+)\s*[-+*/]?=", projection.on_pre)
            assert written == ["i_apical_post"]
            assert not re.search(r"\bw\b", projection.on_pre + projection.equations)


@pytest.mark.parametrize("factor", [0.5, 2, 10])
def test_learning_rate_per_spike_falls_with_the_squares_of_the_rates(factor):
    base = learning_rates(Topology(Model(), STIMULI), 0.0)
    brighter = Stimuli(20, 3, STIMULI.mean_square_sum * factor)
    assert learning_rates(Topology(Model(), brighter), 0.0)["input_to_hidden.eta"] == pytest.approx(
        base["input_to_hidden.eta"] / factor
    )


def test_learning_rates_decay_exponentially_to_their_final_part():
    model = Model().but({"plasticity.eta_final": 0.04})
    start, middle, end = (learning_rates(Topology(model, STIMULI), p) for p in (0.0, 0.5, 1.0))
    for name in start:
        assert end[name] == pytest.approx(0.04 * start[name])
        assert middle[name] == pytest.approx(0.2 * start[name])


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_begin_at_one_and_never_rise(name):
    rates = np.array([SCHEDULES[name](progress, 0.1) for progress in np.linspace(0, 1, 101)])
    assert rates[0] == 1
    assert (np.diff(rates) <= 0).all()
    assert rates[-1] == pytest.approx(1 if name == "constant" else 0.1)


def test_the_schedule_is_that_of_the_model():
    middle = {
        name: learning_rates(Topology(Model().but({"plasticity.schedule": name}), STIMULI), 0.5)
        for name in SCHEDULES
    }
    of_constant = {
        name: rates["hidden_to_output.eta"] / middle["constant"]["hidden_to_output.eta"]
        for name, rates in middle.items()
    }
    assert of_constant == pytest.approx(
        {"exponential": 0.02**0.5, "cosine": 0.51, "linear": 0.51, "constant": 1}
    )


def test_initial_weights_give_the_synaptic_current_that_is_asked_for():
    """A stimulus x gives neuron j the mean current tau_syn * rate_max * sum_i x_i w_ij."""
    model = Model().but({"hidden.size": 4000, "hidden.i_init": "90 pA"})
    rng = np.random.default_rng(0)
    x = rng.random((50, 20))
    stimuli = Stimuli(20, 3, float((x**2).sum(axis=1).mean()))
    w = initial_state(Topology(model, stimuli), rng)["input_to_hidden.w"]
    current = 5e-3 * 200 * (x @ w)
    assert current.std() == pytest.approx(90e-12, rel=0.05)
