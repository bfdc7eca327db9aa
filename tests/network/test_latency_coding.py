"""First-spike latency: when each input neuron fires, against the formula, and that it is learnt."""

import numpy as np
import pytest

import spikingfa
from spikingfa import ModelError
from spikingfa.network.initial import initial_state
from spikingfa.tasks import Data, load_data
from spikingfa.training.data_fit import topology_of

LATENCY = {"input.coding": "latency", "input.latency_max": "40 ms"}


def test_each_lit_neuron_fires_once_at_its_time(tiny_model, tmp_path):
    run = spikingfa.train(tiny_model.but(LATENCY), out=tmp_path / "run", progress=False)
    x, spikes = load_data(run.model.task).x_test.astype(float), run.spikes
    dt, trial = float(run.model.training.dt), float(run.model.training.trial)
    t, i = spikes.of("input")
    for onset in spikes.onsets:
        these = (t >= onset - dt / 2) & (t < onset + trial - dt / 2)
        fired = np.full(x.shape[1], np.inf)  # never
        fired[i[these]] = t[these] - onset
        assert len(i[these]) == len(set(i[these]))
        due = np.where(x > 0, 0.04 * (1 - x), np.inf)
        as_due = np.abs(np.where(x > 0, fired, 0) - np.where(x > 0, due, 0)) <= dt / 2 + 1e-9
        shown = as_due.all(axis=1) & (np.isfinite(fired) == (x > 0)).all(axis=1)
        assert shown.sum() == 1  # one of the test stimuli


def test_initial_weights_are_those_of_one_spike_a_trial(tiny_model):
    x = np.zeros((40, 6))
    x[np.arange(40), np.arange(40) % 6] = 0.5
    x[:, 0] = 1
    y = np.arange(40) % 2
    model = tiny_model.but(LATENCY | {"hidden.size": 500, "hidden.i_init": "100 pA"})
    topology = topology_of(model, Data(x, y, x, y))
    w = initial_state(topology, np.random.default_rng(0))["input_to_hidden.w"]
    n_lit = np.count_nonzero(x, axis=1).mean()
    rate = 1 / float(model.training.trial)
    sd = 100e-12 / (float(model.hidden[0].tau_syn) * rate * np.sqrt(n_lit))
    assert w.std() == pytest.approx(sd, rel=0.05)


def test_the_last_spike_comes_within_the_trial(tiny_model):
    with pytest.raises(ModelError, match=r"input\.latency_max = 1\. s must be shorter than"):
        tiny_model.but(LATENCY | {"input.latency_max": "1 second"})


@pytest.mark.slow
def test_digits_are_learnt_by_a_rule_with_eligibility(tmp_path):
    changes = {"input.latency_max": "20 ms", "plasticity.rule": "eprop", "training.epochs": 5}
    model = spikingfa.load_model("digits_fa").but({"input.coding": "latency"} | changes)
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] < 0.3  # chance is 0.9
