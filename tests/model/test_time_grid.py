"""Times on the grid of steps: what is rounded is said, what is lost is refused; and latencies."""

import dataclasses
import tomllib
import warnings

import brian2
import numpy as np
import pytest
from brian2.stateupdaters.exponential_euler import exponential_euler
from helpers.small_chunks import SIZE, make_chunk

import spikingfa
from spikingfa import Model, ModelError, SpikingFAWarning
from spikingfa.base.brian import integrate
from spikingfa.cli.main import main
from spikingfa.engine.firing import firing_rates
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.changes import differences
from spikingfa.model.describe import parameter_rows
from spikingfa.model.files import load_stored
from spikingfa.model.layers import HIDDEN
from spikingfa.model.neurons import NEURONS
from spikingfa.model.time_grid import accepting, doubts, problems
from spikingfa.network.build import blueprint
from spikingfa.network.parameters import parameters
from spikingfa.network.topology import Topology
from spikingfa.sweeping.worker import train_one

MODEL = Model()
OWN = HIDDEN["equations"]().parameters
UNIFORM = {"dist": "uniform", "low": "10 ms", "high": "30 ms"}


def said(changes) -> list[str]:
    """All warnings that a copy with these changes brings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        MODEL.but(changes)
    caught = [one for one in caught if one.category is SpikingFAWarning]  # Brian2 has its own
    assert all(one.filename == __file__ for one in caught)  # the user's line
    return [str(one.message) for one in caught]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"hidden.delay": "1.3 ms"}, "hidden.delay = 1.3 ms is rounded to 1 ms"),
        ({"output.delay": "1.5 ms"}, "output.delay = 1.5 ms is rounded to 2 ms"),
        ({"feedback.delay": "2.1 ms"}, "feedback.delay = 2.1 ms is rounded to 2 ms"),
        ({"output.teacher_latency": "12.4 ms"}, "output.teacher_latency = 12.4 ms is rounded to"),
        ({"output.readout_latency": "1.4 ms"}, "output.readout_latency = 1.4 ms is rounded to 1"),
        ({"feedback.error_latency": "9.5 ms"}, "feedback.error_latency = 9.5 ms is rounded to"),
        ({"hidden.tau_refrac": "2.9 ms"}, "hidden.tau_refrac = 2.9 ms is rounded down to 2 ms"),
        ({"hidden.tau_refrac": "1.9 ms"}, "hidden.tau_refrac = 1.9 ms acts as none"),
        ({"output.tau_refrac": "1 ms"}, "output.tau_refrac = 1 ms acts as none"),
        ({"hidden.model": "equations", "hidden.refractory": "2.5*ms"}, "hidden.refractory = 2.5"),
        ({"hidden.delay": {**UNIFORM, "high": "11 ms"}}, "has an SD of 0.288675 ms, which is lost"),
        (
            {"hidden.tau_refrac": {"dist": "normal", "mean": "3 ms", "sd": "1 ms"}},
            "is rounded down each, to a mean of 2.5 ms",
        ),
        ({"hidden.tau_m": "15 us"}, "hidden.tau_m = 0.015 ms is 0.015 of training.dt = 1 ms"),
        ({"output.tau_syn": "0.9 ms"}, "output.tau_syn = 0.9 ms is 0.9 of training.dt = 1 ms"),
        ({"feedback.tau": "0.5 ms"}, "feedback.tau = 0.5 ms is 0.5 of training.dt"),
        ({"output.tau_trace": "0.5 ms"}, "output.tau_trace = 0.5 ms is 0.5 of training.dt"),
        (
            {"plasticity.rule": "eprop", "plasticity.tau_eligibility": "0.1 ms"},
            "plasticity.tau_eligibility = 0.1 ms is 0.1 of training.dt",
        ),
        ({"hidden.model": "izhikevich", "hidden.a_u": "3 kHz"}, "hidden: 1/a_u = 0.333333 ms is"),
        ({"hidden.model": "adex", "hidden.c_m": "9 pF"}, "hidden: c_m/g_l = 0.3 ms is 0.3 of"),
        (
            {"hidden.model": "equations", "hidden.parameters": OWN | {"tau_m": "0.1 ms"}},
            "hidden.parameters.tau_m = 0.1 ms is 0.1 of training.dt",
        ),
    ],
    ids=str,
)
def test_what_is_lost_on_the_grid_is_said_once(changes, text):
    (warning,) = said(changes)
    assert text in warning
    assert "\n" not in warning


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"hidden.delay": "0.3 ms"}, "hidden.delay = 0.3 ms is shorter than a step of training.dt"),
        ({"output.delay": "0.999 ms"}, "output.delay = 0.999 ms is shorter than a step"),
        ({"feedback.delay": "0.4 ms"}, "feedback.delay = 0.4 ms is shorter than a step"),
        ({"hidden.tau_refrac": "0.5 ms"}, "hidden.tau_refrac = 0.5 ms is shorter than a step"),
        ({"output.teacher_latency": "0.2 ms"}, "output.teacher_latency = 0.2 ms is shorter"),
        ({"feedback.error_latency": "0.2 ms"}, "feedback.error_latency = 0.2 ms is shorter"),
        ({"output.readout_latency": "0.2 ms"}, "output.readout_latency = 0.2 ms is shorter"),
        (
            {"training.dt": "2 ms"},
            "feedback.delay = 1 ms is shorter than a step of training.dt = 2",
        ),
        ({"hidden.delay": {**UNIFORM, "low": "0 ms", "high": "1 ms"}}, "has a mean below a step"),
    ],
    ids=str,
)
def test_what_a_step_cannot_hold_is_refused(changes, text):
    with pytest.raises(ModelError) as error:
        MODEL.but(changes)
    assert text in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden.delay": "0 ms", "hidden.tau_refrac": "0 ms", "feedback.delay": "0 ms"},
        {"hidden.delay": "3 ms", "hidden.tau_refrac": "7 ms"},
        {"training.dt": "0.1 ms", "hidden.delay": "0.3 ms", "hidden.tau_refrac": "1.9 ms"},
        {"hidden.delay": "100.5 ms", "training.trial": "300 ms"},  # by less than a hundredth
        {"hidden.delay": UNIFORM},
        {"hidden.tau_m": "1 ms"},
        {"feedback.error": "graded", "feedback.delay": "0.3 ms"},  # which has no delay
    ],
    ids=str,
)
def test_what_lies_on_the_grid_is_silent(changes):
    assert said(changes) == []


@pytest.mark.parametrize("name", spikingfa.shipped_models())
def test_nothing_is_said_of_shipped_models(name):
    model = spikingfa.load_model(name)
    assert problems(model) == doubts(model) == []


def test_a_copy_says_only_what_is_new():
    with pytest.warns(SpikingFAWarning, match="rounded down to 2 ms"):
        doubtful = MODEL.but({"hidden.tau_refrac": "2.9 ms"})
    doubtful.but({"training.seed": 2}).but({"hidden.size": 10})  # warnings are errors here
    with pytest.warns(SpikingFAWarning) as caught:
        doubtful.but({"output.delay": "1.3 ms"})
    assert len(caught) == 1


def test_what_was_run_before_is_read_as_it_is(tmp_path):
    """Models of older versions, and those of workers: whoever made them was asked then."""
    with accepting():
        old = MODEL.but({"hidden.delay": "0.3 ms", "hidden.tau_refrac": "1.9 ms"})
    spikingfa.write_model(old, tmp_path / "model.toml")
    assert load_stored(tmp_path / "model.toml") == old
    assert spikingfa.open_run(tmp_path).model.but({"training.seed": 2}).training.seed == 2
    with pytest.raises(ModelError, match=r"hidden\.delay = 0\.3 ms is shorter"):
        spikingfa.load_model(tmp_path / "model.toml")
    tables = old.model_dump() | {"task": {"name": "arrays", "file": "nowhere.npz"}}
    assert "nowhere.npz" in train_one(tables, str(tmp_path / "run"))["reason"]


def test_commands_judge_the_model_as_it_is_run(capsys, tmp_path):
    path = tmp_path / "model.toml"
    path.write_text('[hidden]\ntau_refrac = "1.5 ms"\n')
    assert main(["show", str(path)]) == 0
    out, err = capsys.readouterr()
    assert err.count("spikingfa: warning: hidden.tau_refrac = 1.5 ms acts as none") == 1
    assert "hidden.tau_refrac = 1.5 ms acts as none" in out
    assert main(["show", str(path), "--set", "training.dt=0.5 ms"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "acts as none" not in out
    assert main(["show", str(path), "--set", "hidden.delay=0.3 ms"]) == 2
    assert "hidden.delay = 0.3 ms is shorter" in capsys.readouterr().err


# how it is integrated


@pytest.mark.parametrize("name", NEURONS)
def test_the_neurons_are_stable_for_any_time_constant(name):
    """Exponential Euler integrates them: Brian2 raises where it cannot."""
    layer = HIDDEN[name](size=1)
    soma = layer.soma()
    equations = [soma.equations.format(current=f"{soma.synaptic} + i_bias"), layer.declarations()]
    group = brian2.NeuronGroup(1, "\n".join(equations), threshold=soma.threshold)
    assert exponential_euler(group.equations, group.variables) == integrate(
        group.equations, group.variables
    )


@pytest.mark.sampled(3)
@pytest.mark.parametrize("tau_refrac", [0, 1, 1.9, 2, 2.9, 3])
def test_a_refractory_period_holds_the_potential_for_all_its_steps_but_one(tau_refrac):
    """Closed form: n steps to threshold, then floor(tau_refrac/dt) - 1 steps at reset."""
    layer = HIDDEN["lif"](size=1, i_bias="300 pA", tau_refrac=f"{tau_refrac} ms")
    v_inf = -65 + 30
    n = int(np.ceil(20 * np.log((v_inf + 65) / (v_inf + 50))))
    rate = firing_rates(layer, np.array([300e-12]), dt=1e-3, duration=10.0)
    assert rate[0] == pytest.approx(1e3 / (n + max(int(tau_refrac) - 1, 0)), abs=0.11)


# latencies


def test_latencies_follow_the_delays():
    assert (float(MODEL.teacher_latency), float(MODEL.error_latency)) == (12e-3, 20e-3)
    two = MODEL.but({"hidden.layers": 2, "hidden.delay": UNIFORM, "output.delay": "5 ms"})
    assert float(two.teacher_latency) == pytest.approx(12e-3 + 2 * 20e-3 + 5e-3)
    assert float(two.error_latency) == pytest.approx(20e-3 + 2 * 20e-3 + 5e-3)
    values = parameters(Topology(two, SIZE))
    assert values["teacher.teacher_latency"] == float(two.teacher_latency)
    assert values["error_on.error_latency"] == float(two.error_latency)
    given = two.but({"output.teacher_latency": "3 ms", "feedback.error_latency": 4 * brian2.ms})
    assert (float(given.teacher_latency), float(given.error_latency)) == (3e-3, 4e-3)


def test_a_latency_is_a_time_or_auto(tmp_path):
    for wrong in ("auto ms", "never", 12, "-1 ms", "3 mV"):
        with pytest.raises(ModelError, match=r"output\.teacher_latency"):
            MODEL.but({"output.teacher_latency": wrong})
    with pytest.raises(ModelError, match=r"error_latency = 110\. ms must be shorter than"):
        MODEL.but({"hidden.delay": "90 ms", "output.teacher_latency": "0 ms"})
    spikingfa.write_model(MODEL, tmp_path / "model.toml")
    tables = tomllib.loads((tmp_path / "model.toml").read_text("utf-8"))
    assert tables["output"]["teacher_latency"] == tables["feedback"]["error_latency"] == "auto"


def test_the_table_shows_what_auto_is():
    rows = {path: value for path, value, _ in parameter_rows(MODEL.but({"hidden.delay": "8 ms"}))}
    assert rows["output.teacher_latency"] == "20 ms"
    assert rows["feedback.error_latency"] == "28 ms"


def test_a_run_of_an_older_version_goes_on(tiny_run, tiny_model, tmp_path):
    """Its model file has the numbers that auto stands for."""
    spikingfa.write_model(tiny_model, tmp_path / "model.toml")
    text = (tmp_path / "model.toml").read_text("utf-8")
    old = text.replace('teacher_latency = "auto"', 'teacher_latency = "12 ms"')
    old = old.replace('error_latency = "auto"', 'error_latency = "20 ms"')
    assert old.count("auto") == text.count("auto") - 2
    (tmp_path / "model.toml").write_text(old, "utf-8")
    model = spikingfa.load_model(tmp_path / "model.toml")
    assert not list(differences(tiny_model, model))
    assert [path for path, *_ in differences(tiny_model.but({"hidden.delay": "5 ms"}), model)] == [
        "hidden.delay",
        "output.teacher_latency",
        "feedback.error_latency",
    ]
    assert model.output.teacher_latency != tiny_model.output.teacher_latency


@pytest.mark.sampled(3)
@pytest.mark.parametrize("delay", ["30 ms", UNIFORM], ids=str)
@pytest.mark.parametrize("continuous", [False, True])
def test_spikes_under_way_belong_to_their_trial(delay, continuous, numpy_target):
    """After a bright stimulus a dark one: what arrives then is of the first, and is dropped."""
    model = MODEL.but({"hidden.size": 12, "hidden.delay": delay, "training.continuous": continuous})
    chunk = make_chunk(model, learn=False)
    bright_then_dark = np.repeat([[1.0], [0.0]], 8, axis=1).astype(np.float32)
    chunk = dataclasses.replace(
        chunk, stimuli=bright_then_dark, order=np.arange(2), targets=chunk.targets[:2]
    )
    t, _ = RuntimeEngine(blueprint(Topology(model, SIZE))).run(chunk).spikes["hidden"]
    assert (t < 0.1 - 1e-6).any()
    assert (t > 0.1 - 1e-6).any() == continuous


@pytest.mark.slow
def test_digits_are_learnt_through_a_delay(tmp_path):
    """Teacher and error follow it, and no spike of the digit before is heard."""
    model = spikingfa.load_model("digits_fa").but({"hidden.delay": "20 ms"})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False, figures=False)
    assert run.metrics["test_error"] < 0.05
