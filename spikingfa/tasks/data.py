"""Labelled stimuli, and how they are split and chosen from, whatever the task."""

from dataclasses import dataclass, replace

import numpy as np

from spikingfa.errors import DataError
from spikingfa.events import Events
from spikingfa.model import Task
from spikingfa.tasks.encoding import Encoding


@dataclass(frozen=True)
class Data:
    """Stimuli and what should be answered to them, in memory.

    Attributes
    ----------
    x_train, x_test : ndarray of float32, shape (n, n_features), or Events
        Intensities, of which 1 lets an input neuron fire at ``input.rate_max``; or spike trains.
    y_train, y_test : ndarray of int, shape (n,)
        Class numbers from 0; where there are no classes, rows of `answers`.
    classes : tuple of str
        Names of the classes, if there are any.
    image : (int, int), optional
        Rows and columns, where the features are the pixels of an image.
    answers : ndarray of float32, shape (n_answers, n_outputs), or Events
        What each output should answer, in units of ``output.teacher_rate``, or as spike trains.
        By default there is an output for each class, which is 1 if the class is right and else 0.
    metric : str
        What the network is judged by: a key of `spikingfa.metrics.METRICS`.
    encoding : Encoding
        How raw data became these stimuli, and will again.
    """

    x_train: np.ndarray | Events
    y_train: np.ndarray
    x_test: np.ndarray | Events
    y_test: np.ndarray
    classes: tuple[str, ...]
    image: tuple[int, int] | None = None
    answers: np.ndarray | Events | None = None
    metric: str = "error"

    encoding: Encoding | None = None

    def __post_init__(self):
        if self.answers is None:
            object.__setattr__(self, "answers", np.eye(len(self.classes), dtype=np.float32))
        if self.encoding is None:
            events = isinstance(self.x_train, Events)
            encoding = Encoding(n_features=self.n_features, classes=self.classes, events=events)
            object.__setattr__(self, "encoding", encoding)

    @classmethod
    def encoded(cls, x_train, y_train, x_test, y_test, encoding: Encoding, **others) -> "Data":
        """Stimuli as an encoding made them of a file, which are checked already."""
        return cls(x_train, y_train, x_test, y_test, encoding.classes, encoding=encoding, **others)

    @property
    def n_features(self) -> int:
        """Number of input neurons that the stimuli need."""
        return self.x_train.shape[1]

    @property
    def n_outputs(self) -> int:
        """Number of output neurons that the answers need."""
        return self.answers.shape[1]


def split(x: np.ndarray | Events, y: np.ndarray, task: Task, source: str) -> tuple[np.ndarray, ...]:
    """Hold out a stratified part for the test, the same one for the same `split_seed`.

    Returns
    -------
    x_train, y_train, x_test, y_test
    """
    from sklearn.model_selection import train_test_split

    try:
        train, test = train_test_split(
            np.arange(len(y)),
            test_size=task.test_fraction,
            stratify=y,
            random_state=task.split_seed,
        )
    except ValueError as error:
        raise DataError(f"{source}: cannot split the data for a test: {error}") from None
    if len(np.unique(y[train])) < len(np.unique(y)):
        raise DataError(
            f"{source}: a class has no training data with task.test_fraction = {task.test_fraction}"
        )
    return x[train], y[train], x[test], y[test]


def chosen(data: Data, task: Task) -> Data:
    """The stimuli that `task` wants: first `validation`, then `limit`.

    The last `validation` training stimuli are held out and take the place of the test; of the
    others the first `limit` are trained on. The arrays are views.

    Raises
    ------
    DataError
        `validation` leaves a class, or everything, without training data.
    """
    n = len(data.x_train) - task.validation
    x, y = data.x_train[: max(n, 0)], data.y_train[: max(n, 0)]
    if task.validation:
        lost = np.setdiff1d(np.arange(len(data.classes)), y)
        if lost.size or not len(x):
            of_class = f", none of class {data.classes[lost[0]]}" if lost.size else ""
            raise DataError(
                f"task.validation = {task.validation}: of {len(data.x_train)} training stimuli"
                f" {len(x)} are left{of_class}"
            )
        data = replace(data, x_test=data.x_train[n:], y_test=data.y_train[n:])
    return replace(data, x_train=x[: task.limit], y_train=y[: task.limit])
