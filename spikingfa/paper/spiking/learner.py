"""A spiking network that learns new examples a few at a time, and is looked at in between."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from spikingfa.model.model import Model, layer_names
from spikingfa.paper.rate_network.rules import angle, angles_to_bp_and_inverse
from spikingfa.paper.tables import Table, table_of
from spikingfa.tasks import load_data
from spikingfa.tasks.pairs import signed
from spikingfa.training.analysis import population_rate
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights
from spikingfa.training.train import train

CHUNK = 100  # examples after which learning rates fall and feedback follows, where it does
N_ERRORS = 100  # test examples whose errors the angles are means over


def history(model: Model, **options) -> Table:
    """Train it as users do, in a temporary folder; return what is recorded after each epoch."""
    with tempfile.TemporaryDirectory(prefix="spikingfa-") as folder:
        run = train(model, out=Path(folder) / "run", progress=False, **options)
        return {name: np.array(column) for name, column in run.history.items()}


@contextmanager
def learner(model: Model, mirrored: bool = False) -> Iterator["Learner"]:
    """A network that has learnt nothing, with a temporary folder for its simulations."""
    learning = Learner(model, mirrored)
    with learning.session.running():
        yield learning


class Learner:
    """A network and what it has become.

    Every example is shown once, so that training is over when all are shown; learning rates fall
    over it as the model says.

    Parameters
    ----------
    model : Model
        Of a task whose answers are signed.
    mirrored : bool
        Whether the on- and the off-neuron of an output have feedback weights B and -B, as their
        errors were one signed number; each has its own by default.
    """

    def __init__(self, model: Model, mirrored: bool = False):
        data = load_data(model.task)
        topology = topology_of(model, data)
        self.state, b = initial_weights(topology)
        if mirrored:
            last = b[layer_names(model)[-1]]
            last[1::2] = -last[::2]
        self.session = Session(topology, data, b)
        self.n_learnt = self.n_chunks = 0

    def change(self, settings: dict) -> None:
        """Go on with other settings, such as learning rates."""
        topology = self.session.topology
        self.session.topology = replace(topology, model=topology.model.but(settings))

    def learn(self, n: int) -> None:
        """Learn the next `n` examples."""
        for order in np.array_split(np.arange(self.n_learnt, self.n_learnt + n), -(-n // CHUNK)):
            part = self.n_learnt / len(self.session.data.x_train)
            self.n_chunks += 1
            self.state = self.session.learn(
                self.state, order, part, self.n_chunks, self.n_learnt
            ).state
            self.n_learnt += len(order)

    def look(self) -> dict[str, float]:
        """Test it, and compare forward and feedback weights of the output.

        Returns
        -------
        dict of float
            ``example``, how many it has learnt; ``nse``; ``rate_hz`` of the last hidden layer;
            angles in degrees, of `W` and `B` and between what they tell the hidden neurons about
            the errors of the test: see `angles_of`, of signed outputs and with ``_neurons`` of all
            output neurons.
        """
        session, tests = self.session, self.session.tests
        outcome = session.test(self.state, tests)
        top = layer_names(session.model)[-1]
        w, b = self.state[f"{top}_to_output.w"].astype(float), session.feedback(self.state)[top]
        e = self._errors(outcome.readout["count"])
        whole = angles_of(w, b, e)
        size, trial = session.model.hidden[-1].size, float(session.model.training.trial)
        return {
            "example": self.n_learnt,
            "nse": float(session.losses(session.answers(outcome), tests).mean()),
            "rate_hz": population_rate(outcome.n_spikes[top], size, trial * len(tests)),
            **angles_of(signed(w) / 2, signed(b.T).T / 2, signed(e)),
            **{name.replace("_deg", "_neurons_deg"): a for name, a in whole.items()},
        }

    def _errors(self, count: np.ndarray) -> np.ndarray:
        """Errors of the output neurons, (n_tests, n_outputs): rates minus wanted ones."""
        output, data = self.session.model.output, self.session.data
        duration = float(self.session.model.training.trial) - self.session.metric.shortest(
            self.session.model
        )
        return count / (float(output.teacher_rate) * duration) - data.answers[data.y_test]


def angles_of(w: np.ndarray, b: np.ndarray, e: np.ndarray) -> dict[str, float]:
    """Angles between W and B, W and the nearest matrix in the span of B, and what they tell.

    That is the mean over errors between B e and W.T e (``bp``), or W+ e (``pseudoinverse``), in
    degrees.

    Of outputs in pairs, `w`, `b` and `e` may be half the difference of the on- and the off-neuron,
    and errors their difference: then they are those of the signed output.

    Parameters
    ----------
    w : ndarray, shape (n_hidden, n_outputs)
    b : ndarray, shape (n_outputs, n_hidden)
    e : ndarray, shape (n_tests, n_outputs)
    """
    to_bp, to_inverse = angles_to_bp_and_inverse(w.T, b.T, e[:N_ERRORS].T)
    within = np.linalg.norm(np.linalg.pinv(b) @ b @ w) / np.linalg.norm(w)
    return {
        "angle_w_b_deg": angle(w, b.T),
        "angle_w_span_deg": float(np.degrees(np.arccos(min(within, 1)))),
        "angle_bp_deg": to_bp,
        "angle_pseudoinverse_deg": to_inverse,
    }


def course(model: Model, points: list[int], mirrored: bool = False) -> Table:
    """Look at a network when it has learnt so many examples.

    Parameters
    ----------
    points : list of int
        Numbers of examples; the last is that of the whole training.
    """
    model = model.but({"task.n_train": points[-1]})
    with learner(model, mirrored) as network:
        rows = []
        for point in points:
            if point > network.n_learnt:
                network.learn(point - network.n_learnt)
            rows.append(network.look())
    return table_of(rows[0], (row.values() for row in rows))
