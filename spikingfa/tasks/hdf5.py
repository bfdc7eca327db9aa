"""Events in an HDF5 file, as the Heidelberg data sets have them.

HDF5 can name other files whose content it shows as its own, and can claim any size for data that
are not there; neither is followed.
"""

from dataclasses import replace

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import Unreadable, check_memory, ordinary
from spikingfa.tasks.columns import Columns

#: Where each array stands.
PLACES = {"times": "spikes/times", "units": "spikes/units"}
LABELS, EXTRA = "labels", "extra"  # the second is a folder of what else is known of the stimuli
AT_ONCE = 256  # lists


def load(path: str, wanted: Columns) -> dict[str, np.ndarray]:
    """Arrays ``times``, ``units``, ``stimuli`` and, where needed or there, ``labels``, ``groups``.

    A class or a group may stand in any data set with a value for each stimulus: in ``labels``, as
    ``extra/speaker`` or as another.

    Raises
    ------
    DataError
        h5py is not installed, a data set is missing, or they do not belong together.
    Unreadable
        They do not fit into memory, or stand in another file.
    Exception
        Whatever h5py raises of what is no HDF5 file.
    """
    h5py = h5py_for(path)
    with open(path, "rb", opener=ordinary) as file, h5py.File(file, "r") as stored:
        needed = [*PLACES.values()]
        if wanted.labels_needed and wanted.label is None:
            needed = [LABELS, *needed]
        missing = next((place for place in needed if not has(stored, place)), None)
        if missing:
            raise DataError(f"{path}: needs a data set {missing!r}, has {', '.join(stored)}")
        places = PLACES | replace(wanted, label=wanted.label or LABELS).among(
            _columns(stored), path
        )
        arrays = {name: plain(read(stored[place], path)) for name, place in places.items()}
    times, units = arrays["times"], arrays["units"]
    counts = [len(part) for part in times]
    if counts != [len(part) for part in units]:
        raise DataError(f"{path}: a stimulus has other numbers of times and units")
    n_labels = len(arrays.get("labels", counts))
    if len(counts) != n_labels:
        raise DataError(f"{path}: has events of {len(counts)} stimuli but {n_labels} labels")
    return arrays | {
        "times": np.concatenate(times),
        "units": np.concatenate(units),
        "stimuli": np.repeat(np.arange(len(counts)), counts),
    }


def _columns(stored) -> list[str]:
    """Places of data sets that may say something of each stimulus."""
    extra = stored[EXTRA] if EXTRA in stored and not has(stored, EXTRA) else ()
    names = [*stored, *(f"{EXTRA}/{name}" for name in extra)]
    return [name for name in names if has(stored, name)]


def plain(values: np.ndarray) -> np.ndarray:
    """Text in place of the bytes that HDF5 keeps."""
    if values.dtype.kind != "O" or not isinstance(next(iter(values), None), bytes):
        return values
    return np.array([value.decode(errors="replace") for value in values])


def h5py_for(path: str):
    """The package that reads it.

    Raises
    ------
    DataError
        It is not installed.
    """
    try:
        import h5py
    except ImportError:
        raise DataError(
            f"{path}: HDF5 files need h5py, which is not installed: pip install spikingfa[hdf5]"
        ) from None
    return h5py


def has(group, place: str) -> bool:
    """Whether it is there, and in this file."""
    import h5py

    for name in place.split("/"):
        if not isinstance(group, h5py.Group) or name not in group:
            return False
        if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
            raise Unreadable(f"{place} stands in another file, which is not read")
        group = group[name]
    return isinstance(group, h5py.Dataset)


def read(stored, path: str) -> np.ndarray:
    """A data set of one dimension, if it stands in this file and fits into memory."""
    if stored.is_virtual or stored.external:
        raise Unreadable(f"{stored.name} stands in another file, which is not read")
    if stored.ndim != 1:
        raise DataError(f"{path}: {stored.name.lstrip('/')} needs one dimension")
    check_memory(stored.nbytes)
    if stored.dtype.kind != "O":
        return stored[:]
    rows = []
    for start in range(0, len(stored), AT_ONCE):  # many lists may be one and the same in the file
        rows += list(stored[start : start + AT_ONCE])
        check_memory(sum(np.asarray(part).nbytes for part in rows[-AT_ONCE:]))
    return np.array([*rows, None], object)[:-1]  # also where all have the same length
