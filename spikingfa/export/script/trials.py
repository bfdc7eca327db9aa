"""The trials that a script shows: the first of a training, or those that a run recorded."""

from dataclasses import dataclass, replace

import numpy as np
from brian2 import prefs

from spikingfa.base.errors import DataError, ModelError
from spikingfa.engine import Chunk
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint, Population
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.tasks import load_data
from spikingfa.training.chunks import parts_of_epoch
from spikingfa.training.data_fit import topology_of
from spikingfa.training.evaluation import session_of
from spikingfa.training.run_data import data_for
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights


@dataclass(frozen=True)
class Trials:
    """A network, what it begins with, and the stimuli that it is shown.

    Attributes
    ----------
    model : Model
    network : Blueprint
    chunk : Chunk
    classes : tuple of str
        Empty where answers are no classes.
    recorded : Spikes, optional
        Those that spikingfa recorded in the same trials, without learning; None while it learns.
    """

    model: Model
    network: Blueprint
    chunk: Chunk
    classes: tuple[str, ...]
    recorded: Spikes | None = None

    @property
    def learns(self) -> bool:
        """Whether weights change."""
        return self.recorded is None

    @property
    def random(self) -> bool:
        """Whether the network draws random numbers while it runs."""
        parts = (*self.network.populations, *self.network.projections)
        return any("rand" in str(text) for part in parts for text in vars(part).values())

    def alone(self, population: Population) -> tuple[np.ndarray, np.ndarray]:
        """Spike times (s) and neurons of a population that nothing projects to.

        It is run by the engine, so that its equations and rules stand in one place.
        """
        network = Blueprint(self.network.dt, (population,), precision=self.network.precision)
        parameters, arrays = (
            {k: v for k, v in values.items() if k.startswith(f"{population.name}.")}
            for values in (self.chunk.parameters, self.chunk.arrays)
        )
        chunk = replace(self.chunk, parameters=parameters, arrays=arrays, carried=(), record=True)
        target = prefs.codegen.target
        prefs.codegen.target = "numpy"  # what takes a second is not compiled
        try:
            return RuntimeEngine(network).run(chunk).spikes[population.name]
        finally:
            prefs.codegen.target = target


def of_training(model: Model, n: int) -> Trials:
    """The first `n` trials of the training of a model.

    Raises
    ------
    ModelError
        The training has fewer trials in the first part of its first epoch.
    DataError
        The data are missing or do not suit the model.
    """
    data = load_data(model.task)
    topology = topology_of(model, data)
    state, b = initial_weights(topology)
    session = Session(topology, data, b)
    first = parts_of_epoch(model, 1, len(data.x_train))[0]
    if n > len(first):
        raise ModelError(f"a script can show {len(first)} trials of this training, got {n}")
    chunk = session.learning_chunk(state, first, 0.0, 1)
    chunk = chunk.part(slice(n))
    classes = data.classes if session.metric.classifies else ()
    return Trials(model, session.blueprint.in_brian2(), chunk, classes)


def of_run(run: Run) -> Trials:
    """The trials that a run recorded when it was trained.

    Raises
    ------
    RunFolderError
        Weights or spikes are missing.
    DataError
        The data are not those that the run was trained on.
    """
    model, recorded = run.trained_model, run.spikes
    data = data_for(run)
    session = session_of(run, data)
    order = session.examples(len(recorded.onsets))
    classes = data.classes if session.metric.classifies else ()
    chunk = session.test_chunk(run.state, order, teacher=recorded.teacher != "silent")
    trials = Trials(model, session.blueprint.in_brian2(), chunk, classes, recorded)
    _check(trials, run)
    return trials


def _check(trials: Trials, run: Run) -> None:
    """Whether the recorded input is what these stimuli evoke."""
    population, recorded = trials.network.population("input"), trials.recorded
    if population.name not in recorded.populations or "rand" in population.threshold:
        return
    pairs = zip(trials.alone(population), recorded.of(population.name))
    if not all(np.array_equal(now, then) for now, then in pairs):
        raise DataError(
            f"{run.folder} recorded other stimuli than those of"
            f" task.name = {trials.model.task.name!r}"
        )
