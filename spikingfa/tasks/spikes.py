"""A user's own spike data: lists of events, or a recording with trials."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.extras import needed
from spikingfa.base.reading import ordinary, readable
from spikingfa.model.model import Task
from spikingfa.tasks import binned_table, event_table, hdf5, nwb
from spikingfa.tasks.columns import Columns
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding, NewData
from spikingfa.tasks.event_table import is_event_table
from spikingfa.tasks.events import Events, check_events
from spikingfa.tasks.groups import read_groups
from spikingfa.tasks.labels import read_labels
from spikingfa.tasks.npz import read_npz
from spikingfa.tasks.parts import split
from spikingfa.tasks.table_file import is_table

HDF5, NWB, NIX = (".h5", ".hdf5"), (".nwb",), (".nix",)
EVENTS = ("times", "units", "stimuli")


def load_spikes(task: Task) -> Data:
    """Read events with time (s), unit and stimulus, and a label for each stimulus.

    An ``.npz`` file has arrays ``times``, ``units`` and ``stimuli``, (n_events,) each, and
    ``labels`` (n_stimuli,): event e is unit ``units[e]`` at the time ``times[e]`` after the onset
    of stimulus number ``stimuli[e]``. An HDF5 file has ``spikes/times`` and ``spikes/units``, an
    array for each stimulus, and ``labels``, as the Heidelberg data sets do (Cramer et al. 2020,
    IEEE Trans Neural Netw Learn Syst 33:2744). A text table has the columns trial, time, unit and
    label, or a row for each trial and a column for each time bin; an NWB file has sorted units and
    trials, a NIX file a segment for each trial. Of several columns of the trials ``task.label`` is
    the class, ``task.groups`` the group.

    ``task.test_file`` is the test if it is given; else a stratified part is held out, or whole
    groups. There are as many input neurons as the largest unit of both files says.

    Raises
    ------
    DataError
        A file cannot be read, an array is missing or has the wrong shape, type or range, h5py is
        not installed, or a class is missing from the training data.
    """
    if task.file is None:
        raise DataError(
            "task.file: task spikes needs the path of an .npz, .csv, HDF5, NWB or NIX file"
        )
    columns = Columns(task.label, task.groups, groups_needed=task.groups is not None)
    width = float(task.bin)
    train = _read(task.file, columns, width)
    test = (
        None
        if task.test_file is None
        else _read(task.test_file, replace(columns, groups_needed=False), width)
    )
    labels = read_labels(train["labels"], f"{task.file}: labels")
    encoding = Encoding(
        n_features=max(_n_units(arrays) for arrays in (train, test) if arrays is not None),
        classes=labels.classes(),
        events=True,
        label=task.label,
        bin=width if _is_binned(task.file) else None,
        dropped=() if task.groups is None else (task.groups,),
    )
    x, y = _events(train, len(labels), encoding), labels.numbers(encoding.classes)
    groups = None
    if task.groups is not None:
        groups = read_groups(train["groups"], len(y), f"{task.file}: {task.groups}")
    if test is None:
        *parts, groups = split(x, y, task, task.file, groups)
    else:
        parts = x, y, *_encoded(test, task.test_file, encoding, True)
    return Data.encoded(*parts, encoding, groups=groups)


def new_spikes(path: str, encoding: Encoding, labels: bool = True) -> NewData:
    """Read another file with units and classes of the training data.

    Raises
    ------
    DataError
        The file cannot be read, an array is missing or has the wrong shape, type or range, a unit
        has a larger number than all in training, or a class is missing from the training data.
    """
    columns = Columns(encoding.label, *encoding.dropped[:1], labels_needed=labels)
    return _encoded(_read(path, columns, encoding.bin), path, encoding, labels)


def holds_spikes(path: str) -> bool:
    """Whether a file is one of events, by its name or by what is in it."""
    if Path(path).suffix.lower() in (*HDF5, *NWB, *NIX):
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


def _read(path: str, columns: Columns, width: float | None) -> dict[str, np.ndarray]:
    """Arrays ``times``, ``units``, ``stimuli`` and, if need be, ``labels``, checked."""
    suffix = Path(path).suffix.lower()
    if suffix in (*HDF5, *NWB, *NIX):
        load = _loader(suffix, path)
        with readable(f"the data file {path}", "it is not an HDF5 file", DataError):
            arrays = load(path, columns)
    elif is_event_table(path):
        arrays = event_table.load(path, columns)
    elif is_table(path):
        arrays = binned_table.load(path, columns, width or binned_table.WIDTH)
    else:
        arrays = _of_npz(path, columns)
    return arrays | _checked(arrays, path, columns.labels_needed)


def _is_binned(path: str) -> bool:
    return is_table(path) and not is_event_table(path)


def _loader(suffix: str, path: str) -> Callable[[str, Columns], dict[str, np.ndarray]]:
    if suffix in NIX:
        for package in ("nixio", "neo"):
            needed(package, "analysis", f"{path}: a NIX file")
        from spikingfa.tasks.neo_block import load_nix

        return load_nix
    return nwb.load if suffix in NWB else hdf5.load


def _of_npz(path: str, columns: Columns) -> dict[str, np.ndarray]:
    wanted = (columns.label or "labels", *([columns.groups] if columns.groups else []))
    arrays = read_npz(path, (*EVENTS, *wanted))
    events = {name: arrays[name] for name in EVENTS if name in arrays}
    others = [name for name in arrays if name not in EVENTS]
    if "labels" not in others and columns.label is None:
        return events  # whoever checks them says so
    return events | {name: arrays[a] for name, a in columns.among(others, path).items()}


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
