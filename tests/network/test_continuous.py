"""Continuous operation: stimuli follow each other, and the network is told of no boundary."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.chunks import assert_same, make_chunk

from spikingfa.base.errors import ModelError
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.files import load_model, write_model
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.describe import equations
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.training.metrics import METRICS

SIZE = Stimuli(8, 3, 2.0)

WITH_TRACES = ("superspike", "eprop")
RULES = ["three_factor", *(pytest.param(rule, marks=pytest.mark.slow) for rule in WITH_TRACES)]


def model(rule="three_factor", continuous=True, **changes) -> Model:
    fields = {"training.continuous": continuous, "plasticity.rule": rule, "hidden.size": 12}
    return Model().but(fields | changes)


def shown_twice(chunk):
    """Every stimulus twice in a row, for as long as before; and once, for twice as long."""
    order, targets = (np.repeat(a, 2) for a in (chunk.order, chunk.targets))
    twice = replace(chunk, order=order, targets=targets)
    trial = {f"{name}.trial_duration": 2 * chunk.trial for name in ("input", "teacher")}
    return twice, replace(chunk, trial=2 * chunk.trial, parameters=chunk.parameters | trial)


@pytest.mark.parametrize("rule", RULES)
def test_a_stimulus_shown_twice_is_one_of_twice_the_duration(rule, tmp_path):
    """Bit for bit, in spikes and weights, while it learns: the boundary changes nothing."""
    network, chunk = make_chunk(model(rule))
    twice, long = map(StandaloneEngine(network, tmp_path).run, shown_twice(chunk))
    assert min(twice.n_spikes.values()) > 0
    assert_same(twice, long, what=("spikes", "state", "n_spikes"))
    counts = twice.readout["count"].reshape(-1, 2, 3).sum(axis=1)
    np.testing.assert_array_equal(counts, long.readout["count"])


@pytest.mark.long
def test_in_trials_it_is_not(tmp_path):
    network, chunk = make_chunk(model(continuous=False))
    twice, long = map(StandaloneEngine(network, tmp_path).run, shown_twice(chunk))
    assert twice.n_spikes["hidden"] != long.n_spikes["hidden"]


@pytest.mark.parametrize("coding", ["regular", "events"])
@pytest.mark.parametrize("rule", PLASTICITY)
def test_a_boundary_sets_only_what_is_shown_told_and_counted(rule, coding):
    """And the network reads no counter."""
    codings = {"input.coding": coding, "output.teacher": coding, "output.readout_latency": "40 ms"}
    network = blueprint(Topology(model(rule, **codings), SIZE))
    train = {"trial", "k", "due", "onset"} if coding == "events" else {"trial"}
    sets = {
        "input": train | ({"intensity"} if coding == "regular" else set()),
        "output": {"count", "charge", "onset"},
        "teacher": train | ({"answer"} if coding == "regular" else set()),
    }
    for population in network.populations:
        written = {line.split(" = ")[0] for line in population.onset.splitlines()}
        assert written == sets.get(population.name, set())
    for projection in network.projections:
        read = " ".join(projection.statements)
        assert not any(
            f"{name}_{end}" in read for name in sets["output"] for end in ("pre", "post")
        )


def test_what_the_teacher_tells_arrives_after_its_latency(tmp_path):
    """Traces are output spikes less teacher spikes of 25 ms before, filtered."""
    network, chunk = make_chunk(model(**{"output.teacher_latency": "25 ms"}))
    trace = {"error_off.trace": np.zeros(3)}
    chunk = replace(chunk, arrays=chunk.arrays | trace, carried=("error_off.trace",))
    outcome = StandaloneEngine(network, tmp_path).run(chunk)
    expected = np.zeros(3)
    for name, sign, delay in (("output", 1, 0.0), ("teacher", -1, 25e-3)):
        t, i = outcome.spikes[name]
        since = chunk.duration - 1e-3 - (t + delay)
        there = since > -0.5e-3
        assert there.sum() > 10
        np.add.at(expected, i[there], sign * np.exp(-since[there] / 40e-3))
    np.testing.assert_allclose(outcome.state["error_off.trace"], expected, rtol=1e-9)


@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("rule", RULES)
def test_runtime_and_compiled_network_agree_bit_for_bit(rule, tmp_path):
    network, chunk = make_chunk(model(rule))
    engines = StandaloneEngine(network, tmp_path), RuntimeEngine(network)
    assert_same(*(engine.run(chunk) for engine in engines))


@pytest.mark.slow
def test_our_code_and_brian2s_agree_bit_for_bit(tmp_path):
    network, chunk = make_chunk(model("eprop"))
    engines = (StandaloneEngine(n, tmp_path) for n in (network, replace(network, vectorised=False)))
    assert_same(*(engine.run(chunk) for engine in engines))


def test_values_are_read_from_the_whole_presentation():
    """As many spikes as full answers stand for: the teacher is never silent."""
    nse = METRICS["nse"]
    assert nse.shortest(model(continuous=False)) == pytest.approx(12e-3)
    assert nse.shortest(model()) == 0
    assert nse.shortest(model(**{"output.readout_latency": "40 ms"})) == pytest.approx(40e-3)


def test_what_is_under_way_when_a_stimulus_ends_arrives_later():
    late = {"training.trial": "10 ms", "output.teacher_latency": "30 ms", "hidden.delay": "12 ms"}
    assert float(model(**late).teacher_latency) > float(model(**late).training.trial)
    with pytest.raises(ModelError, match=r"must be shorter than training\.trial = 10. ms"):
        model(continuous=False, **late)
    with pytest.raises(ModelError, match=r"output\.readout_latency = 20. ms must be shorter"):
        model(**late, **{"output.readout_latency": "20 ms"})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hidden.dropout": 0.2}, "hidden.dropout = 0.2, which is drawn for every trial"),
        (
            {"feedback.kind": "weight_mirror", "hidden.i_noise": "100 pA"},
            'feedback.kind = "weight_mirror", which learns in phases of its own',
        ),
        (
            {"task.name": "evidence"},
            'task.name = "evidence", whose error counts in the recall only',
        ),
    ],
)
def test_what_needs_trials_is_refused_in_one_line(changes, reason):
    with pytest.raises(ModelError) as told:
        model(**changes)
    assert str(told.value) == f"training.continuous = true does not go with {reason}"


def test_a_model_file_keeps_it(tmp_path):
    path = tmp_path / "model.toml"
    write_model(model(), path)
    assert "continuous = true" in path.read_text()
    assert load_model(path) == model()


def test_the_equations_say_when_the_network_is_put_to_rest():
    texts = [equations(model(continuous=c)) for c in (False, True)]
    assert "at rest, at the start of a trial:" in texts[0]
    assert "at rest, at the start of a run:" in texts[1]
