"""Stored weights shown to the test stimuli again, as they are or perturbed."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from brian2.units.fundamentalunits import Quantity

from spikingfa.analysis import confusion_matrix, decisions
from spikingfa.engine import make_engine
from spikingfa.errors import DataError, ModelError
from spikingfa.model import MOST_STEPS, Model, layer_names
from spikingfa.network import forward_names
from spikingfa.presentation import Presentation
from spikingfa.run_folder import FEEDBACK, Run
from spikingfa.seeds import stream
from spikingfa.tasks import Data, load_data
from spikingfa.units import parse_quantity

N_DURATIONS = 10  # points of the error over time


@dataclass(frozen=True)
class Perturbation:
    """What is done to a trained network before it is tested.

    Attributes
    ----------
    kill : float
        Part of the neurons of each hidden layer that no longer reach the next layer, 0 to 1.
    weight_noise : float
        Each forward weight is multiplied by 1 + `weight_noise` times a normal random number.
    noise : Quantity or str
        SD of a noise current into every hidden and output neuron (``"50 pA"``).
    presentation : Quantity or str, optional
        How long a stimulus is shown; as long as in training by default.
    seed : int
        Seed of the neurons killed and of the noise.
    """

    kill: float = 0.0
    weight_noise: float = 0.0
    noise: Quantity | str = "0 pA"
    presentation: Quantity | str | None = None
    seed: int = 0

    def __post_init__(self):
        if not 0 <= self.kill <= 1:
            raise ModelError(f"kill: needs a part from 0 to 1, got {self.kill}")
        if not (np.isfinite(self.weight_noise) and self.weight_noise >= 0):
            raise ModelError(f"weight_noise: must not be negative, got {self.weight_noise}")

    @property
    def name(self) -> str:
        """What is done, as the name of a folder: ``kill-0.2-noise-50pA``."""
        done = {key: str(value) for key, value in asdict(self).items()}
        changed = (f"{key}-{value}" for key, value in done.items() if value != _NOTHING[key])
        text = "-".join(changed) or "unperturbed"
        return text.replace(" ", "").replace("/", "_")

    def of_model(self, model: Model) -> Model:
        """The model with this noise current, if there is any."""
        noise = _quantity("noise", self.noise, "current")
        if not float(noise):
            return model
        return model.but({"hidden.i_noise": self.noise, "output.i_noise": self.noise})

    def of_weights(self, model: Model, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The weights with some synapses cut and all a little different."""
        names = forward_names(model)
        changed = dict(state)
        for k, (layer, outgoing) in enumerate(zip(model.hidden, names[1:])):
            rng = stream(self.seed, "lesion", k)
            killed = rng.permutation(layer.size)[: round(self.kill * layer.size)]
            changed[f"{outgoing}.w"] = state[f"{outgoing}.w"].copy()
            changed[f"{outgoing}.w"][killed] = 0
        for k, name in enumerate(names):
            w = changed[f"{name}.w"]
            rng = stream(self.seed, "weight noise", k)
            changed[f"{name}.w"] = w * (1 + self.weight_noise * rng.normal(size=w.shape))
        return changed

    def duration(self, model: Model) -> float:
        """How long a stimulus is shown, in seconds: a whole number of steps."""
        if self.presentation is None:
            return float(model.training.trial)
        duration = float(_quantity("presentation", self.presentation, "time"))
        steps = duration / float(model.training.dt)
        if not 1 <= round(steps) <= MOST_STEPS or abs(steps - round(steps)) > 1e-6:
            raise ModelError(
                f"presentation: {self.presentation} must be a whole number of steps of"
                f" training.dt = {model.training.dt}, from 1 to {MOST_STEPS}"
            )
        return duration


_NOTHING = {key: str(value) for key, value in asdict(Perturbation()).items()}


def _quantity(name: str, value, kind: str) -> Quantity:
    try:
        return parse_quantity(value, kind)
    except ValueError as error:
        raise ModelError(f"{name}: {error}") from None


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
