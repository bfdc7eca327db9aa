"""Metrics by which the answers of a network are judged.

A metric is the mean of a loss over trials, as a fraction: 0 is perfect, and 1 as good as none.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.engine import Outcome
from spikingfa.model.model import Model
from spikingfa.run_folder.held_out import part_in
from spikingfa.tasks import Data
from spikingfa.tasks.events import Events
from spikingfa.tasks.pairs import signed
from spikingfa.training.analysis import decisions


class Metric(ABC):
    """A metric: how answers are read from what the output fired, and how wrong they are.

    Attributes
    ----------
    label : str
        What it is called where people read it.
    classifies : bool
        Whether answers are classes.
    reads_spikes : bool
        Whether the times of output spikes are needed.
    any_time : bool
        Whether answers may be judged before the stimulus is over.
    """

    label: ClassVar[str]
    classifies: ClassVar[bool] = False
    reads_spikes: ClassVar[bool] = False
    any_time: ClassVar[bool] = True

    def shortest(self, model: Model) -> float:
        """Seconds after the onset of a stimulus before which there is nothing to judge."""
        return float(model.output.readout_latency)

    @abstractmethod
    def answers(self, outcome: Outcome, model: Model, trial: float) -> np.ndarray:
        """Answers in each trial of `trial` seconds, shape (n_trials, ...)."""

    @abstractmethod
    def wanted(self, data: Data, rows: np.ndarray) -> np.ndarray:
        """Wanted answers, as `answers` has them; `rows` as in `losses`."""

    @abstractmethod
    def losses(self, answers: np.ndarray, data: Data, rows: np.ndarray, among: np.ndarray):
        """Loss of each trial, shape (n_trials,).

        Parameters
        ----------
        answers : ndarray, shape (n_trials, ...)
        data : Data
        rows : ndarray of int, shape (n_trials,)
            The rows of ``data.answers`` that were wanted.
        among : ndarray of int
            Those of the whole training or test, which the trials belong to.
        """


class Error(Metric):
    """The part of stimuli that is given a wrong class: that of the most output spikes."""

    label = "error"
    classifies = True

    def answers(self, outcome: Outcome, model: Model, trial: float) -> np.ndarray:
        """Numbers of classes."""
        return decisions(**outcome.readout)

    def wanted(self, data: Data, rows: np.ndarray) -> np.ndarray:
        """Numbers of classes."""
        return rows

    def losses(self, answers, data: Data, rows, among) -> np.ndarray:
        """Whether the class is wrong."""
        return answers != rows


class NSE(Metric):
    """Normalised squared error: ``sum |y - y*|**2 / sum |y* - mean y*|**2``.

    Lillicrap et al. 2016, Nat Commun 7:13276. An output pair answers
    ``y = (on spikes - off spikes) / (teacher_rate * (trial - latency))``, where the
    latency is that of the teacher or of the read-out, whichever is longer; in continuous
    operation, where the teacher is never silent, that of the read-out.
    """

    label = "NSE"

    def shortest(self, model: Model) -> float:
        """The latency of the teacher, or of the read-out; of that alone in continuous operation."""
        silent = 0.0 if model.training.continuous else float(model.teacher_latency)
        return max(silent, float(model.output.readout_latency))

    def answers(self, outcome: Outcome, model: Model, trial: float) -> np.ndarray:
        """Signed values, shape (n_trials, n_outputs / 2)."""
        spikes = float(model.output.teacher_rate) * (trial - self.shortest(model))
        return signed(outcome.readout["count"]) / spikes

    def wanted(self, data: Data, rows: np.ndarray) -> np.ndarray:
        """Signed values."""
        return signed(data.answers[rows])

    def losses(self, answers, data: Data, rows, among) -> np.ndarray:
        """Squared errors, by the variance of what is wanted."""
        variance = self.wanted(data, among).var(axis=0, dtype=float).sum()
        if not variance:
            raise DataError("the answers of all stimuli are the same: there is no NSE")
        return ((answers - self.wanted(data, rows)) ** 2).sum(axis=1) / variance


class VanRossum(Metric):
    """Van Rossum's distance between spike trains, by that of a silent output.

    ``D**2 = 1/tau int (f - g)**2 dt`` of the trains f and g filtered by ``exp(-t/tau)``, with tau =
    10 ms, summed over outputs (van Rossum 2001, Neural Comput 13:751).
    """

    label = "distance"
    reads_spikes = True
    any_time = False
    tau = 0.01

    def answers(self, outcome: Outcome, model: Model, trial: float) -> Events:
        """Spike trains of the outputs, a stimulus a trial."""
        t, i = outcome.spikes["output"]
        n_trials, n_outputs = outcome.readout["count"].shape
        number = np.floor(t / trial + 1e-6).astype(int)  # a spike at an onset is of that trial
        return Events.listed(np.maximum(t - number * trial, 0), i, number, n_trials, n_outputs)

    def wanted(self, data: Data, rows: np.ndarray) -> Events:
        """Spike trains."""
        return data.answers[rows]

    def losses(self, answers: Events, data: Data, rows, among) -> np.ndarray:
        """Squared distances, by those of a silent output."""
        wanted = [data.answers.of(row) for row in rows]
        fired = [answers.of(trial) for trial in range(len(answers))]
        silent = np.array([self.overlap(train, train) for train in wanted])
        if not silent.all():
            raise DataError("no spike is wanted: there is no distance relative to silence")
        crossed = [self.overlap(*pair) for pair in zip(fired, wanted)]
        own = [self.overlap(train, train) for train in fired]
        return (own - 2 * np.array(crossed) + silent) / silent

    def overlap(self, one: tuple, other: tuple) -> float:
        """``2/tau int f g dt`` of filtered trains, each as times (s) and units, over all units."""
        (t, i), (s, j) = one, other
        same = i[:, None] == j[None, :]
        return float((same * np.exp(-np.abs(t[:, None] - s[None, :]) / self.tau)).sum())


METRICS: dict[str, Metric] = {"error": Error(), "nse": NSE(), "van_rossum": VanRossum()}


def label_of(metrics: dict) -> str:
    """The name of a run's errors, by its ``metrics.json``."""
    return METRICS[metrics.get("metric", "error")].label


def name_of(metrics: dict) -> str:
    """The name with the part of the data that they are of: ``validation error``."""
    return f"{part_in(metrics)} {label_of(metrics)}"
