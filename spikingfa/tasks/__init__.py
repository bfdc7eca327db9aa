"""Tasks: labelled stimuli, split for training and test. They know nothing of Brian2."""

from importlib import import_module

from spikingfa.model import Task
from spikingfa.tasks.data import Data, chosen

__all__ = ["Data", "load_data", "network_size"]

# task: module and function that load it; imported when it is asked for
_LOADERS = {
    "digits": ("digits", "load_digits"),
    "mnist": ("mnist", "load_mnist"),
    "idx": ("idx", "load_idx"),
    "arrays": ("arrays", "load_arrays"),
    "xor": ("bits", "load_bits"),
    "parity": ("bits", "load_bits"),
    "spikes": ("spikes", "load_spikes"),
    "spike_pattern": ("spike_pattern", "load_spike_pattern"),
    "evidence": ("evidence", "load_evidence"),
    "linear": ("regression", "load_regression"),
    "nonlinear": ("regression", "load_regression"),
}


def load_data(task: Task) -> Data:
    """Read the stimuli that a model's task names, and leave out those that it does not want.

    Raises
    ------
    DataError
        The data are missing or cannot be used.
    """
    return chosen(_load(task), task)


def network_size(task: Task) -> tuple[int, int]:
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
    return data.n_features, data.n_outputs


def _load(task: Task) -> Data:
    module, function = _LOADERS[task.name]
    return getattr(import_module(f"spikingfa.tasks.{module}"), function)(task)
