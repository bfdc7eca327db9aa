"""Stored weights shown to the test stimuli again, as they are or perturbed."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikingfa.analysis import confusion_matrix, decisions
from spikingfa.engine import make_engine
from spikingfa.errors import DataError
from spikingfa.model import Model, layer_names
from spikingfa.pathways import forward_names
from spikingfa.perturbation import Perturbation
from spikingfa.presentation import Presentation
from spikingfa.run_folder import FEEDBACK, Run
from spikingfa.tasks import Data, load_data

N_DURATIONS = 10  # points of the error over time


@dataclass(frozen=True)
class Evaluation:
    """How a trained network did on the test stimuli.

    Attributes
    ----------
    classes : tuple of str
    targets, predictions : ndarray of int, shape (n_trials,)
        The right class of each stimulus, and the one it was given.
    durations : ndarray of float
        Times since the onset of a stimulus, in seconds; the last is the whole presentation.
    errors : ndarray of float
        Part of the stimuli that are given a wrong class if they are judged at these times.
    """

    classes: tuple[str, ...]
    targets: np.ndarray
    predictions: np.ndarray
    durations: np.ndarray
    errors: np.ndarray

    @property
    def error(self) -> float:
        """Part of all stimuli that was given a wrong class."""
        return float(np.mean(self.predictions != self.targets))

    @property
    def confusion(self) -> np.ndarray:
        """Counts, shape (n_classes, n_classes): right class by row, given class by column."""
        return confusion_matrix(self.targets, self.predictions, len(self.classes))

    @property
    def error_by_class(self) -> dict[str, float]:
        """Part of each class's stimuli that was given another one; NaN where there are none."""
        counts = self.confusion
        with np.errstate(invalid="ignore"):
            errors = 1 - np.diag(counts) / counts.sum(axis=1)
        return dict(zip(self.classes, errors.tolist()))


def evaluate(
    run: Run,
    perturbation: Perturbation | None = None,
    *,
    data: Data | None = None,
    over_time: bool = True,
) -> Evaluation:
    """Test the stored weights of a run.

    Parameters
    ----------
    run : Run
        Its folder is only read.
    perturbation : Perturbation, optional
        What is done to the network before; nothing by default.
    data : Data, optional
        Stimuli to test on, instead of those that the run's model names.
    over_time : bool
        Whether the error is found for shorter presentations too, which takes some five times as
        long.

    Raises
    ------
    ModelError
        The perturbation does not fit the model.
    DataError
        The data are missing, or are not of the network's size.
    RunFolderError, BuildError, SimulationError
        The weights cannot be read, or the network cannot be run.
    """
    perturbation = perturbation or Perturbation()
    model = perturbation.of_model(run.model)
    whole = perturbation.duration(model)
    data = load_data(model.task) if data is None else data
    state = {name: a for name, a in run.weights.items() if not name.startswith(FEEDBACK)}
    _check_size(model, state, data)
    state = perturbation.of_weights(model, state)
    shown = Presentation(model, data, _feedback(model, run))
    steps = round(whole / float(model.training.dt))
    n = N_DURATIONS if over_time else 1
    durations = np.unique(np.arange(1, n + 1) * steps // n) * float(model.training.dt)
    durations = durations[durations > 0]
    with tempfile.TemporaryDirectory(prefix="spikingfa-") as scratch:
        shown.engine = make_engine(model.training.device, shown.blueprint, Path(scratch))
        given = [_predictions(shown, state, duration) for duration in durations]
    targets = shown.y[shown.tests]
    errors = np.array([np.mean(predictions != targets) for predictions in given])
    return Evaluation(data.classes, targets, given[-1], durations, errors)


def _predictions(shown: Presentation, state, duration: float) -> np.ndarray:
    return decisions(**shown.test(state, shown.tests, trial=duration).readout)


def _feedback(model: Model, run: Run) -> dict[str, np.ndarray]:
    names = {name: f"{FEEDBACK}{name}.b" for name in layer_names(model)}
    return {name: run.weights[stored] for name, stored in names.items() if stored in run.weights}


def _check_size(model: Model, state: dict[str, np.ndarray], data: Data) -> None:
    first, *_, last = (state[f"{name}.w"] for name in forward_names(model))
    for what, has, needs in (
        ("features", data.n_features, first.shape[0]),
        ("classes", len(data.classes), last.shape[1]),
    ):
        if has != needs:
            raise DataError(f"the data have {has} {what}, the network was trained on {needs}")
