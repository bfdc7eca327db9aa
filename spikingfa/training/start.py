"""The weights that a training begins with: drawn, or those of another run."""

from pathlib import Path

import numpy as np

from spikingfa.base.errors import ModelError, RunFolderError
from spikingfa.base.seeds import stream
from spikingfa.network.feedback_weights import random_feedback
from spikingfa.network.initial import bounded, initial_state, plastic_feedback
from spikingfa.network.topology import Topology
from spikingfa.run_folder.layout import START
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.state_schema import FEEDBACK, fitting
from spikingfa.tasks import Data, load_data
from spikingfa.training.data_fit import topology_of
from spikingfa.training.run_data import data_for, recorded_topology

Arrays = dict[str, np.ndarray]


def initial_weights_of(start: Run | str | Path | Arrays) -> Arrays:
    """The weights of a run, of the run in a folder, or those given, which may have units.

    Raises
    ------
    RunFolderError
        The folder holds no run, or its weights cannot be read.
    """
    if isinstance(start, dict):
        return {name: np.asanyarray(array) for name, array in start.items()}
    return as_run(start).arrays


def initial_weights(topology: Topology, given: Arrays | None = None) -> tuple[Arrays, Arrays]:
    """The state that a training begins with, and the feedback matrices by layer.

    What is `given` and the model does not have, such as the charges of error neurons where errors
    are graded, is left out; what it has and is not given, apart from forward weights, is drawn.

    Parameters
    ----------
    given : dict of ndarray, optional
        As in ``weights.npz``. All is drawn by default.

    Raises
    ------
    ModelError
        Forward weights are missing, there are some of a layer that the model does not have, an
        array is not of the size that the model needs, or holds what is no number.
    """
    seed = topology.model.training.seed
    b = random_feedback(topology, stream(seed, "feedback"))
    state = initial_state(topology, stream(seed, "weights"), stream(seed, "structure"))
    if given is None:
        return state | plastic_feedback(topology, b), b
    try:
        given = fitting(topology, given)
    except ValueError as error:
        raise ModelError(f"cannot start with these weights: {error}") from None
    b = {layer: given.get(f"{FEEDBACK}{layer}.b", matrix) for layer, matrix in b.items()}
    state |= plastic_feedback(topology, b)
    state = {name: given.get(name, array) for name, array in state.items()}
    for path in topology.pathways:
        if f"{path.name}.mask" in state:  # drawn, perhaps, for weights that were all there
            state[f"{path.name}.w"] = state[f"{path.name}.w"] * state[f"{path.name}.mask"]
    return state | bounded(topology, state), b


def state_before(run: Run, topology: Topology) -> tuple[Arrays, Arrays]:
    """The initial weights of a run: another run's, or drawn again from its seed."""
    given = run.start if (run.folder / START).is_file() else None
    return initial_weights(topology, given)


def weights_before(run: Run, data: Data | None = None) -> Arrays:
    """The forward weights that a run began with: kept, or drawn again from its seed.

    Parameters
    ----------
    run : Run
    data : Data, optional
        What it was trained on; needed of a run of an older version only, which did not record how
        large and bright its stimuli were, where they are not what its model names.

    Raises
    ------
    DataError
        The data of a run of an older version are missing, which the scale of the weights depends
        on.
    ModelError
        They are not those that the run was trained on: sizes differ.
    """
    if 0 in run.kept_epochs:
        arrays = run.arrays_after(0)
    else:
        if data is not None:
            topology = topology_of(run.model, load_data(run.model.task, data))
        else:
            topology = recorded_topology(run) or topology_of(run.model, data_for(run))
        arrays, _ = state_before(run, topology)
    forward = {name: w for name, w in arrays.items() if name.endswith(".w")}
    for name, w in forward.items():
        if run.arrays[name].shape != w.shape:
            raise ModelError(f"{run.folder} was trained on other data: {name} has another shape")
    return forward


def check_resume_start(folder: Path, given: Arrays | None) -> Arrays | None:
    """The weights that the run in `folder`, which is to be resumed, began with; None if drawn.

    Raises
    ------
    RunFolderError
        It began with something else than what is `given`.
    """
    path = folder / START
    kept = Run(folder).start if path.is_file() else None
    if given is not None and not _same(kept, given):
        with_what = "weights that were drawn" if kept is None else "other weights"
        raise RunFolderError(f"cannot go on with the run in {folder}: it began with {with_what}")
    return kept


def _same(one: Arrays | None, other: Arrays) -> bool:
    return (
        one is not None
        and one.keys() == other.keys()
        and all(np.array_equal(array, other[name]) for name, array in one.items())
    )
