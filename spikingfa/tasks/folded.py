"""A cube folded on itself: classes that are simple after each fold, and hardly so before.

The map f(x) = 1 - abs(1 - 2 x) lays the half of an interval above 1/2 on that below. A layer can
carry out one fold; k of them in one layer take as many neurons as there are pieces, 2^k (Montufar,
Pascanu, Cho & Bengio 2014, NeurIPS 27; Telgarsky 2016, COLT 49:1517).
"""

import numpy as np

from spikingfa.model.model import Task
from spikingfa.tasks.data import Data

CLASSES = ("even", "odd")
COPIES = 20  # pairs of neurons that stand for each coordinate, so that spikes resolve it


def load_folded(task: Task) -> Data:
    """`n_train` and `n_test` points, uniform in a cube that is folded `task.folds` times.

    The class is whether the number of coordinates that end above 1/2 is even or odd: a chessboard
    of 2^folds fields a side, shifted by half a field. A coordinate x is twenty neurons of intensity
    x and twenty of 1 - x, so that what a hidden neuron receives is linear in it.
    """
    rng = np.random.default_rng(task.seed)
    points = rng.random((task.n_test + task.n_train, task.dimensions))
    y = (folded(points, task.folds) > 0.5).sum(axis=1) % 2
    x = np.tile(np.hstack([points, 1 - points]), COPIES).astype(np.float32)
    test, training = np.split(np.arange(len(x)), [task.n_test])  # more training leaves the test
    return Data(x[training], y[training], x[test], y[test], CLASSES)


def folded(points: np.ndarray, folds: int) -> np.ndarray:
    """Coordinates in [0, 1] after so many folds, each a tent of slope 2 and -2."""
    for _ in range(folds):
        points = 1 - np.abs(1 - 2 * points)
    return points
