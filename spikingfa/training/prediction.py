"""Answers of a trained network to stimuli without labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.tasks.events import Events
from spikingfa.training.evaluation import session_of
from spikingfa.training.metrics import METRICS
from spikingfa.training.run_data import record_for, unlabelled


@dataclass(frozen=True)
class Prediction:
    """Answers of a trained network, and what its output fired.

    Attributes
    ----------
    classes : tuple of str
        Names of the classes in the order of the outputs; empty where answers are no classes.
    answers : ndarray of int, shape (n_stimuli,)
        Class numbers; or values, shape (n_stimuli, d), or spike trains (`spikingfa.Events`).
    outputs : ndarray of int, shape (n_stimuli, n_outputs)
        Spikes of each output neuron from ``output.readout_latency`` on. The class is that of the
        most spikes; of outputs that tie, that of the most charge.
    charges : ndarray, shape (n_stimuli, n_outputs)
        Integral of the synaptic current of each output neuron over the same time, in coulomb.
    unit : str
        Unit of `outputs`: ``"spikes"``.
    """

    classes: tuple[str, ...]
    answers: np.ndarray | Events
    outputs: np.ndarray
    charges: np.ndarray
    unit: str = "spikes"

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def labels(self) -> tuple[str, ...]:
        """Name of the class of each stimulus; empty where answers are no classes."""
        if isinstance(self.answers, Events):  # which are no classes
            return ()
        return tuple(self.classes[k] for k in self.answers) if self.classes else ()

    def table(self) -> dict[str, np.ndarray]:
        """Columns of a table, by their names: a row for each stimulus, or for each output spike.

        ``row`` is the number of the stimulus, from 0 on; ``class`` its answer, or ``value_0``, ...;
        ``spikes_<class>``, or ``spikes_0``, ..., those of the outputs. Of spike trains, ``output``
        and ``time_ms``.
        """
        if isinstance(self.answers, Events):
            counts = np.diff(self.answers.starts)
            rows, outputs = np.divmod(np.arange(len(counts)), self.answers.n_units)
            times = (1e3 * self.answers.times.astype(float)).round(3)
            named = {"row": np.repeat(rows, counts), "output": np.repeat(outputs, counts)}
            return named | {"time_ms": times}
        table = {"row": np.arange(len(self))}
        if self.classes:
            table["class"] = np.array(self.labels)
        else:
            values = self.answers.round(6)
            table |= {f"value_{k}": column for k, column in enumerate(values.T)}
        names = self.classes or range(self.outputs.shape[1])
        return table | {f"{self.unit}_{name}": n for name, n in zip(names, self.outputs.T)}


def predict(run: Run | str | Path, x: Any, *, progress: bool = True) -> Prediction:
    """Answer stimuli whose labels are not known, with the stored weights of a run.

    The teacher is silent. The run folder is only read.

    Parameters
    ----------
    run : Run or str or Path
        A run, or its folder.
    x : ndarray, shape (n_stimuli, n_features), DataFrame, Events, str or Path
        Stimuli, or a file of them, as the data of the training were: values of a table are scaled
        as then, and its columns known by their names; of an array, columns come in the same order.
        Labels in a file are not read.
    progress : bool
        Whether progress is shown on stderr, where it takes more than two seconds.

    Returns
    -------
    Prediction

    Raises
    ------
    DataError
        There are other columns or another number of units, or a value cannot be used.
    RunFolderError, BuildError, SimulationError
        The weights cannot be read, or the network cannot be run.
    """
    run = as_run(run)
    record = record_for(run)
    data = unlabelled(run, x, record)
    with (
        progress_shown(progress),
        session_of(run, data).running() as session,
        Waiting("predicting", n := len(session.tests), " stimuli") as waiting,
    ):
        outcome = session.test(run.state, session.tests, progress=waiting.within(n))
    counts, charges = (outcome.readout[name] for name in ("count", "charge"))
    classes = record.classes if METRICS[record.metric].classifies else ()
    return Prediction(classes, session.answers(outcome), counts.astype(int), charges)
