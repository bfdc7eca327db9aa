"""What the answers of a network are judged by.

A metric is the mean of a loss over trials, as a fraction: 0 is perfect, and 1 as good as none.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

from spikingfa.analysis import decisions
from spikingfa.engine import Outcome
from spikingfa.errors import DataError
from spikingfa.model import Model
from spikingfa.pairs import signed
from spikingfa.tasks import Data


class Metric(ABC):
    """How answers are read from what the output fired, and how wrong they are.

    Attributes
    ----------
    label : str
        What it is called where people read it.
    classifies : bool
        Whether answers are classes.
    """

    label: ClassVar[str]
    classifies: ClassVar[bool] = False

    def shortest(self, model: Model) -> float:
        """Seconds after the onset of a stimulus before which there is nothing to judge."""
        return 0.0

    @abstractmethod
    def answers(self, outcome: Outcome, model: Model, trial: float) -> np.ndarray:
        """What was answered in each trial of `trial` seconds, shape (n_trials, ...)."""

    @abstractmethod
    def wanted(self, data: Data, rows: np.ndarray) -> np.ndarray:
        """What should have been answered, as `answers` has it; `rows` as in `losses`."""

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
    ``y = (on spikes - off spikes) / (teacher_rate * (trial - teacher_latency))``.
    """

    label = "NSE"

    def shortest(self, model: Model) -> float:
        """The teacher's latency."""
        return float(model.output.teacher_latency)

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


METRICS: dict[str, Metric] = {"error": Error(), "nse": NSE()}


def label_of(metrics: dict) -> str:
    """What the errors of a run are called, by its ``metrics.json``."""
    return METRICS[metrics.get("metric", "error")].label
