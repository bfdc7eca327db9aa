"""A spike train for each output, to be fired in response to one frozen pattern of input spikes.

The task of SuperSpike (Zenke & Ganguli 2018, Neural Comput 30:1514).
"""

import numpy as np

from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.events import Events

N_INPUTS, INPUT_RATE = 100, 20.0  # Hz
N_OUTPUTS, OUTPUT_RATE = 5, 20.0
FIRST, APART = 0.05, 0.02  # s; before and between wanted spikes an output has time


def load_spike_pattern(task: Task) -> Data:
    """`n_train` times the same stimulus of `task.duration`; the test shows it once.

    Inputs are Poisson trains; wanted trains are as well, but leave at least 20 ms between two
    spikes and 50 ms before the first.
    """
    rng, duration = np.random.default_rng(task.seed), float(task.duration)
    counts = rng.poisson(INPUT_RATE * duration, N_INPUTS)
    times = rng.uniform(0, duration, counts.sum())
    pattern = _trains(times, np.repeat(np.arange(N_INPUTS), counts), N_INPUTS)
    wanted = [_spaced(rng, duration) for _ in range(N_OUTPUTS)]
    outputs = np.repeat(np.arange(N_OUTPUTS), [len(train) for train in wanted])
    answers = _trains(np.concatenate(wanted), outputs, N_OUTPUTS)
    y = np.zeros(task.n_train, int)
    x = pattern[y]
    return Data(x, y, pattern, y[:1], classes=(), answers=answers, metric="van_rossum")


def _trains(times: np.ndarray, units: np.ndarray, n_units: int) -> Events:
    return Events.listed(times, units, np.zeros(len(times), int), 1, n_units)


def _spaced(rng: np.random.Generator, duration: float) -> np.ndarray:
    """A Poisson train with a dead time."""
    gaps = APART + rng.exponential(1 / OUTPUT_RATE - APART, round(10 + 3 * OUTPUT_RATE * duration))
    times = FIRST + np.cumsum(gaps) - gaps[0] * rng.random()
    return times[times < duration]
