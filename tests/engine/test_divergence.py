"""Numbers that explode: what did, and in which trial, is reported, and what was learnt is kept."""

import csv
import dataclasses
import re
import shutil

import brian2
import numpy as np
import pytest
from helpers.chunks import N_TRIALS, make_chunk

import spikingfa
from spikingfa.engine import Outcome
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.training import chunks
from spikingfa.training.divergence import ABSURD_WEIGHT, cause
from spikingfa.training.record import record

#: A variable that is put to rest at each onset, and explodes where a neuron is driven strongly.
EXPLODING = {
    "model": "equations",
    "size": 12,
    "equations": """
        dv/dt = (v_rest - v + r_m*i_in)/tau_m : volt (unless refractory)
        dheat/dt = (heat**3 + clip(push - start, 0, 10))/(5*ms) : 1
        push = r_m*i_in/(15*mV) : 1
    """,
    "onset": "v = v_rest\nheat = 0",
    "refractory": "2*ms",
    "i_rheo": "150 pA",
    "i_init": "100 pA",
    "parameters": {
        **{"v_rest": "-65 mV", "v_thresh": "-50 mV", "v_reset": "-65 mV"},
        **{"tau_m": "20 ms", "r_m": "100 Mohm", "start": 0.0},
    },
}


def prefix(chunk, n):
    return dataclasses.replace(chunk, order=chunk.order[:n], targets=chunk.targets[:n])


@pytest.fixture(scope="module")
def exploding(tmp_path_factory):
    """An engine, and a chunk in a later trial of which `hidden.heat` explodes."""
    model = spikingfa.Model(hidden=EXPLODING)
    network, chunk = make_chunk(model)
    engine = StandaloneEngine(network, tmp_path_factory.mktemp("scratch"))
    for start in np.arange(0.0, 8.0, 0.25):
        parameters = chunk.parameters | {"hidden.start": float(start)}
        later = dataclasses.replace(chunk, parameters=parameters)
        if 0 < engine.run(later).diverged.get("hidden.heat", 0) < N_TRIALS - 1:
            return engine, later
    pytest.fail("it explodes in the first trial or never")


def test_the_first_trial_is_told_in_which_a_variable_explodes(exploding):
    engine, chunk = exploding
    outcome = engine.run(chunk)
    ((name, trial),) = outcome.diverged.items()
    assert name == "hidden.heat"
    assert engine.run(prefix(chunk, trial)).diverged == {}
    assert engine.run(prefix(chunk, trial + 1)).diverged == {"hidden.heat": trial}
    text, found = cause(engine.run, chunk, outcome)
    assert (text.partition(" ")[0], found) == ("hidden.heat", trial)


def test_the_runtime_finds_the_same(exploding):
    brian2.prefs.codegen.target = "numpy"
    try:
        engine, chunk = exploding
        trial = engine.run(chunk).diverged["hidden.heat"]
        runtime = RuntimeEngine(engine.blueprint)
        with np.errstate(all="ignore"):
            assert runtime.run(prefix(chunk, trial)).diverged == {}
            assert runtime.run(prefix(chunk, trial + 1)).diverged == {"hidden.heat": trial}
    finally:
        brian2.prefs.reset_to_defaults()


def test_outcomes_in_a_row_count_their_trials_on():
    def outcome(n, diverged):
        return Outcome({}, {"count": np.zeros((n, 3))}, {}, {}, n * 0.1, diverged)

    joined = Outcome.joined([outcome(4, {}), outcome(5, {"a.v": 2}), outcome(6, {"a.v": 0})])
    assert joined.diverged == {"a.v": 6}


@pytest.mark.parametrize("first", range(5))
def test_the_trial_is_found_in_which_weights_run_away(first):
    """By running the first trials of the chunk again."""

    def run(chunk):
        n = len(chunk.order)
        w = np.full((2, 2), ABSURD_WEIGHT if n > first else 0.0)
        later = np.full((2, 2), np.nan if n > first + 1 else 0.0)
        diverged = {"hidden.v": first + 1} if n > first + 1 else {}
        return Outcome({"b.w": later, "a.w": w, "a.phase": later}, {}, {}, {}, 0.0, diverged)

    chunk = prefix(make_chunk(spikingfa.Model(hidden={"size": 12}))[1], 5)
    text, trial = cause(run, chunk, run(chunk))
    assert trial == first
    assert text.startswith("the weights a ran away in trial {}: the learning rates")


@pytest.fixture
def model(tiny_model, monkeypatch):
    """48 training samples in chunks of 16."""
    monkeypatch.setattr(chunks, "CHUNK", 16)
    return tiny_model.but({"training.epochs": 4})


def stops(model, out, **options) -> str:
    with pytest.raises(spikingfa.SimulationError) as caught:
        spikingfa.train(model, out=out, progress=False, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_rates_a_thousand_times_too_high(model, tmp_path):
    """The run ends with one line; resumed, with the same."""
    model = model.but({"plasticity.eta_output": 1e200})
    told = stops(model, tmp_path / "run")
    found = re.search(
        r"^the weights hidden_to_output ran away in trial (\d+) of epoch 1: the learning rates"
        r" \(plasticity.eta_hidden, plasticity.eta_output\) are too high; .*run keeps the weights"
        r" after (\d+) trials, with which --start begins another run$",
        told,
    )
    assert found, told
    assert int(found[2]) < int(found[1]) <= int(found[2]) + 16
    assert stops(model, tmp_path / "run", resume=True) == told


def test_the_weights_of_the_last_good_chunk_are_kept(model, tmp_path, monkeypatch):
    """Of the second chunk of the third epoch, which is neither the first nor an epoch's last."""
    whole = spikingfa.train(model, out=tmp_path / "whole", progress=False)
    run, states = StandaloneEngine.run, []

    def breaks(self, chunk, progress=None):
        outcome = run(self, chunk, progress)
        if len(states) == 8:  # two epochs and two chunks are done
            ran_away = outcome.state | {"input_to_hidden.w": np.full((6, 12), np.nan)}
            return dataclasses.replace(outcome, state=ran_away)
        if any(value for name, value in chunk.parameters.items() if name.endswith(".eta")):
            states.append(outcome.state)
        return outcome

    with monkeypatch.context() as patch:
        patch.setattr(StandaloneEngine, "run", breaks)
        told = stops(model, tmp_path / "run")
    assert "the weights input_to_hidden ran away in trial 33 of epoch 3" in told
    assert "keeps the weights after 128 trials" in told
    stopped = spikingfa.open_run(tmp_path / "run")
    for name, array in states[-1].items():
        np.testing.assert_array_equal(stopped.arrays[name], array)
    assert stopped.metrics["finished"] is False
    assert (stopped.metrics["trials"], stopped.metrics["epochs"]) == (128, 2)
    assert stopped.history["epoch"].tolist() == [0, 1, 2]
    calmer = model.but({"plasticity.eta_output": 0.01, "training.epochs": 1})
    spikingfa.train(calmer, out=tmp_path / "calmer", start=stopped, progress=False)
    again = spikingfa.train(model, out=tmp_path / "run", resume=True, progress=False)
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(again.arrays[name], array)


@pytest.mark.long
def test_equations_that_explode_in_a_test(model, tmp_path):
    """Here before learning; nothing that was there is lost."""
    hidden = EXPLODING | {"parameters": EXPLODING["parameters"] | {"start": -5.0}}
    exploding = spikingfa.Model.model_validate(model.model_dump() | {"hidden": hidden})
    told = stops(exploding, tmp_path / "run")
    assert re.match(
        r"hidden\.heat became infinite or not a number in trial 1 of those shown: ", told
    )


def test_equations_that_explode_while_they_are_recorded(model, tiny_run, monkeypatch, tmp_path):
    """A recording of them is not kept."""
    folder = shutil.copytree(tiny_run.folder, tmp_path / "run")
    run = StandaloneEngine.run

    def breaks(self, chunk, progress=None):
        return dataclasses.replace(run(self, chunk, progress), diverged={"output.v": 1})

    monkeypatch.setattr(StandaloneEngine, "run", breaks)
    with pytest.raises(spikingfa.SimulationError, match=r"output\.v .* trial 2 of those shown"):
        record(spikingfa.open_run(folder), name="exploded", progress=False)
    assert list((folder / "recordings").iterdir()) == []


def test_history_is_of_the_epochs_that_are_done(model, tmp_path):
    stops(model.but({"plasticity.eta_output": 1e200}), tmp_path / "run")
    with open(tmp_path / "run" / "history.csv", newline="") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0"]
    run = spikingfa.open_run(tmp_path / "run")
    assert all(np.isfinite(array).all() for array in run.arrays.values())
