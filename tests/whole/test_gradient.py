"""What the rule does to the weights, against the gradient of the loss by finite differences.

A tiny network that fires at baseline, so that spike counts respond to every weight. The loss is
half the squared difference of the outputs' mean rates, in units of the teacher's, and the target.
"""

import numpy as np
import pytest

from spikingfa.base.seeds import stream
from spikingfa.engine import make_engine
from spikingfa.model.model import Model
from spikingfa.network.feedback_weights import random_feedback
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import while_learning
from spikingfa.tasks import Data
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session

pytestmark = pytest.mark.slow

N_TRIALS, N_FEATURES, N_CLASSES = 600, 12, 3
LITTLE = 1e-3  # of a learning rate, so that weights hardly change while their change is measured
PART = 0.25  # of the weights' SD, by which a weight is changed to measure the gradient


def patterns() -> Data:
    rng = np.random.default_rng(0)
    bright = rng.random((N_CLASSES, N_FEATURES)) < 0.4
    y = np.arange(N_TRIALS) % N_CLASSES
    x = 0.7 * bright[y] * rng.uniform(0.3, 1, (N_TRIALS, N_FEATURES))
    x = (x + rng.uniform(0, 0.3, x.shape)).astype(np.float32)
    return Data(x, y, x[:N_CLASSES], y[:N_CLASSES], tuple("abc"))


class Network:
    """A network of tiny layers, its weights, and what can be asked of them."""

    def __init__(self, kind: str, n_layers: int, scratch):
        layer = {"size": 8, "i_init": "150 pA", "i_bias": "75 pA"}
        self.model = Model(
            hidden=[layer] * n_layers,
            output={"i_init": "50 pA", "i_bias": "200 pA"},
            feedback={"error": "graded", "kind": kind},
            training={"trial": "200 ms"},
        )
        self.topology = topology_of(self.model, patterns())
        b = random_feedback(self.topology, stream(1, "feedback"))
        self.session = Session(self.topology, patterns(), b)
        self.session.engine = make_engine("cpp_standalone", self.session.blueprint, scratch)
        self.state = initial_state(self.topology, stream(1, "weights"))
        self.order = np.arange(N_TRIALS)

    def learn(self, n_trials: int, seed: int) -> None:
        order = np.random.default_rng(seed).permutation(N_TRIALS)[:n_trials]
        self.state = self.session.learn(self.state, order, 0.0, seed).state

    def change(self, name: str) -> np.ndarray:
        """The mean change of weights over all trials."""
        rates = while_learning(self.topology, 0.0)
        rates = {key: LITTLE * rate for key, rate in rates.items()}
        chunk = self.session._chunk(self.state, self.order, rates, "learning", self.order)
        return self.session.engine.run(chunk).state[name] - self.state[name]

    def gradient(self, name: str) -> np.ndarray:
        w = self.state[name]
        step, chunks = PART * w.std(), []
        for index in np.ndindex(w.shape):
            for sign in (1, -1):
                moved = w.copy()
                moved[index] += sign * step
                chunks.append(self.session.test_chunk(self.state | {name: moved}, self.order))
        losses = [self.loss(outcome) for outcome in self.session.engine.run_all(chunks)]
        up, down = np.reshape(losses, (*w.shape, 2)).T
        return (up - down).T / (2 * step)

    def loss(self, outcome) -> float:
        output, trial = self.model.output, self.model.training.trial
        most = float(output.teacher_rate * (trial - self.model.teacher_latency))
        wanted = np.eye(N_CLASSES)[patterns().y_train]
        return float(((outcome.readout["count"] / most - wanted) ** 2).sum(axis=1).mean() / 2)

    def agreement(self, name: str) -> float:
        """Cosine between the change and the steepest descent."""
        change, descent = self.change(name), -self.gradient(name)
        return np.sum(change * descent) / (np.linalg.norm(change) * np.linalg.norm(descent))


def test_with_transported_weights_learning_descends_the_gradient(tmp_path):
    network = Network("transport", 1, tmp_path)
    for k in range(2):
        for name in ("input_to_hidden.w", "hidden_to_output.w"):
            assert network.agreement(name) >= 0.8
        network.learn(150, k + 1)


def test_layer_by_layer_too(tmp_path):
    """The error of the lower layer has come through the upper one and its sensitivity.

    How well it agrees differs from one moment of the learning to the next, more than with one
    layer: the mean of three moments.
    """
    network = Network("transport", 2, tmp_path)
    names = ("input_to_hidden_0.w", "hidden_0_to_hidden_1.w", "hidden_1_to_output.w")
    agreements = []
    for k in range(3):
        network.learn(150, k + 1)
        agreements.append([network.agreement(name) for name in names])
    assert np.min(agreements) >= 0.6
    assert np.mean(agreements, axis=0).min() >= 0.75


def test_with_random_feedback_the_change_turns_towards_the_gradient(tmp_path):
    network = Network("direct", 1, tmp_path)
    before = network.agreement("input_to_hidden.w")
    for k in range(4):
        network.learn(150, k + 1)
    after = network.agreement("input_to_hidden.w")
    assert before < 0.2
    assert after > before + 0.4
