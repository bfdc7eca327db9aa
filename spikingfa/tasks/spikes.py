"""A user's own spike data: lists of events in an ``.npz`` or HDF5 file."""

import zipfile
from pathlib import Path

import numpy as np

from spikingfa.errors import DataError
from spikingfa.events import Events
from spikingfa.model import Task
from spikingfa.reading import Unreadable, ordinary, read_arrays
from spikingfa.tasks import hdf5
from spikingfa.tasks.data import Data, class_numbers, split

HDF5 = (".h5", ".hdf5")


def load_spikes(task: Task) -> Data:
    """Read events with time (s), unit and stimulus, and a label for each stimulus.

    An ``.npz`` file has arrays ``times``, ``units`` and ``stimuli``, (n_events,) each, and
    ``labels`` (n_stimuli,): event e is unit ``units[e]`` at the time ``times[e]`` after the onset
    of stimulus number ``stimuli[e]``. An HDF5 file has ``spikes/times`` and ``spikes/units``, an
    array for each stimulus, and ``labels``, as the Heidelberg data sets do (Cramer et al. 2020,
    IEEE Trans Neural Netw Learn Syst 33:2744).

    ``task.test_file`` is the test if it is given; else a stratified part is held out. There are
    as many input neurons as the largest unit of both files says.

    Raises
    ------
    DataError
        A file cannot be read, an array is missing or has the wrong shape, type or range, h5py is
        not installed, or a class is missing from the training data.
    """
    if task.file is None:
        raise DataError("task.file: task spikes needs the path of an .npz or HDF5 file")
    train = _read(task.file)
    labels = np.unique(train["labels"]).tolist()
    if len(labels) < 2:
        raise DataError(f"{task.file}: labels needs at least two classes, got {len(labels)}")
    y = class_numbers(train["labels"].tolist(), labels, task.file)
    classes = tuple(map(str, labels))
    if task.test_file is None:
        return Data(*split(_events(train), y, task, task.file), classes=classes)
    test = _read(task.test_file)
    n_units = max(_n_units(train), _n_units(test))
    y_test = class_numbers(test["labels"].tolist(), labels, task.test_file)
    return Data(_events(train, n_units), y, _events(test, n_units), y_test, classes)


def holds_spikes(path: str) -> bool:
    """Whether a file is one of events, by its name or by what is in it."""
    if Path(path).suffix.lower() in HDF5:
        return True
    try:
        with open(path, "rb", opener=ordinary) as file, zipfile.ZipFile(file) as stored:
            return "times.npy" in stored.namelist()
    except Exception:  # whoever reads it says what is wrong with it
        return False


def _n_units(arrays: dict[str, np.ndarray]) -> int:
    return int(arrays["units"].max()) + 1


def _events(arrays: dict[str, np.ndarray], n_units: int | None = None) -> Events:
    events = (arrays[name] for name in ("times", "units", "stimuli"))
    return Events.listed(*events, len(arrays["labels"]), n_units or _n_units(arrays))


def _read(path: str) -> dict[str, np.ndarray]:
    """Arrays ``times``, ``units``, ``stimuli`` and ``labels``, checked."""
    is_hdf5 = Path(path).suffix.lower() in HDF5
    try:
        arrays = hdf5.load(path) if is_hdf5 else read_arrays(Path(path))
    except DataError:
        raise
    except Unreadable as error:
        raise DataError(f"cannot read the data file {path}: {error}") from None
    except Exception as error:  # what is no such file may be wrong in any way
        kind = "HDF5 file" if is_hdf5 else ".npz file of plain arrays"
        reason = getattr(error, "strerror", None) or f"it is not an {kind}"
        raise DataError(f"cannot read the data file {path}: {reason}") from None
    _check(arrays, path)
    return arrays


def _check(arrays: dict[str, np.ndarray], path: str) -> None:
    for name, kinds in (("times", "fiu"), ("units", "iu"), ("stimuli", "iu"), ("labels", "iu")):
        if name not in arrays:
            has = ", ".join(arrays) or "none"
            raise DataError(f"{path}: needs an array {name!r}, has {has}")
        array = arrays[name]
        if array.ndim != 1 or not array.size:
            raise DataError(f"{path}: {name} needs the shape (n,), got {array.shape}")
        if array.dtype.kind not in kinds:
            what = "numbers" if name == "times" else "integers"
            raise DataError(f"{path}: {name} needs {what}, got {array.dtype}")
    times, units, stimuli = (arrays[name] for name in ("times", "units", "stimuli"))
    if not len(times) == len(units) == len(stimuli):
        raise DataError(
            f"{path}: times, units and stimuli need the same length,"
            f" got {len(times)}, {len(units)} and {len(stimuli)}"
        )
    n = len(arrays["labels"])
    for name, bad, needs in (
        ("times", ~((times >= 0) & np.isfinite(times)), "seconds since the onset, from 0 on"),
        ("units", units < 0, "numbers from 0 on"),
        ("stimuli", (stimuli < 0) | (stimuli >= n), f"numbers from 0 to {n - 1}, one a label"),
    ):
        if bad.any():
            at = np.flatnonzero(bad)[0]
            raise DataError(f"{path}: {name} needs {needs}, got {arrays[name][at]} in event {at}")
