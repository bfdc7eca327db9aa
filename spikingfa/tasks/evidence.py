"""Evidence accumulation: cues left and right, a delay, and which side had more.

The task of e-prop (Bellec et al. 2020, Nat Commun 11:3625), after experiments with mice in a
virtual maze (Morcos & Harvey 2016, Nat Neurosci 19:1672). Here the recall is always at the same
time, at the end of the trial.
"""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.events import Events

CLASSES = ("left", "right")
PER_GROUP = 10  # neurons for left cues, right cues, recall and background
CUE, PAUSE, RECALL = 0.1, 0.05, 0.15  # s
RATE, BACKGROUND = 40.0, 10.0  # Hz
DOMINANT = 0.7  # probability of a cue on the side that the trial favours


def load_evidence(task: Task) -> Data:
    """`n_test` and `n_train` trials of `task.cues` cues, a delay and a recall.

    The delay is what is left of `task.duration`. Neurons fire as Poisson processes: at 40 Hz in a
    cue of their side, or in the recall; those of the background at 10 Hz all the time.

    Raises
    ------
    DataError
        The number of cues is even, so that no side may have more, or there is no time for them.
    """
    rng, n = np.random.default_rng(task.seed), task.n_train + task.n_test
    recall = float(task.duration) - RECALL
    if task.cues % 2 == 0:
        raise DataError(f"task.cues = {task.cues} must be odd, or no side may have more cues")
    if task.cues * (CUE + PAUSE) > recall + 1e-9:
        least = 1e3 * (task.cues * (CUE + PAUSE) + RECALL)
        raise DataError(
            f"task.duration = {task.duration} is too short for {task.cues} cues and the recall:"
            f" needs {least:g} ms"
        )
    favoured = rng.integers(0, 2, n)
    agrees = rng.random((n, task.cues)) < DOMINANT
    sides = np.where(agrees, favoured[:, None], 1 - favoured[:, None])
    y = (2 * sides.sum(axis=1) > task.cues).astype(int)
    x = _trains(rng, sides, recall)
    rest = slice(task.n_test, None)  # more training leaves the test as it is
    return Data(x[rest], y[rest], x[: task.n_test], y[: task.n_test], CLASSES)


def _trains(rng: np.random.Generator, sides: np.ndarray, recall: float) -> Events:
    """Spikes of all trials; those of a trial are drawn before those of the next."""
    n_cues = sides.shape[1]
    onsets = np.concatenate([np.arange(n_cues) * (CUE + PAUSE), [recall, 0]])
    lengths = np.array([*[CUE] * n_cues, RECALL, recall + RECALL])
    rates = np.array([*[RATE] * n_cues, RATE, BACKGROUND])
    times, units, stimuli = [], [], []
    for stimulus, cues in enumerate(sides):
        groups = np.array([*cues, 2, 3])
        counts = rng.poisson(PER_GROUP * rates * lengths)
        total = counts.sum()
        times.append(np.repeat(onsets, counts) + rng.random(total) * np.repeat(lengths, counts))
        units.append(PER_GROUP * np.repeat(groups, counts) + rng.integers(0, PER_GROUP, total))
        stimuli.append(np.full(total, stimulus))
    listed = (np.concatenate(parts) for parts in (times, units, stimuli))
    return Events.listed(*listed, len(sides), 4 * PER_GROUP)
