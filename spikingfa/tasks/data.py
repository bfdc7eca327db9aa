"""Labelled stimuli, and how they are split and chosen from, whatever the task."""

from copy import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.model.model import Task
from spikingfa.tasks.encoding import Encoding, fit
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
    ) -> "Data":
        """Stimuli that are checked already, as an encoding made them of a file, or generated."""
        data = object.__new__(cls)
        data._set(x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
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


def split(
    x: Shown, y: np.ndarray, task: Task, source: str
) -> tuple[Shown, np.ndarray, Shown, np.ndarray]:
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


def given(data: Any, task: Task, on_test: bool = False) -> Data:
    """Data that a caller hands over; of (x, y) a part is held out for the test as `task` says.

    Parameters
    ----------
    data : Data or tuple
        Data, or (x, y), or (x, y, x_test, y_test), as `Data` takes them.
    task : Task
    on_test : bool
        See `chosen`.

    Raises
    ------
    DataError
        It is something else, or cannot be used.
    """
    if isinstance(data, Data):
        return _judged(data, task, on_test)
    if not isinstance(data, tuple | list) or len(data) not in (2, 4):
        got = type(data).__name__
        got += f" of {len(data)}" if isinstance(data, tuple | list | dict) else ""
        raise DataError(f"data needs spikingfa.Data, (x, y) or (x, y, x_test, y_test), got {got}")
    if len(data) == 4:
        return _judged(Data(*data), task, on_test)
    x, y = data
    x, y, encoding, image = fit(x, y, divisor=task.divisor)
    x, y, x_test, y_test = split(x, y, task, "data")
    return chosen(Data.encoded(x, y, x_test, y_test, encoding, image=image), task, on_test)


def _judged(data: Data, task: Task, on_test: bool) -> Data:
    """Training and test as a caller has chosen them, without what is held out for validation."""
    whole = task.model_copy(update={"limit": None})
    return chosen(data, whole, on_test) if task.validation else data


def chosen(data: Data, task: Task, on_test: bool = False) -> Data:
    """The stimuli that `task` wants, of those that there are for training and test.

    Those that `trained_on` names are trained on; what is held out for validation takes the place of
    the test, unless it is to be shown `on_test` all the same.

    Raises
    ------
    DataError
        See `trained_on`.
    """
    train, held_out = trained_on(data.y_train, data.classes or (), task)
    x, y = data.x_train, data.y_train
    if task.validation and not on_test:
        data = with_fields(data, x_test=x[held_out], y_test=y[held_out])
        _warn_of_sorted(data, task)
    return with_fields(data, x_train=x[train], y_train=y[train])


Rows = slice | np.ndarray


def trained_on(y: np.ndarray, classes: tuple[str, ...], task: Task) -> tuple[Rows, Rows]:
    """The training stimuli that a task trains on, and those that it holds out for validation.

    A number of them holds out the last ones; a part holds out that part of each class (of all, if
    there are no classes), drawn by ``task.split_seed``. Of the others ``task.limit`` are trained
    on: of each class its share, the first ones.

    Raises
    ------
    DataError
        Nothing, or nothing of a class, is left to train on.
    """
    n = len(y)
    train: Rows = slice(None)
    held_out: Rows = slice(n, n)
    if isinstance(task.validation, float):
        is_held_out = _part_of_each(y if classes else np.zeros(n, int), task)
        train, held_out = np.flatnonzero(~is_held_out), np.flatnonzero(is_held_out)
    elif task.validation:
        first = max(n - task.validation, 0)
        train, held_out = slice(first), slice(first, None)
    if task.validation:
        _check_left(y, y[train], len(y[held_out]), classes, task)
    if task.limit is not None and task.limit < len(y[train]):
        train = np.arange(n)[train][shares(y[train], task.limit)]
    return train, held_out


def _part_of_each(y: np.ndarray, task: Task) -> np.ndarray:
    """Whether each stimulus is held out: of a class one at least, and not all."""
    order = np.random.default_rng(task.split_seed).permutation(len(y))
    held_out = np.zeros(len(y), bool)
    for name in np.unique(y):
        of_class = order[y[order] == name]
        n = max(round(task.validation * len(of_class)), 1)
        held_out[of_class[: min(n, len(of_class) - 1)]] = True
    return held_out


def _check_left(
    y: np.ndarray, left: np.ndarray, n_held_out: int, classes: tuple[str, ...], task: Task
) -> None:
    """See that there is something to train on, of each class, and something to be judged by."""
    lost = np.setdiff1d(np.arange(len(classes)), left)
    if lost.size or not len(left) or not n_held_out:
        of_class = f", none of class {classes[lost[0]]}" if lost.size else ""
        raise DataError(
            f"task.validation = {task.validation}: of {len(y)} training stimuli"
            f" {len(left)} are left{of_class}"
        )


def shares(y: np.ndarray, n: int) -> np.ndarray:
    """Indices of `n` stimuli, in their order: of each class its share, the first ones.

    A larger `n` adds stimuli to these; classes that are rare have one at least, if `n` is not
    smaller than the number of classes.
    """
    _, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    order = np.argsort(classes, kind="stable")
    rank = np.empty(len(y), int)  # of a stimulus in its class
    rank[order] = np.arange(len(y)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(np.argsort(rank / counts[classes], kind="stable")[:n])


def _warn_of_sorted(data: Data, task: Task) -> None:
    """Say so where stimuli held out for validation lack classes that they would have by chance."""
    n, has = len(data.classes or ()), len(np.unique(data.y_test))
    if isinstance(task.validation, int) and has < min(n, task.validation // 10):
        warn(
            f"task.validation = {task.validation} holds out the last training stimuli, which are"
            f" of {has} of {n} classes: data that are sorted need to be shuffled",
        )


def with_fields(data: Data, **fields: Any) -> Data:
    """A copy with other fields, which need no check."""
    changed = copy(data)
    changed._set(**fields)
    return changed
