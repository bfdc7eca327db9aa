"""Stored weights shown to the test stimuli again, as they are or perturbed."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError, ModelError
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.model.model import Model
from spikingfa.run_folder.held_out import TEST, part_of
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.state_schema import topology_in
from spikingfa.tasks import Data, GivenData
from spikingfa.training.analysis import confusion_matrix
from spikingfa.training.data_fit import topology_of
from spikingfa.training.metrics import METRICS, Metric
from spikingfa.training.perturbation import Perturbation
from spikingfa.training.run_data import data_for, is_test_of, recorded_topology, whole_test
from spikingfa.training.session import Session

N_DURATIONS = 10  # points of the error over time


@dataclass(frozen=True)
class Evaluation:
    """Answers and errors of a trained network on the test stimuli.

    Attributes
    ----------
    classes : tuple of str
        Empty where answers are no classes.
    targets, predictions : ndarray of int, shape (n_trials,)
        The true class of each stimulus, and the one predicted; or the values, shape
        (n_trials, d), or spike trains (Events) that it should have been given and was.
    durations : ndarray of float
        Times since the onset of a stimulus, in seconds; the last is the whole presentation.
    errors : ndarray of float
        Part of the stimuli that are given a wrong class if they are judged at these times, or
        whatever the metric is.
    metric : str
        A key of `spikingfa.training.metrics.METRICS`.
    part : str
        What the stimuli are: ``"test"``, or ``"validation"`` if they are those that the training
        held out for it (``task.validation``).
    held_out : bool, optional
        Whether the stimuli are those that were held out for the test in training; None of a run
        of an older version, where it is not known.
    """

    classes: tuple[str, ...]
    targets: np.ndarray
    predictions: np.ndarray
    durations: np.ndarray
    errors: np.ndarray
    metric: str = "error"
    part: str = TEST
    held_out: bool | None = None

    @property
    def label(self) -> str:
        """The name of the error."""
        return METRICS[self.metric].label

    @property
    def name(self) -> str:
        """The name with the part of the data that it is of: ``validation error``."""
        return f"{self.part} {self.label}"

    @property
    def error(self) -> float:
        """The error at the end of the presentation."""
        return float(self.errors[-1])

    @property
    def confusion(self) -> np.ndarray:
        """Counts, shape (n_classes, n_classes): true class by row, predicted class by column."""
        if not self.classes:
            return np.zeros((0, 0), int)
        return confusion_matrix(self.targets, self.predictions, len(self.classes))

    @property
    def error_by_class(self) -> dict[str, float]:
        """Part of each class's stimuli that was given another one; NaN where there are none."""
        counts = self.confusion
        with np.errstate(invalid="ignore"):
            errors = 1 - np.diag(counts) / counts.sum(axis=1)
        return dict(zip(self.classes, errors.tolist()))


def evaluate(
    run: Run | str | Path,
    perturbation: Perturbation | None = None,
    *,
    data: GivenData | str | Path | None = None,
    over_time: bool = True,
    on_test: bool = False,
    progress: bool = True,
) -> Evaluation:
    """Test the stored weights of a run.

    Parameters
    ----------
    run : Run or str or Path
        A run, or its folder, which is only read.
    perturbation : Perturbation, optional
        What is done to the network before; nothing by default.
    data : Data, (x, y), str or Path, optional
        Stimuli to test on, instead of those that were held out in training: Data, of which the test
        is shown (of the training's own, what it held out for validation, if it did); or arrays, or
        a file, of which all are shown, scaled and numbered as in training. Classes may be absent
        from them.
    over_time : bool
        Whether the error is found for shorter presentations too, which takes some five times as
        long.
    on_test : bool
        Whether the test set is shown where the training was judged by a validation split
        (``task.validation``). It belongs at the end, to what was chosen by the validation. Data
        that were given in Python are given again by `data`; other data are shown without it.
    progress : bool
        Whether progress is shown on stderr, where it takes more than two seconds.

    Raises
    ------
    ModelError
        The perturbation does not fit the model, or is too short for the metric.
    DataError
        The data of the training are missing or have changed since; or others are not of the
        network's size, have other columns, or a class that was not learnt.
    RunFolderError, BuildError, SimulationError
        The weights cannot be read, or the network cannot be run.
    """
    run = as_run(run)
    perturbation = perturbation or Perturbation()
    model = perturbation.of_model(run.trained_model)
    whole = perturbation.duration(model)
    if not on_test:
        shown = data_for(run, data)
    elif isinstance(data, str | Path):
        raise ModelError("on_test: is for the data of the training; other data are all shown")
    else:
        shown = whole_test(run, data)
    session = session_of(run, shown, model)
    state = perturbation.of_weights(model, run.state)
    durations = _durations(model, session.metric, whole, N_DURATIONS if over_time else 1)
    n = len(session.tests)
    given = []
    with (
        progress_shown(progress),
        session.running(),
        Waiting("testing", round(n * durations.sum() / whole), " trials") as waiting,
    ):
        for t in durations:
            outcome = session.test(state, session.tests, t, waiting.within(round(n * t / whole)))
            given.append(session.answers(outcome, t))
    errors = np.array([session.losses(answers, session.tests).mean() for answers in given])
    wanted = session.metric.wanted(shown, shown.y_test)
    held_out = True if on_test else is_test_of(run, shown)
    return Evaluation(
        shown.classes or (),
        wanted,
        given[-1],
        durations,
        errors,
        shown.metric,
        TEST if on_test or held_out is False else part_of(run.model.task),
        held_out,
    )


def _durations(model: Model, metric: Metric, whole: float, n: int) -> np.ndarray:
    """Times at which answers are judged, in seconds, the last at the end."""
    dt, shortest = float(model.training.dt), metric.shortest(model)
    if whole <= shortest:
        raise ModelError(
            f"a presentation of {1e3 * whole:g} ms is too short: answers are judged from"
            f" {1e3 * shortest:g} ms on (output.teacher_latency, output.readout_latency)"
        )
    # without trials, a shorter presentation is not a longer one that is read out earlier
    n = n if metric.any_time and not model.training.continuous else 1
    durations = np.unique(np.arange(1, n + 1) * round(whole / dt) // n) * dt
    return durations[durations > shortest]


def session_of(run: Run, data: Data, model: Model | None = None) -> Session:
    """A session with the network of a run, or what `model` makes of it.

    Raises
    ------
    DataError
        The data are of another size than the weights.
    """
    sizes = topology_in(run.model, run.arrays).sizes
    for what, has, needs in (
        ("features", data.n_features, sizes["input"]),
        ("outputs", data.n_outputs, sizes["output"]),
    ):
        if has != needs:
            raise DataError(f"the data have {has} {what}, the network was trained on {needs}")
    model = model or run.trained_model
    topology = recorded_topology(run, model) or topology_of(model, data)
    return Session(topology, data, run.feedback)
