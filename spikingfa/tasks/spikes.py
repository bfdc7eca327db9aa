"""A user's own spike data: lists of events, or a recording with trials."""

import zipfile
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import ordinary, readable
from spikingfa.model.model import Task
from spikingfa.tasks import event_table, hdf5, nwb
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding, NewData
from spikingfa.tasks.event_table import is_event_table
from spikingfa.tasks.events import Events, check_events
from spikingfa.tasks.labels import read_labels
from spikingfa.tasks.npz import read_npz
from spikingfa.tasks.parts import split

HDF5, NWB = (".h5", ".hdf5"), (".nwb",)
EVENTS = ("times", "units", "stimuli")


def load_spikes(task: Task) -> Data:
    """Read events with time (s), unit and stimulus, and a label for each stimulus.

    An ``.npz`` file has arrays ``times``, ``units`` and ``stimuli``, (n_events,) each, and
    ``labels`` (n_stimuli,): event e is unit ``units[e]`` at the time ``times[e]`` after the onset
    of stimulus number ``stimuli[e]``. An HDF5 file has ``spikes/times`` and ``spikes/units``, an
    array for each stimulus, and ``labels``, as the Heidelberg data sets do (Cramer et al. 2020,
    IEEE Trans Neural Netw Learn Syst 33:2744). A text table has the columns trial, time, unit and
    label, an NWB file sorted units and trials, of which the column ``task.label`` is the class.

    ``task.test_file`` is the test if it is given; else a stratified part is held out. There are
    as many input neurons as the largest unit of both files says.

    Raises
    ------
    DataError
        A file cannot be read, an array is missing or has the wrong shape, type or range, h5py is
        not installed, or a class is missing from the training data.
    """
    if task.file is None:
        raise DataError("task.file: task spikes needs the path of an .npz, .csv, HDF5 or NWB file")
    train = _read(task.file, label=task.label)
    test = None if task.test_file is None else _read(task.test_file, label=task.label)
    labels = read_labels(train["labels"], f"{task.file}: labels")
    encoding = Encoding(
        n_features=max(_n_units(arrays) for arrays in (train, test) if arrays is not None),
        classes=labels.classes(),
        events=True,
        label=task.label,
    )
    x, y = _events(train, len(labels), encoding), labels.numbers(encoding.classes)
    if test is None:
        return Data.encoded(*split(x, y, task, task.file), encoding)
    return Data.encoded(x, y, *_encoded(test, task.test_file, encoding, True), encoding)


def new_spikes(path: str, encoding: Encoding, labels: bool = True) -> NewData:
    """Read another file with units and classes of the training data.

    Raises
    ------
    DataError
        The file cannot be read, an array is missing or has the wrong shape, type or range, a unit
        has a larger number than all in training, or a class is missing from the training data.
    """
    return _encoded(_read(path, labels, encoding.label), path, encoding, labels)


def holds_spikes(path: str) -> bool:
    """Whether a file is one of events, by its name or by what is in it."""
    if Path(path).suffix.lower() in (*HDF5, *NWB):
        return True
    if is_event_table(path):
        return True
    try:
        with open(path, "rb", opener=ordinary) as file, zipfile.ZipFile(file) as stored:
            return "times.npy" in stored.namelist()
    except Exception:  # whoever reads it says what is wrong with it
        return False


def _n_units(arrays: dict[str, np.ndarray]) -> int:
    return int(arrays["units"].max()) + 1


def _encoded(arrays, path: str, encoding: Encoding, labels: bool) -> NewData:
    if _n_units(arrays) > encoding.n_features:
        event = arrays["units"].argmax()
        raise DataError(
            f"{path}: units needs numbers from 0 to {encoding.n_features - 1}, as in training, got"
            f" {arrays['units'][event]} in event {event}"
        )
    y, given = None, arrays.get("labels")
    if labels:
        y = read_labels(given, f"{path}: labels").numbers(encoding.classes)
    n_stimuli = int(arrays["stimuli"].max()) + 1 if given is None else len(given)
    return NewData(_events(arrays, n_stimuli, encoding), y)


def _events(arrays: dict[str, np.ndarray], n_stimuli: int, encoding: Encoding) -> Events:
    events = (arrays[name] for name in EVENTS)
    return Events.listed(*events, n_stimuli, encoding.n_features)


def _read(path: str, labels: bool = True, label: str | None = None) -> dict[str, np.ndarray]:
    """Arrays ``times``, ``units``, ``stimuli`` and, if need be, ``labels``, checked."""
    suffix = Path(path).suffix.lower()
    if suffix in (*HDF5, *NWB):
        with readable(f"the data file {path}", "it is not an HDF5 file", DataError):
            arrays = nwb.load(path, labels, label) if suffix in NWB else hdf5.load(path, labels)
    elif is_event_table(path):
        arrays = event_table.load(path, labels, label)
    else:
        arrays = read_npz(path, (*EVENTS, "labels"))
    return arrays | _checked(arrays, path, labels)


def _checked(arrays: dict[str, np.ndarray], path: str, labels: bool) -> dict[str, np.ndarray]:
    """Events of any number of units."""
    for name in (*EVENTS, "labels") if labels else EVENTS:
        if name not in arrays:
            has = ", ".join(arrays) or "none"
            raise DataError(f"{path}: needs an array {name!r}, has {has}")
        if not arrays[name].size:
            raise DataError(f"{path}: {name} needs the shape (n,), got {arrays[name].shape}")
    n_stimuli = len(arrays["labels"]) if "labels" in arrays else None
    events = (arrays[name] for name in EVENTS)
    return dict(zip(EVENTS, check_events(*events, n_stimuli, None, path)))
