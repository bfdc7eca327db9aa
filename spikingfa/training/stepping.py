"""The Brian2 network of a model or a run, in the user's hands."""

from pathlib import Path

import numpy as np
from brian2 import Network, prefs

from spikingfa.base.errors import ModelError
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.tasks import GivenData, load_data
from spikingfa.training.data_fit import topology_of
from spikingfa.training.evaluation import session_of
from spikingfa.training.run_data import data_for
from spikingfa.training.session import BUILDING, Session
from spikingfa.training.start import initial_weights


def brian2_network(
    source: Run | Model | str | Path,
    *,
    trials: int = 10,
    learning: bool = False,
    data: GivenData | None = None,
    compiled: bool = False,
    progress: bool = True,
) -> Network:
    """The network of a run, or of a model before it has learnt, as Brian2 has it.

    It stands before the first of some trials, and is run as far as you like, ``network.run(5*ms)``,
    on Brian2's runtime device in this process. Its objects are there by name:
    ``network["hidden"].v``, ``network["input_to_hidden"].w``, and monitors of spikes,
    ``network["hidden_spikes"]``; more monitors and network operations may be added. Its spikes are
    those of the compiled network, bit for bit, where nothing is random.

    Parameters
    ----------
    source : Run, Model, str or Path
        A run or its folder; or a model, its name or its file.
    trials : int
        Test stimuli that follow each other, one of each class first, as in recordings; where the
        network learns, so many training stimuli. It cannot be run beyond them.
    learning : bool
        Whether it learns, at the rates that a training begins with. Without, there is a teacher
        where it cannot act on the answers, as in recordings.
    data : Data or tuple, optional
        Stimuli, where they were given in Python.
    compiled : bool
        Whether Brian2 may compile (``brian2.prefs.codegen.target``). By default it is told not to,
        for this session: NumPy runs a small network at once, where Cython first compiles for
        minutes.
    progress : bool
        Whether progress is shown on stderr, where making it takes more than two seconds.

    Returns
    -------
    brian2.Network

    Raises
    ------
    ModelError
        There are fewer stimuli, or the model counts in single precision, which Brian2 knows for
        all networks of a session only.
    DataError, RunFolderError
        The data are missing, or the run cannot be read.
    SimulationError
        Brian2's device in this session is another one.

    Examples
    --------
    >>> import spikingfa
    >>> from brian2 import StateMonitor, ms
    >>> network = spikingfa.brian2_network("digits_fa", trials=1)         # doctest: +SKIP
    >>> v = StateMonitor(network["hidden"], "v", record=[0, 1])           # doctest: +SKIP
    >>> network.add(v)                                                   # doctest: +SKIP
    >>> network.run(20*ms)                                               # doctest: +SKIP
    """
    session, state = _session(source, data)
    if session.model.training.precision != "double":
        raise ModelError('brian2_network needs training.precision = "double"')
    n_train, n_tests = len(session.data.x_train), len(session.tests)
    most = n_train if learning else n_tests
    if type(trials) is not int or not 0 < trials <= most:
        raise ModelError(f"trials: needs a number from 1 to {most}, got {trials!r}")
    order = np.arange(trials) if learning else session.examples(trials)
    if not compiled:
        prefs.codegen.target = "numpy"
    with progress_shown(progress), Waiting(BUILDING["runtime"]):
        engine = RuntimeEngine(session.blueprint)
        chunk, _ = session.recorded_chunk(state, order, learning)
        engine.prepare(chunk)
    return engine.parts.network


def _session(
    source: Run | Model | str | Path, data: GivenData | None
) -> tuple[Session, dict[str, np.ndarray]]:
    """A session of the network, and its weights."""
    if isinstance(source, Run) or (isinstance(source, str | Path) and Path(source).is_dir()):
        run = as_run(source)
        return session_of(run, data_for(run, data)), run.state
    model = as_model(source)
    loaded = load_data(model.task, data)
    topology = topology_of(model, loaded)
    state, b = initial_weights(topology)
    return Session(topology, loaded, b), state
