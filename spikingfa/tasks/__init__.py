"""Tasks: labelled stimuli, split for training and test. They know nothing of Brian2."""

from importlib import import_module
from typing import Any

from numpy.typing import ArrayLike

from spikingfa.base.errors import DataError
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding, NewData, encode
from spikingfa.tasks.parts import chosen, given
from spikingfa.tasks.stimuli import Stimuli

__all__ = [
    "Data",
    "Encoding",
    "GivenData",
    "NewData",
    "Stimuli",
    "encode_new",
    "load_data",
    "load_new",
    "network_size",
]

#: Stimuli in Python: also (x, y), or (x, y, x_test, y_test).
GivenData = Data | Stimuli | tuple[Any, ...]

# tasks whose module has another name; it is imported when it is asked for
_MODULES = {"xor": "bits", "parity": "bits", "linear": "regression", "nonlinear": "regression"}


def load_data(
    task: Task,
    data: GivenData | None = None,
    *,
    on_test: bool = False,
    scaling: Encoding | None = None,
) -> Data:
    """Read the stimuli that a model's task names, and leave out those that it does not want.

    Parameters
    ----------
    task : Task
    data : Data, Stimuli or tuple, optional
        Stimuli in memory instead, or drawn by a function: (x, y) is split as a file is, Data and
        (x, y, x_test, y_test) are training and test, of which ``task.validation`` is held out, too.
    on_test : bool
        Whether the test is that of the data, also where the task holds out training stimuli for
        validation, which are not trained on all the same.
    scaling : Encoding, optional
        That of a run whose training scaled the columns of a table; by default they are scaled by
        what is trained on.

    Raises
    ------
    DataError
        The data are missing or cannot be used.
    """
    if isinstance(data, Stimuli):
        return data.data(task, on_test)
    if data is not None:
        return given(data, task, on_test)
    return chosen(_load(task, scaling), task, on_test)


def load_new(path: str, encoding: Encoding, *, labels: bool = True) -> NewData:
    """Read all stimuli of a file that a network was not trained on, encoded as in training.

    Parameters
    ----------
    path : str
        A file of the same kind as the training data: a table, arrays or events.
    encoding : Encoding
        That of the training data.
    labels : bool
        Whether labels are needed; if not, they are left out where they are there.

    Raises
    ------
    DataError
        The file cannot be read, its columns, features or units are not those of the training,
        it has no labels, or one that the training data had not.
    """
    from spikingfa.tasks.arrays import new_arrays
    from spikingfa.tasks.spikes import holds_spikes, new_spikes
    from spikingfa.tasks.table import new_table
    from spikingfa.tasks.table_file import is_table

    if encoding.events:
        return new_spikes(path, encoding, labels)
    if holds_spikes(path):
        raise DataError(f"{path}: holds events, but the training data were intensities")
    return (new_table if is_table(path) else new_arrays)(path, encoding, labels)


def encode_new(x: Any, encoding: Encoding, y: ArrayLike | None = None) -> NewData:
    """Encode stimuli in memory, as `load_new` does those of a file.

    Parameters
    ----------
    x : array_like, shape (n, n_features), DataFrame, or Events
        Values as the training data had them. Where these were a table, its columns in their
        order, or a DataFrame with their names.
    encoding : Encoding
        That of the training data.
    y : array_like, shape (n,), optional
        Labels.

    Raises
    ------
    DataError
        There are other columns or another number of units, a value cannot be used, or a label is
        none of the training data.
    """
    from spikingfa.tasks.table import scaled_columns

    return encode(encoding, scaled_columns(x, encoding) if encoding.columns else x, y)


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


def loader_of(name: str) -> tuple[str, str]:
    """Module and function that load the task of this name."""
    module = _MODULES.get(name, name)
    return module, f"load_{module}"


def _load(task: Task, scaling: Encoding | None = None) -> Data:
    module, function = loader_of(task.name)
    load = getattr(import_module(f"spikingfa.tasks.{module}"), function)
    return load(task, scaling) if scaling is not None and scaling.columns else load(task)
