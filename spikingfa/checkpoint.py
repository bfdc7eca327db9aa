"""Where a training stands between two chunks; with it a run goes on as if never interrupted."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spikingfa.errors import RunFolderError
from spikingfa.model import Model
from spikingfa.model_file import differences
from spikingfa.pathways import Stimuli
from spikingfa.reading import read_arrays
from spikingfa.run_folder import open_run

NAME = "checkpoint.npz"
_COUNTS = ("brightness", "epoch", "part", "loss", "n_spikes", "rows", "seconds")


@dataclass
class Checkpoint:
    """All that the rest of a training depends on, besides the model and the data.

    Attributes
    ----------
    state : dict of ndarray
        What is carried from chunk to chunk: weights, phases, charges.
    brightness : float
        Mean square sum of the training stimuli, by which the data are known again.
    epoch, part : int
        The epoch that is under way (0 before the first), and how many of its chunks are done.
    loss : float
        Sum of the losses in this epoch so far; of wrong answers, their number.
    n_spikes : dict of int
        Spikes in this epoch so far.
    rows : list of dict
        The history up to the last epoch that is done.
    seconds : float
        Time spent training.
    """

    state: dict[str, np.ndarray]
    brightness: float
    epoch: int = 0
    part: int = 0
    loss: float = 0
    n_spikes: dict[str, int] = field(default_factory=dict)
    rows: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0

    def begin_epoch(self) -> None:
        """Go on to the next epoch."""
        self.epoch, self.part, self.loss, self.n_spikes = self.epoch + 1, 0, 0, {}

    def save(self, path: Path) -> None:
        """Write to a file."""
        counts = json.dumps({name: getattr(self, name) for name in _COUNTS})
        with open(path, "wb") as file:
            np.savez(file, counts=np.array(counts), **self.state)

    @classmethod
    def read(cls, path: Path) -> "Checkpoint":
        """Read what `save` wrote."""
        state = read_arrays(path)
        return cls(**json.loads(str(state.pop("counts"))), state=state)


def is_run_of(folder: Path, model: Model) -> bool:
    """Whether there is a run of this model in the folder, finished or not.

    Raises
    ------
    RunFolderError
        There is one of another model.
    """
    if not (folder / "model.toml").is_file():
        return False
    for path, here, there in differences(model, open_run(folder).model):
        raise RunFolderError(
            f"cannot go on with the run in {folder}: {path} is {there} there and {here} here"
        )
    return True


def finished(folder: Path, model: Model) -> bool:
    """Whether the folder holds a run of this model that is done."""
    return is_run_of(folder, model) and _metrics(folder).get("finished", False)


def _metrics(folder: Path) -> dict:
    # a run that was stopped before its first test has none
    return open_run(folder).metrics if (folder / "metrics.json").is_file() else {}


def load(folder: Path, model: Model, stimuli: Stimuli) -> Checkpoint | None:
    """The checkpoint of the run of this model in the folder, if it has one.

    Raises
    ------
    RunFolderError
        It cannot be read, or belongs to another model or other data.
    """
    if not (is_run_of(folder, model) and (folder / NAME).is_file()):
        return None
    try:
        found = Checkpoint.read(folder / NAME)
    except Exception as error:  # a damaged file may be wrong in any way
        reason = " ".join(str(error).split()) or type(error).__name__
        raise RunFolderError(f"cannot read {folder / NAME}: {reason}") from None
    if found.brightness != stimuli.mean_square_sum:
        raise RunFolderError(f"cannot go on with the run in {folder}: its data were others")
    return found
