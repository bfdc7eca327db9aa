"""Stimuli that a function of the user's draws, trial by trial, so that none comes twice."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.text import shown
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data, with_fields
from spikingfa.tasks.pairs import on_off

#: Which generator draws a trial: [task.seed, use, number of the trial].
TRAINING, TEST, VALIDATION = range(3)


class Stimuli:
    """Stimuli that a function draws, trial by trial; none is shown twice in a training.

    The stimulus of a trial depends on its number and on ``task.seed`` alone: the same seed gives
    the same training, also if it is interrupted and resumed. An epoch is `n_train` of them; those
    of the first epoch stand for the training where its error or its brightness is measured. The
    test, and what ``task.validation`` holds out, are drawn apart.

    Parameters
    ----------
    stimulus : callable or object with a method ``stimulus``
        ``stimulus(trial, rng)`` returns intensities, an array of numbers in [0, 1], and what should
        be answered: the name of a class or its number; or, where there are no classes, an array of
        values in [-1, 1]. `trial` counts from 0, `rng` is a `numpy.random.Generator` of its own.
    classes : sequence of str, optional
        Names of the classes. None where answers are values: each has two outputs, for what is
        above zero and below, and the metric is the normalised squared error.
    n_train, n_test : int
        Stimuli of an epoch, and of the test.

    Raises
    ------
    DataError
        A number is none, or what the function returns cannot be shown; it says in which trial.

    Examples
    --------
    >>> import numpy as np, spikingfa
    >>> def stripes(trial, rng):
    ...     upright = rng.random() < 0.5
    ...     image = np.zeros((6, 6))
    ...     image[rng.integers(6)] = 1
    ...     return (image.T if upright else image), ("upright" if upright else "level")
    >>> data = spikingfa.Stimuli(stripes, classes=("upright", "level"), n_train=500, n_test=100)
    >>> run = spikingfa.train("digits_fa", data=data)                    # doctest: +SKIP
    """

    def __init__(
        self,
        stimulus: Callable[[int, np.random.Generator], tuple[Any, Any]],
        classes: Sequence[str] | None = None,
        *,
        n_train: int = 1000,
        n_test: int = 500,
    ):
        draw = getattr(stimulus, "stimulus", stimulus)
        if not callable(draw):
            raise DataError(f"Stimuli needs a function stimulus(trial, rng), got {shown(stimulus)}")
        for name, n in (("n_train", n_train), ("n_test", n_test)):
            if type(n) is not int or n < 1:
                raise DataError(f"Stimuli: {name} needs a number from 1 on, got {n!r}")
        self._draw = draw
        self.classes = None if classes is None else tuple(map(str, classes))
        self.n_train, self.n_test = n_train, n_test

    def data(self, task: Task, on_test: bool = False) -> Data:
        """The first epoch, and the test or what is held out for validation, as `Data`."""
        n_test, use = self.n_test, TEST
        if task.validation and not on_test:
            use, part = VALIDATION, task.validation
            n_test = part if isinstance(part, int) else max(round(part * self.n_train), 1)
        x, y = self.drawn(task, range(self.n_train))
        x_test, y_test = self.drawn(task, range(n_test), use)
        data = _data(x, y, x_test, y_test, self.classes)
        return with_fields(data, fresh=_Fresh(self, task, data))

    def drawn(
        self, task: Task, trials: Iterable[int], use: int = TRAINING
    ) -> tuple[list[np.ndarray], list[Any]]:
        """Intensities and answers of these trials."""
        xs: list[np.ndarray] = []
        ys: list[Any] = []
        for trial in trials:
            rng = np.random.default_rng([task.seed, use, trial])
            drawn = self._draw(trial, rng)
            if not isinstance(drawn, tuple) or len(drawn) != 2:
                raise DataError(
                    f"stimulus({trial}, rng) needs to return intensities and an answer, got"
                    f" {shown(drawn)}"
                )
            xs.append(np.asarray(drawn[0], np.float32))
            ys.append(drawn[1])
            if xs[-1].shape != xs[0].shape or not 0 <= xs[-1].min() <= xs[-1].max() <= 1:
                raise DataError(
                    f"stimulus({trial}, rng) needs intensities in [0, 1] of the shape"
                    f" {xs[0].shape}, got {shown(xs[-1].tolist())}"
                )
        return xs, ys


class _Fresh:
    """Draws what comes after the first epoch, in the form of its data."""

    def __init__(self, stimuli: Stimuli, task: Task, first: Data):
        self._stimuli, self._task, self._classes = stimuli, task, first.classes
        self._n_features = first.n_features

    def chunk(self, first: int, n: int) -> Data:
        """The stimuli of `n` trials, as the training of other data."""
        x, y = self._stimuli.drawn(self._task, range(first, first + n))
        data = _data(x, y, x[:1], y[:1], self._classes or None)
        if data.n_features != self._n_features:
            raise DataError(
                f"stimulus({first}, rng) has {data.n_features} intensities, not"
                f" {self._n_features} as those before"
            )
        return data


def _data(
    x: list[np.ndarray],
    y: Any,
    x_test: list[np.ndarray],
    y_test: Any,
    classes: tuple[str, ...] | None,
) -> Data:
    arrays = np.stack(x), np.stack(x_test)
    if classes is not None:
        return Data(arrays[0], y, arrays[1], y_test, classes)
    answers = np.array([*y, *y_test], float)
    answers = answers.reshape(len(answers), -1)
    if not np.abs(answers).max() <= 1:
        raise DataError("stimulus needs answers in [-1, 1] where there are no classes")
    rows = np.arange(len(answers))
    parts = arrays[0], rows[: len(y)], arrays[1], rows[len(y) :]
    return Data(*parts, answers=on_off(answers), metric="nse")
