"""Labelled stimuli in memory, whatever the task."""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.tasks.encoding import Encoding
from spikingfa.tasks.events import Events
from spikingfa.tasks.memory import (
    check_lengths,
    read_answers,
    read_classes,
    read_rows,
    read_stimuli,
)

Shown = np.ndarray | Events  # stimuli: intensities, or events in time

METRICS = ("error", "nse", "van_rossum")  # as in `spikingfa.training.metrics`, which knows of tasks


@dataclass(frozen=True)
class Data:
    """Stimuli and what should be answered to them, in memory.

    Attributes
    ----------
    x_train, x_test : ndarray of float32, shape (n, n_features), or Events
        Intensities, of which 1 lets an input neuron fire at ``input.rate_max``; or spike trains.
        Lists, DataFrames, sparse matrices, uint8 and images (n, rows, columns) become such arrays.
    y_train, y_test : ndarray of int, shape (n,)
        Class numbers from 0; where there are no classes, rows of `answers`. Names of the classes
        and one-hot rows become such numbers.
    classes : tuple of str, optional
        Names of the classes. By default they are those that `y_train` names, by size if all of
        them are numbers, else by the alphabet.
    image : (int, int), optional
        Rows and columns, where the features are the pixels of an image.
    answers : ndarray of float32, shape (n_answers, n_outputs), or Events
        What each output should answer, in units of ``output.teacher_rate``, or as spike trains.
        By default there is an output for each class, which is 1 if the class is right and else 0.
    metric : str
        What the network is judged by: a key of `spikingfa.training.metrics.METRICS`.
    encoding : Encoding
        How raw data became these stimuli, and will again.

    Raises
    ------
    DataError
        The data cannot be used; it says which array, and where in it.
    """

    x_train: np.ndarray | Events
    y_train: np.ndarray
    x_test: np.ndarray | Events
    y_test: np.ndarray
    classes: tuple[str, ...] | None = None
    image: tuple[int, int] | None = None
    answers: np.ndarray | Events | None = None
    metric: str = "error"

    encoding: Encoding = field(init=False)
    #: Draws the stimuli of each chunk anew; None where `x_train` is shown again in each epoch.
    fresh: Any = field(default=None, init=False, repr=False, compare=False)
    #: Names of the groups that training stimuli are of, shape (n,); None where there are none.
    groups: np.ndarray | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        answers = None if self.answers is None else read_answers(self.answers)
        x_train, x_test, image, divisor = read_stimuli(self.x_train, self.x_test)
        if answers is None or self.classes:
            y_train, y_test, classes = read_classes(self.y_train, self.y_test, self.classes)
        else:
            classes = ()
            y_train = read_rows(self.y_train, len(answers), "y_train")
            y_test = read_rows(self.y_test, len(answers), "y_test")
        check_lengths(x_train, y_train, x_test, y_test)
        if self.metric not in METRICS:
            raise DataError(f"metric needs one of {', '.join(METRICS)}, got {self.metric!r}")
        self._set(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, classes=classes)
        self._set(
            image=image if self.image is None else _checked_image(self.image, self.n_features),
            answers=_one_of_each(classes) if answers is None else answers,
            encoding=Encoding(
                n_features=self.n_features,
                classes=classes,
                events=isinstance(x_train, Events),
                divisor=divisor,
            ),
        )

    @classmethod
    def encoded(
        cls,
        x_train: Shown,
        y_train: np.ndarray,
        x_test: Shown,
        y_test: np.ndarray,
        encoding: Encoding,
        *,
        image: tuple[int, int] | None = None,
        answers: np.ndarray | Events | None = None,
        metric: str = "error",
        groups: np.ndarray | None = None,
    ) -> "Data":
        """Stimuli that are checked already, as an encoding made them of a file, or generated."""
        data = object.__new__(cls)
        data._set(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test, groups=groups)
        data._set(classes=encoding.classes, encoding=encoding, image=image, metric=metric)
        data._set(answers=_one_of_each(encoding.classes) if answers is None else answers)
        return data

    def _set(self, **fields: Any) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def n_features(self) -> int:
        """Number of input neurons that the stimuli need."""
        return self.x_train.shape[1]

    @property
    def n_outputs(self) -> int:
        """Number of output neurons that the answers need."""
        return 0 if self.answers is None else self.answers.shape[1]


def _one_of_each(classes: tuple[str, ...]) -> np.ndarray:
    return np.eye(len(classes), dtype=np.float32)


def _checked_image(image: tuple[int, int], n_features: int) -> tuple[int, int]:
    rows, columns = image
    if rows * columns != n_features:
        raise DataError(f"image = {image} needs {rows * columns} features, got {n_features}")
    return rows, columns


def with_fields(data: Data, **fields: Any) -> Data:
    """A copy with other fields, which need no check."""
    changed = copy(data)
    changed._set(**fields)
    return changed
