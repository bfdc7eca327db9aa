"""Handwritten digits for rate networks, and what the article's networks begin with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from spikingfa.model.model import Task
from spikingfa.paper.rate_network.activations import LOGISTIC, Activation
from spikingfa.paper.rate_network.network import RateNetwork
from spikingfa.paper.rate_network.rules import angles_to_backpropagation
from spikingfa.paper.rate_network.training import Training
from spikingfa.tasks import load_data

N_PIXELS, N_DIGITS = 784, 10
TRAINING = Training(eta=1e-3, decay=1e-6, batch=20)
N_HIDDEN, N_EPOCHS = 1000, 50
W_SIZE, B_SIZE = 0.2, 2.0
N_JUDGED = 1000  # examples that angles are measured with


@dataclass(frozen=True)
class Digits:
    """MNIST, an image in each column, pixels in [0, 1]; all in single precision.

    Attributes
    ----------
    x, x_test : ndarray, shape (n_inputs, n_examples)
    target : ndarray, shape (10, n_examples)
        1 for the right digit, else 0.
    labels_test : ndarray of int, shape (n_examples,)
    """

    x: np.ndarray
    target: np.ndarray
    x_test: np.ndarray
    labels_test: np.ndarray

    @classmethod
    def load(cls, n_train: int | None = None, validation: int = 0) -> "Digits":
        """Train with the first `n_train`; the last `validation` take the place of the test.

        Raises
        ------
        DataError
            The files are nowhere and cannot be downloaded, or are not MNIST's.
        """
        data = load_data(Task(name="mnist", limit=n_train, validation=validation))
        return cls(data.x_train.T, data.answers[data.y_train].T, data.x_test.T, data.y_test)

    def seen_by(self, network: RateNetwork, layer: int) -> "Digits":
        """The digits as the activities of a layer, for what learns above fixed ones."""
        x, x_test = (network.activities(x)[layer] for x in (self.x, self.x_test))
        return replace(self, x=x, x_test=x_test)

    def taught(
        self, network: RateNetwork, rule, n_epochs: int, seed: int, training: Training = TRAINING
    ) -> Iterator[RateNetwork]:
        """The network before and after each epoch; the order of the images is the seed's."""
        rng = np.random.default_rng([seed, 1])
        return training.epochs(network, rule, self.x, self.target, n_epochs, rng)

    def error(self, network: RateNetwork) -> float:
        """Part of the test, in percent, in which the largest output is not the right one."""
        return 100 * float((network(self.x_test).argmax(axis=0) != self.labels_test).mean())

    def judge(self, network: RateNetwork, rule) -> tuple[float, ...]:
        """Error, and mean angles between what the rule and what BP tells each hidden layer."""
        return self.error(network), *angles_to_backpropagation(network, rule, *self.judged())

    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """Images and targets that angles are measured with."""
        return self.x[:, :N_JUDGED], self.target[:, :N_JUDGED]


def drawn(
    seed: int, quick: bool
) -> tuple[Digits, RateNetwork, np.ndarray, np.random.Generator, int]:
    """Digits, the article's network, its feedback, what else is drawn with, and how many epochs."""
    n_train, n_hidden, n_epochs = (5000, 200, 2) if quick else (None, N_HIDDEN, N_EPOCHS)
    digits, rng = Digits.load(n_train), np.random.default_rng(seed)
    start = student([n_hidden], W_SIZE, rng)
    (b,) = feedback([(n_hidden, N_DIGITS)], B_SIZE, rng)
    return digits, start, b, rng, n_epochs


def student(
    n_hidden: list[int], size: float, rng: np.random.Generator, hidden: Activation = LOGISTIC
) -> RateNetwork:
    """Logistic output, biases of 0, weights ~ U[-size, size], in single precision."""
    sizes, look = (N_PIXELS, *n_hidden, N_DIGITS), {"hidden": hidden, "output": LOGISTIC}
    return RateNetwork.uniform(sizes, size, rng, biases=True, dtype=np.float32, **look)


def feedback(shapes, size: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Matrices (n_hidden, n_above) of U[-size, size], in single precision."""
    return [rng.uniform(-size, size, shape).astype(np.float32) for shape in shapes]
