"""Tasks: labelled stimuli, split for training and test. They know nothing of Brian2."""

from spikingfa.model import Task
from spikingfa.tasks.data import Data, chosen

__all__ = ["Data", "load_data", "n_features_and_classes"]


def load_data(task: Task) -> Data:
    """Read the stimuli that a model's task names, and leave out those that it does not want.

    Raises
    ------
    DataError
        The data are missing or cannot be used.
    """
    return chosen(_load(task), task)


def n_features_and_classes(task: Task) -> tuple[int, int]:
    """Numbers of input and output neurons that a task needs; MNIST is not downloaded for it.

    Raises
    ------
    DataError
        The data are missing or cannot be used.
    """
    if task.name == "mnist":
        from spikingfa.tasks.mnist import N_CLASSES, N_FEATURES

        return N_FEATURES, N_CLASSES
    data = load_data(task)
    return data.n_features, len(data.classes)


def _load(task: Task) -> Data:
    if task.name == "arrays":
        from spikingfa.tasks.arrays import load_arrays

        return load_arrays(task)
    if task.name == "mnist":
        from spikingfa.tasks.mnist import load_mnist

        return load_mnist(task)
    if task.name == "idx":
        from spikingfa.tasks.idx import load_idx

        return load_idx(task)
    from spikingfa.tasks.digits import load_digits

    return load_digits(task)
