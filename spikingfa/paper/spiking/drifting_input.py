"""A linear function of inputs that drift, taught all the time: nothing in it is like a trial."""

import numpy as np
from scipy.signal import lfilter

from spikingfa.model.model import Model
from spikingfa.network.feedback_weights import effective_forward_weights
from spikingfa.tasks import Data
from spikingfa.tasks.pairs import signed
from spikingfa.tasks.regression import FULL, N_INPUTS, linear, regression
from spikingfa.training.analysis import layer_angles
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights

TAU = 0.2  # s, of the inputs
N_TEST = 1000  # steps of `training.trial`
WINDOW = 10  # steps that an answer is averaged over
SHOWN = 300  # steps of the test that are kept as a curve


def track(model: Model, n_steps: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Train `model` on one stream of `n_steps` inputs, again and again.

    Inputs are Ornstein-Uhlenbeck processes of time constant `TAU` and SD 1, seen every
    ``training.trial``; the answer wanted is a linear map of what they are now. Answers are mean
    rates over `WINDOW` steps, compared with what was wanted over as many steps, the teacher's
    latency earlier.

    Returns
    -------
    errors : dict of ndarray, shape (n_epochs + 1,)
        ``epoch``, ``error`` (NSE of the test) and ``angle_deg``.
    curve : dict of ndarray, shape (SHOWN,)
        ``time_s``, ``wanted`` and ``answered`` of the first output at the end of training.
    """
    rng = np.random.default_rng(model.training.seed)
    data = drifting(float(model.training.trial), n_steps, rng)
    topology = topology_of(model, data)
    state, b = initial_weights(topology)
    session = Session(topology, data, b)
    errors, n_epochs = [], model.training.epochs
    with session.running():
        for epoch in range(n_epochs + 1):
            if epoch:
                order = np.arange(n_steps)  # as time goes
                first, part = (epoch - 1) * n_steps, (epoch - 1) / n_epochs
                state = session.learn(state, order, part, epoch, first).state
            wanted, answered = _tested(session, state)
            nse = ((answered - wanted) ** 2).sum() / (len(wanted) * wanted.var(axis=0).sum())
            w = effective_forward_weights(topology, state)
            angles = layer_angles(w, session.feedback(state))
            errors.append((epoch, nse, angles["hidden"]))
    time = float(model.training.trial) * np.arange(SHOWN)
    curve = {"time_s": time, "wanted": wanted[:SHOWN, 0], "answered": answered[:SHOWN, 0]}
    return dict(zip(("epoch", "error", "angle_deg"), np.array(errors).T)), curve


def drifting(step: float, n_steps: int, rng: np.random.Generator) -> Data:
    """Inputs as time goes, `N_TEST` for the test and then `n_steps`, a linear map of each."""
    function, kept = linear(rng), np.exp(-step / TAU)
    noise = rng.normal(size=(N_TEST + n_steps, N_INPUTS))
    noise[0] /= np.sqrt(1 - kept**2)  # so that the SD is 1 from the beginning
    x = lfilter([np.sqrt(1 - kept**2)], [1, -kept], noise, axis=0)
    y = function(x)
    return regression(np.clip(x / FULL, -1, 1), y / np.abs(y).max(), N_TEST)


def _tested(session: Session, state) -> tuple[np.ndarray, np.ndarray]:
    """Wanted and given answers, shape (n, n_outputs / 2) each."""
    training, output = session.model.training, session.model.output
    counts = session.test(state, session.tests).readout["count"]
    answered = signed(_means(counts)) / float(output.teacher_rate * training.trial)
    wanted = signed(_means(session.data.answers[session.data.y_test]))
    lag = round(float(session.model.teacher_latency / training.trial))
    return wanted[: len(wanted) - lag], answered[lag:]


def _means(values: np.ndarray) -> np.ndarray:
    """Over windows of `WINDOW` steps, one for each step that they may begin with."""
    windows = np.lib.stride_tricks.sliding_window_view(values, WINDOW, axis=0)
    return windows.mean(axis=-1, dtype=float)
