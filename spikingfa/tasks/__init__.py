"""Tasks: labelled stimuli, split for training and test. They know nothing of Brian2."""

from spikingfa.model import Task
from spikingfa.tasks.data import Data

__all__ = ["Data", "load_data"]


def load_data(task: Task) -> Data:
    """Read the stimuli that a model's task names.

    Raises
    ------
    DataError
        The data are missing or cannot be used.
    """
    if task.name == "arrays":
        from spikingfa.tasks.arrays import load_arrays

        return load_arrays(task)
    from spikingfa.tasks.digits import load_digits

    return load_digits(task)
