"""Evidence accumulation: cues, delay and recall, and an output that counts in the recall only."""

import dataclasses

import numpy as np
import pytest
from helpers.chunks import assert_same, make_chunk

import spikingfa
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import Model, Task
from spikingfa.tasks import load_data

LONG = "1500 ms"


@pytest.fixture(scope="module")
def data():
    return load_data(Task(name="evidence", duration=LONG, n_train=40, n_test=10))


def group(events, stimulus: int, number: int) -> np.ndarray:
    """Spike times of one of the four groups of neurons."""
    times, units = events.of(stimulus)
    return times[units // 10 == number]


def test_cues_come_first_and_the_recall_last(data):
    assert data.x_train.shape == (40, 40)
    assert data.classes == ("left", "right")
    for k in range(40):
        for side in (0, 1):
            t = group(data.x_train, k, side)
            assert t.max(initial=0) < 1.05
            assert (t % 0.15 < 0.1 + 1e-6).all()  # nothing in the pauses
        recall = group(data.x_train, k, 2)
        assert recall.min() >= 1.35
        assert recall.max() < 1.5


def test_the_class_is_the_side_with_more_cues(data):
    for k, y in enumerate(data.y_train):
        cues = [len(np.unique(group(data.x_train, k, side) // 0.15)) for side in (0, 1)]
        assert sum(cues) == 7
        assert y == (cues[1] > cues[0])
    assert 0.2 < data.y_train.mean() < 0.8


def test_rates_are_those_of_the_article(data):
    counts = [[len(group(data.x_train, k, g)) for g in range(4)] for k in range(40)]
    cues, recall, background = np.sum(counts, axis=0)[[0, 1]].sum(), *np.sum(counts, axis=0)[2:]
    assert cues == pytest.approx(40 * 10 * 0.7 * 40, rel=0.1)
    assert recall == pytest.approx(40 * 10 * 0.15 * 40, rel=0.1)
    assert background == pytest.approx(40 * 10 * 1.5 * 10, rel=0.1)


def test_more_training_leaves_the_test_as_it_is(data):
    more = load_data(Task(name="evidence", duration=LONG, n_train=80, n_test=10))
    assert more.y_test.shape == data.y_test.shape
    assert len(more.x_train) == 80


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        ({"cues": 4}, "task.cues = 4 must be odd, or no side may have more cues"),
        (
            {"duration": "1.1 second"},
            "task.duration = 1.1 s is too short for 7 cues and the recall: needs 1200 ms",
        ),
    ],
)
def test_tasks_that_are_refused(task, reason):
    with pytest.raises(spikingfa.DataError) as caught:
        load_data(Task(**({"name": "evidence", "duration": LONG} | task)))
    assert str(caught.value) == reason


# the read-out


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(hidden={"size": 12}, output={"readout_latency": "60 ms"})


@pytest.fixture(scope="module")
def engine(model, tmp_path_factory) -> StandaloneEngine:
    return StandaloneEngine(make_chunk(model)[0], tmp_path_factory.mktemp("scratch"))


@pytest.mark.long
def test_spikes_count_from_the_latency_on(engine, model):
    chunk = make_chunk(model)[1]
    outcome = engine.run(chunk)
    t, i = outcome.spikes["output"]
    trial, late = np.floor(t / 0.1 + 1e-6).astype(int), t % 0.1 > 0.0595
    n_trials = len(chunk.order)
    counts = np.bincount(3 * trial[late] + i[late], minlength=3 * n_trials).reshape(-1, 3)
    np.testing.assert_array_equal(outcome.readout["count"], counts)
    assert 0 < counts.sum() < len(t)


@pytest.mark.long
def test_the_latency_changes_the_answer_only(engine, model, tmp_path):
    whole = model.but({"output.readout_latency": "0 ms"})
    network, chunk = make_chunk(whole)
    outcome, other = (
        StandaloneEngine(network, tmp_path).run(chunk),
        engine.run(make_chunk(model)[1]),
    )
    assert_same(outcome, other, what=("state", "spikes"))
    assert (outcome.readout["count"] >= other.readout["count"]).all()
    assert not np.array_equal(outcome.readout["charge"], other.readout["charge"])


@pytest.mark.long
def test_runtime_and_compiled_network_agree_bit_for_bit(engine, model, numpy_target):
    chunk = dataclasses.replace(make_chunk(model)[1])
    assert_same(engine.run(chunk), RuntimeEngine(engine.blueprint).run(chunk))


def test_a_read_out_after_the_trial_is_refused():
    with pytest.raises(spikingfa.ModelError, match=r"output\.readout_latency = 200. ms must be sh"):
        Model().but({"output.readout_latency": "200 ms"})


@pytest.mark.slow
def test_evidence_is_accumulated(tmp_path):
    model = spikingfa.load_model("evidence_fa").but({"training.epochs": 3})
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] <= 0.06
