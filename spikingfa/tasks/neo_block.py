"""Recordings as Neo blocks, which Neo reads from some fifty formats, and those in NIX files.

A segment is a trial, and an annotation of the segments the class; or there is one segment with an
epoch of the trials, whose labels are the classes.
"""

from typing import Any

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.reading import Unreadable, ordinary
from spikingfa.tasks import hdf5
from spikingfa.tasks.columns import Columns
from spikingfa.tasks.events import Events
from spikingfa.tasks.trials import in_trials

#: Annotations of segments that are of the file and not of the trials.
_OTHERS = {"nix_name"}


def from_neo(block: Any, label: str | None = None) -> tuple[Events, np.ndarray]:
    """Spike trains of a Neo block, and the class of each trial: ``data=`` of `spikingfa.train`.

    Trials are the segments of the block, or the epoch of its only segment. Unit k is the spike
    train with the number k in each segment.

    Parameters
    ----------
    block : neo.Block
    label : str, optional
        Annotation of the segments, or array annotation of the epoch, that is the class; by default
        the only one that there is, or the labels of the epoch.

    Returns
    -------
    events : Events
        Times in seconds since the beginning of each trial.
    labels : ndarray, shape (n_trials,)

    Raises
    ------
    DataError
        There are no trials or no spike trains, segments have other numbers of these, or it is not
        known which annotation is the class.

    Examples
    --------
    >>> block = neo.io.PlexonIO("mouse.plx").read_block()  # doctest: +SKIP
    >>> spikingfa.train("digits_fa", data=spikingfa.from_neo(block, "side"))  # doctest: +SKIP
    """
    arrays = arrays_of(block, Columns(label), "the block")
    times, units, stimuli = (arrays[name] for name in ("times", "units", "stimuli"))
    labels = arrays["labels"]
    return Events.listed(times, units, stimuli, len(labels), _n_units(block)), labels


def load_nix(path: str, wanted: Columns) -> dict[str, np.ndarray]:
    """The first block of a NIX file, as `arrays_of` gives it.

    Raises
    ------
    DataError
        See `from_neo`.
    Unreadable
        Something in the file stands in another one.
    Exception
        Whatever these raise of what is no NIX file.
    """
    from neo.io import NixIO

    _check_whole(path)
    with NixIO(path, "ro") as file:
        return arrays_of(file.read_block(), wanted, path)


def arrays_of(block: Any, wanted: Columns, where: str) -> dict[str, np.ndarray]:
    """``times``, ``units`` and ``stimuli`` of the events, ``labels`` and ``groups`` of trials."""
    segments = list(block.segments)
    if not segments or not _n_units(block):
        raise DataError(f"{where}: has no segments with spike trains")
    return (_of_epoch if len(segments) == 1 else _of_segments)(segments, wanted, where)


def _n_units(block: Any) -> int:
    return max((len(segment.spiketrains) for segment in block.segments), default=0)


def _of_segments(segments: list[Any], wanted: Columns, where: str) -> dict[str, np.ndarray]:
    n_units = len(segments[0].spiketrains)
    for k, segment in enumerate(segments):
        if len(segment.spiketrains) != n_units:
            raise DataError(
                f"{where}: segment {k} has {len(segment.spiketrains)} spike trains, the first"
                f" {n_units}: needs the same units in each trial"
            )
    known = [
        name
        for name, value in segments[0].annotations.items()
        if name not in _OTHERS
        and np.ndim(value) == 0
        and all(name in segment.annotations for segment in segments)
    ]
    columns = wanted.among(known, where, "its segments have")
    pieces = [
        (np.maximum(_seconds(train) - _start(segment), 0), unit, k)
        for k, segment in enumerate(segments)
        for unit, train in enumerate(segment.spiketrains)
    ]
    counts = [len(times) for times, _, _ in pieces]
    return {
        "times": np.concatenate([times for times, _, _ in pieces]),
        "units": np.repeat([unit for _, unit, _ in pieces], counts),
        "stimuli": np.repeat([k for _, _, k in pieces], counts),
    } | {
        name: np.array([segment.annotations[column] for segment in segments])
        for name, column in columns.items()
    }


def _of_epoch(segments: list[Any], wanted: Columns, where: str) -> dict[str, np.ndarray]:
    (segment,) = segments
    if len(segment.epochs) != 1:
        raise DataError(
            f"{where}: its only segment has {len(segment.epochs)} epochs: needs a segment for each"
            " trial, or one epoch of the trials"
        )
    (epoch,) = segment.epochs
    known = dict(epoch.array_annotations)
    if len(epoch.labels):
        known["label"] = epoch.labels
    columns = wanted.among(list(known), where, "the epoch of its trials has")
    trains = [_seconds(train) for train in segment.spiketrains]
    units = np.repeat(np.arange(len(trains)), [len(times) for times in trains])
    starts = _seconds(epoch)
    stops = starts + epoch.durations.rescale("s").magnitude
    arrays = in_trials(np.concatenate(trains), units, starts, stops)
    return arrays | {name: np.array(known[column]) for name, column in columns.items()}


def _seconds(times: Any) -> np.ndarray:
    return np.asarray(times.rescale("s").magnitude, float).reshape(-1)


def _start(segment: Any) -> float:
    """When a trial begins: the earliest time at which a spike train may."""
    return min((float(train.t_start.rescale("s")) for train in segment.spiketrains), default=0.0)


def _check_whole(path: str) -> None:
    """See that nothing in the file stands in another one: HDF5 would show that as its own."""
    h5py = hdf5.h5py_for(path)
    with open(path, "rb", opener=ordinary) as file, h5py.File(file, "r") as stored:
        groups, known = [stored], set()
        while groups:
            group = groups.pop()
            for name in group:
                if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
                    raise _elsewhere(f"{group.name.rstrip('/')}/{name}")
                item = group.get(name)
                if isinstance(item, h5py.Dataset) and (item.is_virtual or item.external):
                    raise _elsewhere(item.name)
                if isinstance(item, h5py.Group) and item.id not in known:  # links may go in circles
                    known.add(item.id)
                    groups.append(item)


def _elsewhere(place: str) -> Unreadable:
    return Unreadable(f"{place} stands in another file, which is not read")
