"""Labelled stimuli, and the split that every task shares."""

from dataclasses import dataclass

import numpy as np

from spikingfa.errors import DataError
from spikingfa.model import Task


@dataclass(frozen=True)
class Data:
    """Stimuli and classes, in memory.

    Attributes
    ----------
    x_train, x_test : ndarray of float32, shape (n, n_features)
        Intensities in [0, 1].
    y_train, y_test : ndarray of int, shape (n,)
        Class numbers from 0.
    classes : tuple of str
        Names of the classes.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    classes: tuple[str, ...]

    @property
    def n_features(self) -> int:
        """Number of input neurons that the stimuli need."""
        return self.x_train.shape[1]


def split(x: np.ndarray, y: np.ndarray, task: Task, source: str) -> tuple[np.ndarray, ...]:
    """Hold out a stratified part for the test, the same one for the same `split_seed`.

    Returns
    -------
    x_train, y_train, x_test, y_test : ndarray
    """
    from sklearn.model_selection import train_test_split

    try:
        x_train, x_test, y_train, y_test = train_test_split(
            x, y, test_size=task.test_fraction, stratify=y, random_state=task.split_seed
        )
    except ValueError as error:
        raise DataError(f"{source}: cannot split the data for a test: {error}") from None
    if len(np.unique(y_train)) < len(np.unique(y)):
        raise DataError(
            f"{source}: a class has no training data with task.test_fraction = {task.test_fraction}"
        )
    return x_train, y_train, x_test, y_test
