"""The spike pattern task: its trains, Van Rossum's distance, and what a run tells."""

import csv

import numpy as np
import pytest

import spikingfa
from spikingfa.cli.main import main
from spikingfa.engine import Outcome
from spikingfa.model.model import Model, Task
from spikingfa.tasks import Data, load_data
from spikingfa.tasks.events import Events
from spikingfa.training.metrics import METRICS

DISTANCE = METRICS["van_rossum"]
TASK = Task(name="spike_pattern", n_train=3)


def trains(times, units=None, n_units: int = 1) -> Events:
    units = np.zeros(len(times), int) if units is None else np.array(units)
    return Events.listed(np.array(times), units, np.zeros(len(times), int), 1, n_units)


def distance(fired: Events, wanted: Events) -> float:
    data = Data(wanted, np.array([0]), wanted, np.array([0]), (), answers=wanted)
    return float(DISTANCE.losses(fired, data, data.y_test, data.y_test)[0])


def test_one_pattern_is_shown_again_and_again():
    data = load_data(TASK)
    assert data.x_train.shape == (3, 100)
    assert data.x_test.shape == (1, 100)
    assert data.answers.shape == (1, 5)
    for k in range(3):
        np.testing.assert_array_equal(data.x_train.of(k), data.x_test.of(0))
    assert set(data.y_train) == set(data.y_test) == {0}


@pytest.mark.parametrize("duration", ["200 ms", "5 second"])
def test_trains_have_their_rates_and_dead_times(duration):
    seconds = float(Task(duration=duration).duration)
    for seed in range(20):
        data = load_data(Task(name="spike_pattern", n_train=1, duration=duration, seed=seed))
        inputs, outputs = data.x_test.of(0), data.answers.of(0)
        assert max(inputs[0].max(), outputs[0].max(initial=0)) < seconds
        assert outputs[0].min(initial=1) >= 0.05
        for i in range(5):
            assert (np.diff(outputs[0][outputs[1] == i]) >= 0.02 - 1e-6).all()
    if seconds > 1:
        assert len(inputs[0]) / (100 * seconds) == pytest.approx(20, rel=0.1)
        assert len(outputs[0]) / (5 * seconds) == pytest.approx(20, rel=0.3)


def test_the_seed_draws_the_pattern():
    one, same, other = (load_data(Task(name="spike_pattern", seed=k)).answers for k in (1, 1, 2))
    np.testing.assert_array_equal(one.times, same.times)
    assert not np.array_equal(one.times[:5], other.times[:5])


def test_the_right_trains_have_no_distance_and_silence_has_one():
    wanted = trains([0.01, 0.03, 0.05], [0, 1, 0], n_units=2)
    assert distance(wanted, wanted) == pytest.approx(0, abs=1e-12)
    assert distance(trains([], n_units=2), wanted) == 1


def test_a_spike_that_is_late_costs_the_more_the_later_it_is():
    """Of one spike each, d apart: 2 (1 - exp(-d/tau))."""
    for late in (0.001, 0.01, 0.1):
        expected = 2 * (1 - np.exp(-late / 0.01))
        assert distance(trains([0.2 + late]), trains([0.2])) == pytest.approx(expected, rel=1e-4)


def test_spikes_of_another_output_do_not_help():
    assert distance(trains([0.2], [1], n_units=2), trains([0.2], n_units=2)) == pytest.approx(2)


def test_it_is_the_integral_of_filtered_trains():
    rng = np.random.default_rng(0)
    fired, wanted = rng.uniform(0, 0.1, 6), rng.uniform(0, 0.1, 5)
    t = np.arange(0, 0.3, 1e-5)

    def filtered(times):
        since = t[:, None] - times
        return np.where(since >= 0, np.exp(-np.maximum(since, 0) / 0.01), 0).sum(axis=1)

    f, g = filtered(fired), filtered(wanted)
    expected = ((f - g) ** 2).sum() / (g**2).sum()
    assert distance(trains(fired), trains(wanted)) == pytest.approx(expected, rel=2e-3)


def test_nothing_wanted_is_nothing_to_compare_with():
    with pytest.raises(spikingfa.DataError, match="no spike is wanted"):
        distance(trains([0.1]), trains([]))


def test_spikes_are_sorted_into_trials():
    t, i = np.array([0.0, 0.0999, 0.1, 0.25]), np.array([1, 0, 1, 0])
    readout = {"count": np.zeros((3, 2))}
    halves = [
        Outcome({}, {"count": readout["count"][:n]}, {}, {"output": spikes}, duration)
        for n, spikes, duration in (
            (1, (t[:2], i[:2]), 0.1),
            (2, (t[2:] - 0.1, i[2:]), 0.2),
        )
    ]
    answers = DISTANCE.answers(Outcome.joined(halves), Model(), trial=0.1)
    fired = [
        [(round(1e3 * float(time), 3), unit) for time, unit in zip(*answers.of(k))]
        for k in range(3)
    ]
    assert fired == [[(99.9, 0), (0, 1)], [(0, 1)], [(50, 0)]]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    model = Model().but(
        {"task.name": "spike_pattern", "task.n_train": 4, "task.duration": "200 ms"}
        | {"input.coding": "events", "output.teacher": "events", "hidden.size": 12}
        | {"training.trial": "200 ms", "training.epochs": 1}
    )
    return spikingfa.train(model, out=tmp_path_factory.mktemp("run"), progress=False)


@pytest.mark.long
def test_a_run_says_that_its_errors_are_distances(run, tmp_path, capsys):
    assert run.metrics["metric"] == "van_rossum"
    main(["test", str(run.folder), "-o", str(tmp_path / "test")])
    assert f"distance {100 * run.metrics['test_error']:.2f} %" in capsys.readouterr().out
    found = spikingfa.evaluate(run)
    assert len(found.durations) == 1
    with open(tmp_path / "test" / "answers.csv") as file:
        rows = list(csv.DictReader(file))
    for train, events in (("wanted", found.targets), ("answered", found.predictions)):
        times, outputs = events.of(0)
        told = [row for row in rows if row["train"] == train]
        assert [int(row["output"]) for row in told] == outputs.tolist()
        np.testing.assert_allclose([float(row["time_ms"]) for row in told], 1e3 * times, atol=1e-3)


@pytest.mark.long
def test_the_distance_is_that_of_the_recorded_spikes(run):
    t, i = run.spikes.of("output")
    data = load_data(run.model.task)
    fired = Events.listed(t, i, np.zeros(len(t), int), 1, 5)
    recorded = DISTANCE.losses(fired, data, data.y_test, data.y_test)[0]
    assert recorded == pytest.approx(run.metrics["test_error"], rel=1e-6)
