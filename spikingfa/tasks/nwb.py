"""Recordings in the NWB format: units whose spikes are sorted, and trials.

NWB (Rübel et al. 2022, eLife 11:e78362) is a layout of HDF5, which is read with the cares of
:mod:`spikingfa.tasks.hdf5`; a trial is a stimulus, and a column of the trials says its class.
"""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import ordinary
from spikingfa.tasks import hdf5

UNITS, TRIALS = "units", "intervals/trials"
TIMES = (f"{UNITS}/spike_times", f"{UNITS}/spike_times_index")
BOUNDS = (f"{TRIALS}/start_time", f"{TRIALS}/stop_time")
#: Columns of trials that name no class.
_OTHERS = {"id", "start_time", "stop_time", "tags", "timeseries"}


def load(path: str, labels: bool = True, label: str | None = None) -> dict[str, np.ndarray]:
    """Spikes of each trial, in seconds since its start, and the classes of the trials.

    Parameters
    ----------
    path : str
    labels : bool
        Whether classes are needed.
    label : str, optional
        Column of the trials that holds the class; by default the only one that there is.

    Returns
    -------
    dict of ndarray
        ``times``, ``units`` and ``stimuli``, (n_events,) each, and ``labels`` (n_trials,), where
        they are needed or there. A spike that lies in two trials is one of both.

    Raises
    ------
    DataError
        h5py is not installed, or there are no units, trials or classes.
    Unreadable
        They do not fit into memory, or stand in another file.
    Exception
        Whatever h5py raises of what is no HDF5 file.
    """
    h5py = hdf5.h5py_for(path)
    with open(path, "rb", opener=ordinary) as file, h5py.File(file, "r") as stored:
        for place in (*TIMES, *BOUNDS):
            if not hdf5.has(stored, place):
                what = "sorted units" if place.startswith(UNITS) else "trials"
                raise DataError(f"{path}: has no {what} (needs a data set {place!r})")
        times, ends, starts, stops = (hdf5.read(stored[p], path) for p in (*TIMES, *BOUNDS))
        columns = [name for name in stored[TRIALS] if hdf5.has(stored, f"{TRIALS}/{name}")]
        column = _column(columns, path, labels, label)
        names = hdf5.read(stored[f"{TRIALS}/{column}"], path) if column else None
    if len(starts) != len(stops) or np.any(np.diff(ends) < 0) or ends[-1:].sum() != len(times):
        raise DataError(f"{path}: its units or its trials are not whole")
    arrays = _in_trials(
        times, np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0)), starts, stops
    )
    return arrays | ({} if names is None else {"labels": _plain(names)})


def _column(columns: list[str], path: str, needed: bool, label: str | None) -> str | None:
    """The column of the classes, or None where there is none and none is needed."""
    others = [name for name in columns if name not in _OTHERS and not name.endswith("_index")]
    has = f"its trials have {', '.join(others) or 'no columns of their own'}"
    if label is not None and label not in others:
        raise DataError(f"{path}: task.label = {label!r} is no column, {has}")
    if label is None and len(others) != 1:
        if not needed:
            return None
        raise DataError(f"{path}: task.label needs the column with the class, {has}")
    return label or others[0]


def _in_trials(times, units, starts, stops) -> dict[str, np.ndarray]:
    order = np.argsort(times, kind="stable")
    times, units = times[order], units[order]
    firsts, lasts = np.searchsorted(times, starts), np.searchsorted(times, stops)
    counts = np.maximum(lasts - firsts, 0)
    which = np.concatenate([np.arange(a, b) for a, b in zip(firsts, lasts)] or [np.empty(0, int)])
    stimuli = np.repeat(np.arange(len(starts)), counts)
    return {"times": times[which] - starts[stimuli], "units": units[which], "stimuli": stimuli}


def _plain(names: np.ndarray) -> np.ndarray:
    """Text in place of the bytes that HDF5 keeps."""
    if names.dtype.kind != "O":
        return names
    return np.array([name.decode() if isinstance(name, bytes) else name for name in names])
