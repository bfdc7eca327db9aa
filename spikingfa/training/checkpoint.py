"""The state of a training between two chunks, from which a run goes on as if never interrupted."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spikingfa.base.array_files import read_checked, write_arrays
from spikingfa.base.errors import RunFolderError
from spikingfa.base.reading import readable
from spikingfa.base.text import shown
from spikingfa.model.changes import differences
from spikingfa.model.files import with_absolute_paths
from spikingfa.model.model import Model
from spikingfa.network.topology import Topology
from spikingfa.run_folder.held_out import renamed
from spikingfa.run_folder.layout import CHECKPOINT
from spikingfa.run_folder.opening import open_run
from spikingfa.run_folder.state_schema import check_arrays, state_schema
from spikingfa.run_folder.tables import Counts, checked_history, parse_json


@dataclass
class Checkpoint:
    """The rest of what a training goes on from, besides the model and the data.

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
        counts = json.dumps({name: getattr(self, name) for name in Counts.model_fields})
        write_arrays(path, {"counts": np.array(counts), **self.state})

    @classmethod
    def read(cls, path: Path, topology: Topology) -> "Checkpoint":
        """Read what `save` wrote for this network.

        Raises
        ------
        OSError, ValueError, ...
            It cannot be read, or cannot be of such a training.
        """
        state = read_checked(path)
        if "counts" not in state:
            raise ValueError("there is no counts")
        counts = parse_json(Counts, str(state.pop("counts")))
        check_arrays(state, state_schema(topology))
        rows = [renamed(row, topology.model.task) for row in counts.rows]
        checkpoint = counts.model_copy(update={"rows": rows})
        _check_counts(checkpoint, topology)
        return cls(**checkpoint.model_dump(), state=state)


def _check_counts(counts: Counts, topology: Topology) -> None:
    """See that a training of the model can stand there."""
    epochs = topology.model.training.epochs
    if not 1 <= counts.epoch <= epochs:
        raise ValueError(f"epoch is {counts.epoch}, the model has 1 to {epochs}")
    if len(counts.rows) != counts.epoch:
        raise ValueError(f"there are {len(counts.rows)} rows before epoch {counts.epoch}")
    names = counts.rows[0].keys()
    if any(row.keys() != names for row in counts.rows):
        raise ValueError("the rows have different columns")
    checked_history({name: [row[name] for row in counts.rows] for name in names})
    if unknown := [name for name in counts.n_spikes if name not in topology.all_sizes]:
        raise ValueError(f"the model has no population {shown(unknown[0])}")


def is_run_of(folder: Path, model: Model) -> bool:
    """Whether there is a run of this model in the folder, finished or not.

    Raises
    ------
    RunFolderError
        There is one of another model.
    """
    if not (folder / "model.toml").is_file():
        return False
    # where an older version left a relative path, it belongs to the current folder, as it did then
    for path, here, there in differences(model, with_absolute_paths(open_run(folder).model)):
        raise RunFolderError(
            f"cannot go on with the run in {folder}: {path} is {there} there and {here} here"
        )
    return True


def finished(folder: Path, model: Model) -> bool:
    """Whether the folder holds a run of this model that is done."""
    if not is_run_of(folder, model) or not (folder / "metrics.json").is_file():
        return False  # it may have been stopped before its first test
    return open_run(folder).metrics.get("finished", False)


def load(folder: Path, topology: Topology, n_parts: int) -> Checkpoint | None:
    """The checkpoint of the run of this model in the folder, if it has one.

    `n_parts` is the number of chunks in an epoch.

    Raises
    ------
    RunFolderError
        It cannot be read, or belongs to another model or other data.
    """
    if not (is_run_of(folder, topology.model) and (folder / CHECKPOINT).is_file()):
        return None
    with readable(folder / CHECKPOINT):
        checkpoint = Checkpoint.read(folder / CHECKPOINT, topology)
        if not 1 <= checkpoint.part <= n_parts:
            raise ValueError(f"part is {checkpoint.part}, an epoch has 1 to {n_parts}")
    if checkpoint.brightness != topology.stimuli.mean_square_sum:
        raise RunFolderError(f"cannot go on with the run in {folder}: its data were others")
    return checkpoint
