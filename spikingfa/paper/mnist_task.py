"""Handwritten digits for rate networks, and how the article's networks learn them."""

from dataclasses import dataclass

import numpy as np

from spikingfa.model import Task
from spikingfa.rate.network import RateNetwork
from spikingfa.rate.training import Training
from spikingfa.tasks import load_data

TRAINING = Training(eta=1e-3, decay=1e-6, batch=20)


@dataclass(frozen=True)
class Digits:
    """MNIST, an example in each column; pixels in [0, 1], in single precision.

    Attributes
    ----------
    x, x_test : ndarray, shape (784, n_examples)
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
        """The first `n_train`; the last `validation` ones in place of the test, if any.

        Raises
        ------
        DataError
            The files are nowhere and cannot be downloaded, or are not MNIST's.
        """
        data = load_data(Task(name="mnist", limit=n_train, validation=validation))
        return cls(data.x_train.T, data.answers[data.y_train].T, data.x_test.T, data.y_test)

    def error(self, network: RateNetwork) -> float:
        """Part of the test in which another output than the right one is largest, in percent."""
        return 100 * float((network(self.x_test).argmax(axis=0) != self.labels_test).mean())
