"""Records spikes and variables of a network that was trained, on demand.

Variables are written to disk step by step by the network itself, so that a recording may be larger
than the memory; how large it will be is said before it is made.
"""

import json
import re
from collections.abc import Iterable
from operator import index
from pathlib import Path
from typing import Any, SupportsIndex

import numpy as np
from brian2.units.fundamentalunits import Quantity

from spikingfa.base.errors import ModelError
from spikingfa.base.files import replaced_whole, within
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.base.text import shown as in_line
from spikingfa.base.units import parse_quantity
from spikingfa.engine.traced import Traced, check_device, traceable
from spikingfa.model.model import POPULATIONS, Model
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.run_folder.layout import RECORDINGS, TRACES
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.recording import ABOUT, Recording
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.state_schema import topology_in
from spikingfa.tasks import GivenData
from spikingfa.training.evaluation import session_of
from spikingfa.training.recording_size import RecordingSize
from spikingfa.training.run_data import data_for
from spikingfa.training.selection import Selection, select
from spikingfa.training.session import Session, one_of_each_class_first
from spikingfa.training.start import state_before

_NAME = re.compile(r"[\w-]+", re.ASCII)


def record(
    run: Run | str | Path,
    variables: str | Iterable[str] = (),
    *,
    trials: int | None = None,
    stimuli: Chosen = None,
    training_set: bool = False,
    learning: bool = False,
    teacher: bool = False,
    untrained: bool = False,
    every: Quantity | str | None = None,
    name: str = TRACES,
    data: GivenData | str | Path | None = None,
    progress: bool = True,
) -> Recording:
    """Show stimuli to the network of a run again, and record spikes and variables.

    Nothing is compiled for this, apart from the network itself if it is not in the cache.

    Parameters
    ----------
    run : Run or str or Path
        A run, or its folder. Its model and weights.
    variables : str or iterable of str
        Such as ``"hidden.v"``, ``"hidden.v[0:10]"``, ``"input_to_hidden.w[:, 3]"``: see
        `spikingfa.training.selection.select`. `spikingfa.recordable` lists them. Spikes are always
        recorded.
    trials : int, optional
        How many test stimuli are shown, one of each class first; as many as ``recording.trials`` of
        the model by default.
    stimuli : int, slice, sequence of int, mask, or str, optional
        Instead, which stimuli are shown, counted from 0 in the test set: numbers, a mask with a
        boolean for each stimulus, or text such as ``"0:3"`` or ``"0,2,5"``.
    training_set : bool
        They are counted in the training set.
    learning : bool
        Whether weights change meanwhile, at the learning rates that a training begins with. The
        weights of the run stay as they are.
    teacher : bool
        Whether there is a teacher where it acts on the answers, as through coupling; where it does
        not, and while weights change, there always is one. `Spikes.teacher` says what it did.
    untrained : bool
        Show them to the weights that the run began with.
    every : Quantity or str, optional
        Time from one value to the next, such as ``"5 ms"``; the time step by default.
    name : str
        Of the recording; one of the same name is replaced.
    data : Data, (x, y), str or Path, optional
        Stimuli, instead of those of the training: see `spikingfa.evaluate`.
    progress : bool
        Whether its size is said on stderr, and progress, where it takes more than two seconds.

    Returns
    -------
    Recording
        In ``recordings/NAME`` of the run folder. Trials follow each other without a pause; in a
        model without trials (``training.continuous``) the first one begins at rest. With stochastic
        neurons or inputs, the noise depends on which trials are chosen.

    Raises
    ------
    ModelError
        There is no such variable, neuron or stimulus, or `every` is no multiple of the time step,
        or the disk has no room for it.
    RunFolderError
        The run cannot be read, or its folder cannot be written.
    DataError, BuildError, SimulationError
        The data are missing, or the network cannot be run.
    """
    run = as_run(run)
    run.check_folder()
    place = _folder(run, name)
    session, state = _network(run, data, untrained)
    order = _order(session, trials, stimuli, training_set)
    chosen = _selections(variables, session.blueprint)
    if chosen:
        check_device(session.model.training.device)
    steps, training = _steps(every, session.model), session.model.training
    n_times = -(-len(order) * round(float(training.trial / training.dt)) // steps)
    size = RecordingSize.of(chosen, n_times, session.model)
    with progress_shown(progress), replaced_whole(place) as folder:
        size.check_room(folder)
        traced = [Traced(c.name, c.which, steps, folder / f"{c.name}.npy") for c in chosen]
        with (
            session.running(folder),
            Waiting("recording", n := len(order), " trials") as waiting,
        ):
            waiting.say(f"recording {n} trials: {size}")
            how: dict[str, Any] = {"learning": learning, "teacher": teacher or None}
            how |= {"traced": traced, "progress": waiting.within(n)}
            spikes = session.record(state, order, **how)
        spikes.save(folder / "spikes.npz")
        dt = steps * float(training.dt)
        about = [
            {"name": one.name, "unit": one.unit, "which": one.which.tolist(), "dt": dt}
            for one in chosen
        ]
        (folder / ABOUT).write_text(json.dumps(about), "utf-8")
    recording = run.recording(name)
    _ = recording.spikes, recording.traces  # open now, they stay when it is replaced
    return recording


def recordable(run: Run | str | Path) -> dict[str, str]:
    """Every variable that `record` can record, with the symbol of its unit."""
    run = as_run(run)
    return traceable(blueprint(topology_in(run.model, run.state)))


def _network(
    run: Run, data: GivenData | str | Path | None, untrained: bool
) -> tuple[Session, dict[str, np.ndarray]]:
    """A session with the network of a run, and the weights that it has then."""
    model = run.trained_model.but({"recording.populations": POPULATIONS})
    data = data_for(run, data)
    session = session_of(run, data, model)
    if not untrained:
        return session, run.state
    state, session.b = state_before(run, session.topology)
    return session, state


def _order(session: Session, trials: int | None, stimuli: Chosen, training_set: bool) -> np.ndarray:
    """Indices of the stimuli to be shown."""
    n_train = len(session.data.x_train)
    if training_set and not n_train:
        raise ModelError("there is no training set in these data: all of them are the test")
    among = np.arange(n_train) if training_set else session.tests
    if stimuli is not None:
        whose = "training stimuli" if training_set else "stimuli"
        return among[read_indices(stimuli, len(among), whose)]
    n = session.model.recording.trials if trials is None else _count(trials, len(among))
    if n == 0:
        raise ModelError("no trial is chosen for the recording: needs at least one")
    return among[one_of_each_class_first(session.y[among], n)]


def _count(trials: SupportsIndex, most: int) -> int:
    """Number of trials."""
    try:
        if isinstance(trials, bool | np.bool_):
            raise TypeError("a boolean")
        n = index(trials)
    except TypeError:
        raise ModelError(
            f"trials: needs how many stimuli are shown, from 1 to {most}, got {in_line(trials)};"
            " stimuli says which ones"
        ) from None
    if not 0 < n <= most:
        raise ModelError(f"cannot record {n} trials: there are {most} stimuli")
    return n


def _selections(variables: str | Iterable[str], network: Blueprint) -> list[Selection]:
    texts = [variables] if isinstance(variables, str) else list(variables)
    chosen = {}
    for text in texts:
        selection = select(text, network)
        if selection.name in chosen:
            raise ModelError(
                f"{selection.name} is asked for twice: put all of its indices into one pair of"
                " brackets"
            )
        chosen[selection.name] = selection
    return list(chosen.values())


def _steps(every: Quantity | str | None, model: Model) -> int:
    """From one value to the next."""
    dt = float(model.training.dt)
    try:
        time = dt if every is None else float(parse_quantity(every, "time"))
    except ValueError as error:
        raise ModelError(f"every: {error}") from None
    steps = round(time / dt)
    if steps < 1 or abs(steps - time / dt) > 1e-6:
        raise ModelError(f"every: {every} is no multiple of training.dt = {model.training.dt}")
    return steps


def _folder(run: Run, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ModelError(f"{name!r} is no name of a recording: needs letters, digits, - and _")
    return within(run.folder, run.folder / RECORDINGS / name)
