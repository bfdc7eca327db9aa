"""A training under way, as callbacks and loops over epochs see it."""

from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
from brian2.units.fundamentalunits import Quantity

from spikingfa.model.model import Model
from spikingfa.network.topology import Topology
from spikingfa.run_folder.layout import KEPT
from spikingfa.run_folder.opening import open_run
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.state_schema import with_units
from spikingfa.run_folder.writer import RunWriter
from spikingfa.training.checkpoint import Checkpoint


class Loop(Protocol):
    """What a training asks of the loop that carries it out."""

    model: Model
    topology: Topology
    writer: RunWriter
    at: Checkpoint
    n_trials: int
    weights: dict[str, np.ndarray]
    stopped: bool

    def recorded(self, n: int) -> Spikes:
        """Spikes of the network as it is now, shown `n` test stimuli without learning."""
        ...

    def keep_weights(self, epoch: int | None = None) -> None:
        """Leave the present weights in the folder, also as those of an epoch."""
        ...


class Training:
    """A training under way: what it has learnt so far, and a way to end it.

    Callbacks of `spikingfa.train` are given one, and `spikingfa.train_epochs` yields one, after
    each epoch, and in between where ``every`` says so. It shows the network as it is at that
    moment; ask before training goes on.

    Attributes
    ----------
    model : Model
        The model that is trained.
    folder : Path
        The run folder. It is up to date after every epoch.
    epoch : int
        The epoch that is under way or has just ended; 1 is the first.
    trials : int
        Training stimuli shown since the beginning of the run.
    epoch_is_done : bool
        Whether the epoch has ended, so that the last row of `history` is of it.
    history : dict of ndarray
        Columns of ``history.csv`` up to the last epoch that has ended, each (n_epochs + 1,).
    """

    def __init__(self, loop: Loop, epoch_is_done: bool):
        self._loop = loop
        self.model: Model = loop.model
        self.folder: Path = loop.writer.folder
        self.epoch: int = loop.at.epoch
        self.trials: int = loop.n_trials
        self.epoch_is_done = epoch_is_done
        rows = loop.at.rows
        self.history = {name: np.array([row[name] for row in rows]) for name in rows[-1]}

    def __repr__(self) -> str:
        of = f"{self.epoch} of {self.model.training.epochs}"
        return f"Training(epoch {of}, {self.trials} trials, {str(self.folder)!r})"

    @cached_property
    def weights(self) -> dict[str, Quantity | np.ndarray]:
        """Forward and feedback weights at this moment, with units, as in `Run.weights`."""
        copies = {name: array.copy() for name, array in self._loop.weights.items()}
        return with_units(self._loop.topology, copies)

    @cached_property
    def spikes(self) -> Spikes:
        """Spikes of the trials that the run records at its end, shown now, without learning.

        At least one stimulus is shown, whatever ``recording.trials`` says.
        """
        return self._loop.recorded(max(self.model.recording.trials, 1))

    @property
    def run(self) -> Run:
        """The run in the folder, as it is after the last epoch that has ended."""
        return open_run(self.folder)

    def stop(self) -> None:
        """End the training here: the run is tested, recorded and finished as it stands."""
        self._loop.stopped = True

    def keep_weights(self) -> None:
        """Keep the present weights as those of this epoch; see `Run.weights_after`."""
        self._loop.keep_weights(self.epoch)

    def forget_weights(self, epoch: int) -> None:
        """Remove the weights that were kept of an epoch, if they were."""
        self._loop.writer.forget(KEPT.format(epoch))
