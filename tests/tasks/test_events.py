"""Events: how they are kept, and how networks replay them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spikingfa
from spikingfa.engine import Chunk
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import random_feedback, synaptic_values
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates, parameters
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.tasks import Data
from spikingfa.tasks.events import Events, joined
from spikingfa.training.data_fit import topology_of

N_STIMULI, N_UNITS, N_OUTPUTS = 5, 8, 3


def random_events(seed: int, n: int, n_units: int = N_UNITS, least: float = 0.0) -> Events:
    rng = np.random.default_rng(seed)
    times, units = rng.uniform(least, 0.12, n), rng.integers(0, n_units, n)
    return Events.listed(times, units, rng.integers(0, N_STIMULI, n), N_STIMULI, n_units)


@given(
    st.lists(
        st.tuples(st.floats(0, 9, width=32), st.integers(0, 3), st.integers(0, 4)), max_size=30
    )
)
def test_nothing_is_lost_and_all_is_sorted(listed):
    times, units, stimuli = (np.array([e[k] for e in listed]) for k in range(3))
    events = Events.listed(times, units.astype(int), stimuli.astype(int), 5, 4)
    assert events.shape == (5, 4)
    assert len(events) == 5
    for s in range(5):
        t, i = events.of(s)
        expected = sorted((unit, time) for time, unit, stimulus in listed if stimulus == s)
        assert list(zip(i.tolist(), t.tolist())) == expected


@pytest.mark.parametrize("chosen", [slice(1, 3), [4, 0, 0], slice(5, 5), np.array([2])])
def test_events_are_chosen_as_rows_of_an_array_are(chosen):
    events = random_events(0, 60)
    numbers = np.arange(N_STIMULI)[chosen]
    part = events[chosen]
    assert len(part) == len(numbers)
    for k, s in enumerate(numbers):
        np.testing.assert_array_equal(part.of(k), events.of(s))


def test_events_are_joined_as_arrays_are():
    one, other = random_events(0, 60), random_events(1, 30)
    both = joined(one, other)
    for k in range(N_STIMULI):
        np.testing.assert_array_equal(both.of(k), one.of(k))
        np.testing.assert_array_equal(both.of(N_STIMULI + k), other.of(k))


def test_counts_are_those_before_a_time():
    events = random_events(0, 200)
    counts = events.counts(0.05)
    for s in range(N_STIMULI):
        t, i = events.of(s)
        np.testing.assert_array_equal(counts[s], np.bincount(i[t < 0.05], minlength=N_UNITS))


@pytest.fixture(scope="module")
def model():
    model = spikingfa.Model(hidden={"size": 12}).but({"input.coding": "events"})
    return model.but({"output.teacher": "events"})


@pytest.fixture(scope="module")
def chunk(model) -> Chunk:
    rng = np.random.default_rng(4)
    stimuli, answers = random_events(2, 400), random_events(3, 60, N_OUTPUTS, least=0.012)
    squares = (stimuli.counts(0.1) / 20.0) ** 2
    topology = Topology(model, Stimuli(N_UNITS, N_OUTPUTS, float(squares.sum(axis=1).mean())))
    state = initial_state(topology, rng)
    state["hidden_to_output.w"] += 30e-12
    fixed = synaptic_values(topology, random_feedback(topology, rng))
    return Chunk(
        stimuli=stimuli,
        order=np.array([3, 0, 4, 3, 1, 2]),
        targets=np.array([1, 0, 4, 3, 1, 0]),
        answers=answers,
        trial=0.1,
        parameters=parameters(topology) | learning_rates(topology, 0.0),
        arrays=state | fixed,
        carried=tuple(state),
        record=True,
    )


@pytest.fixture(scope="module")
def engine(model, tmp_path_factory) -> StandaloneEngine:
    network = blueprint(Topology(model, Stimuli(N_UNITS, N_OUTPUTS, 1.0)))
    return StandaloneEngine(network, tmp_path_factory.mktemp("scratch"))


def assert_same(one, other) -> None:
    assert one.n_spikes == other.n_spikes
    for name in ("state", "readout", "spikes"):
        for key, array in getattr(one, name).items():
            np.testing.assert_array_equal(array, getattr(other, name)[key], err_msg=key)


def test_runtime_and_compiled_network_agree_bit_for_bit(engine, chunk, numpy_target):
    outcome = engine.run(chunk)
    assert min(outcome.n_spikes.values()) > 0
    assert_same(outcome, RuntimeEngine(engine.blueprint).run(chunk))


def replayed(events: Events, row: int, trial: float, dt: float = 1e-3) -> set[tuple[int, int]]:
    """Step and unit of each event; of those in one step the later ones come in the next."""
    steps = set()
    for unit in range(events.n_units):
        t, i = events.of(row)
        step = -1
        for time in t[i == unit]:
            step = max(round(float(time) / dt), step + 1)
            if step < round(trial / dt):
                steps.add((step, unit))
    return steps


@pytest.mark.parametrize(("population", "rows"), [("input", "order"), ("teacher", "targets")])
def test_events_are_replayed_at_their_times(engine, chunk, population, rows):
    events = chunk.stimuli if population == "input" else chunk.answers
    t, i = engine.run(chunk).spikes[population]
    fired = {(round(time / 1e-3), unit) for time, unit in zip(t, i.tolist())}
    expected = {
        (100 * trial + step, unit)
        for trial, row in enumerate(getattr(chunk, rows))
        for step, unit in replayed(events, row, chunk.trial)
    }
    assert fired == expected
    assert len(t) == len(fired)


def test_other_events_need_no_other_program(engine, chunk):
    other = dataclasses.replace(chunk, stimuli=random_events(7, 100), record=False)
    assert engine.run(other).n_spikes["input"] < engine.run(chunk).n_spikes["input"]


def brightness(model, data) -> float:
    return topology_of(model, data).stimuli.mean_square_sum


def test_learning_rates_are_scaled_to_the_events(model):
    """Twice the events at half the duration: the squared rates are sixteen times as large."""
    data = Data(
        random_events(0, 50), np.zeros(5, int), random_events(1, 50), np.zeros(5, int), ("a",)
    )
    model = model.but({"output.teacher": "regular", "training.trial": "120 ms"})
    once = brightness(model, data)
    train = data.x_train
    twice = Events(np.repeat(train.times, 2) / 2, 2 * train.starts, N_UNITS)
    half = model.but({"training.trial": "60 ms"})
    data = dataclasses.replace(data, x_train=twice)
    assert brightness(half, data) == pytest.approx(16 * once)
    faster = model.but({"input.rate_max": "400 Hz"})  # of no consequence for events
    rate = float(faster.input.rate_max) ** 2 * brightness(faster, data)
    assert rate == pytest.approx(200**2 * brightness(model, data))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"input.coding": "regular", "output.teacher": "regular"},
            "the stimuli are events: input.coding must be \"events\", got 'regular'",
        ),
        ({}, "the answers are intensities: output.teacher must not be \"events\", got 'events'"),
        (
            {"output.teacher": "poisson", "training.trial": "30 ms"},
            "no event of the stimuli comes within training.trial = 30. ms: they go up to 0.06 s",
        ),
    ],
)
def test_models_that_do_not_suit_the_data(model, tmp_path, changes, reason):
    late = Events.listed([0.05, 0.06], [0, 1], [0, 1], 2, 2)
    y = np.array([0, 1])
    data = Data(late, y, late, y, ("a", "b"))
    with pytest.raises(spikingfa.DataError) as caught:
        spikingfa.train(model.but(changes), data=data, out=tmp_path / "run", progress=False)
    assert str(caught.value) == reason
    assert not (tmp_path / "run").exists()
