"""The parts of labelled stimuli: trained on, held out for validation, tested."""

from typing import Any

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data, Shown, with_fields
from spikingfa.tasks.encoding import fit
from spikingfa.tasks.groups import drawn_groups, of_groups
from spikingfa.tasks.stratified import stratified


def split(
    x: Shown, y: np.ndarray, task: Task, source: str, groups: np.ndarray | None = None
) -> tuple[Shown, np.ndarray, Shown, np.ndarray, np.ndarray | None]:
    """Hold out a stratified part for the test, or whole groups, those that ``task`` names or draws.

    The same `split_seed` draws the same.

    Returns
    -------
    x_train, y_train, x_test, y_test
    groups : ndarray or None
        Those of the training stimuli.

    Raises
    ------
    DataError
        They cannot be split so, there is no such group, or a class is left without training data.
    """
    train, test = _stratified(y, task, source) if groups is None else _in_groups(groups, task)
    if lost := np.setdiff1d(y, y[train]).size:
        by = f"task.test_fraction = {task.test_fraction}"
        if task.test_groups:
            by = f"task.test_groups = {', '.join(task.test_groups)}"
        what = "a class has" if lost == 1 else f"{lost} classes have"
        raise DataError(f"{source}: {what} no training data with {by}")
    return x[train], y[train], x[test], y[test], None if groups is None else groups[train]


def _stratified(y: np.ndarray, task: Task, source: str) -> tuple[np.ndarray, np.ndarray]:
    try:
        return stratified(y, task.test_fraction, task.split_seed)
    except ValueError as error:
        raise DataError(f"{source}: cannot split the data for a test: {error}") from None


def _in_groups(groups: np.ndarray, task: Task) -> tuple[np.ndarray, np.ndarray]:
    if task.test_groups:
        of_test = of_groups(groups, task.test_groups, "task.test_groups")
    else:
        of_test = drawn_groups(groups, task.test_fraction, task.split_seed)
    return np.flatnonzero(~of_test), np.flatnonzero(of_test)


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
    x, y, x_test, y_test, _ = split(x, y, task, "data")
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
    train, held_out = trained_on(data.y_train, data.classes or (), task, data.groups)
    x, y = data.x_train, data.y_train
    if task.validation and not on_test:
        data = with_fields(data, x_test=x[held_out], y_test=y[held_out])
        _warn_of_sorted(data, task)
    groups = None if data.groups is None else data.groups[train]
    return with_fields(data, x_train=x[train], y_train=y[train], groups=groups)


Rows = slice | np.ndarray


def trained_on(
    y: np.ndarray, classes: tuple[str, ...], task: Task, groups: np.ndarray | None = None
) -> tuple[Rows, Rows]:
    """The training stimuli that a task trains on, and those that it holds out for validation.

    A number of them holds out the last ones; a part holds out that part of each class (of all, if
    there are no classes; of the groups, if there are any), drawn by ``task.split_seed``; a name
    holds out that group. Of the others ``task.limit`` are trained
    on: of each class its share, the first ones.

    Raises
    ------
    DataError
        Nothing, or nothing of a class, is left to train on, or there is no such group.
    """
    n = len(y)
    train: Rows = slice(None)
    held_out: Rows = slice(n, n)
    if isinstance(task.validation, float | str):
        is_held_out = _is_held_out(y if classes else np.zeros(n, int), task, groups)
        train, held_out = np.flatnonzero(~is_held_out), np.flatnonzero(is_held_out)
    elif task.validation:
        first = max(n - task.validation, 0)
        train, held_out = slice(first), slice(first, None)
    if task.validation:
        _check_left(y, y[train], len(y[held_out]), classes, task)
    if task.limit is not None and task.limit < len(y[train]):
        train = np.arange(n)[train][shares(y[train], task.limit)]
    return train, held_out


def _is_held_out(y: np.ndarray, task: Task, groups: np.ndarray | None) -> np.ndarray:
    """Whether each stimulus is held out: a group, some groups, or a part of each class."""
    if isinstance(task.validation, str):
        if groups is None:
            raise DataError(
                f"task.validation = {task.validation!r} is the name of a group, and the data have"
                " none: task.groups names their column"
            )
        return of_groups(groups, (task.validation,), "task.validation")
    if groups is not None:
        return drawn_groups(groups, task.validation, task.split_seed)
    return _part_of_each(y, task)


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
