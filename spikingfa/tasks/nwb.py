"""Recordings in the NWB format: units whose spikes are sorted, and trials.

NWB (Rübel et al. 2022, eLife 11:e78362) is a layout of HDF5, which is read with the cares of
:mod:`spikingfa.tasks.hdf5`; a trial is a stimulus, and a column of the trials says its class.
"""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import ordinary
from spikingfa.tasks import hdf5
from spikingfa.tasks.columns import Columns
from spikingfa.tasks.trials import in_trials

UNITS, TRIALS = "units", "intervals/trials"
TIMES = (f"{UNITS}/spike_times", f"{UNITS}/spike_times_index")
BOUNDS = (f"{TRIALS}/start_time", f"{TRIALS}/stop_time")
#: Columns of trials that name no class.
_OTHERS = {"id", "start_time", "stop_time", "tags", "timeseries"}


def load(path: str, wanted: Columns) -> dict[str, np.ndarray]:
    """Spikes of each trial, in seconds since its start, and the classes of the trials.

    Parameters
    ----------
    path : str
    wanted : Columns
        Those of the trials that hold class and group.

    Returns
    -------
    dict of ndarray
        ``times``, ``units`` and ``stimuli``, (n_events,) each, and ``labels`` and ``groups``,
        (n_trials,), where they are needed or there. A spike that lies in two trials is one of both.

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
        chosen = wanted.among(_own_columns(stored[TRIALS]), path, "its trials have")
        columns = {
            name: hdf5.plain(hdf5.read(stored[f"{TRIALS}/{column}"], path))
            for name, column in chosen.items()
        }
    if len(starts) != len(stops) or np.any(np.diff(ends) < 0) or ends[-1:].sum() != len(times):
        raise DataError(f"{path}: its units or its trials are not whole")
    arrays = in_trials(
        times, np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0)), starts, stops
    )
    return arrays | columns


def _own_columns(trials) -> list[str]:
    """Names of the columns that may hold a class."""
    names = [name for name in trials if name not in _OTHERS and not name.endswith("_index")]
    return [name for name in names if hdf5.has(trials, name)]
