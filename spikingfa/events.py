"""Spike trains of many stimuli, as lists of events."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spikingfa.errors import DataError

MOST = np.iinfo(np.int32).max  # events; the compiled network counts them so


@dataclass(frozen=True)
class Events:
    """Times at which units fire, by stimulus and unit.

    It is indexed as an array of stimuli is, and has its length and shape.

    Attributes
    ----------
    times : ndarray of float32, shape (n_events,)
        Seconds since the onset of the stimulus, sorted by stimulus, unit and time.
    starts : ndarray of int32, shape (n_stimuli * n_units + 1,)
        ``times[starts[r]:starts[r + 1]]`` are those of unit i in stimulus s, where
        ``r = s * n_units + i``.
    n_units : int
    """

    times: np.ndarray
    starts: np.ndarray
    n_units: int

    @classmethod
    def listed(cls, times, units, stimuli, n_stimuli: int, n_units: int) -> "Events":
        """From a list of events in any order: time, unit and stimulus of each.

        Raises
        ------
        DataError
            There are more events than can be counted.
        """
        if len(times) > MOST:
            raise DataError(f"{len(times)} events are more than {MOST}")
        stimuli, units = np.asarray(stimuli, np.int64), np.asarray(units, np.int64)
        counts = np.bincount(stimuli * n_units + units, minlength=n_stimuli * n_units)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        order = np.argsort(stimuli, kind="stable")
        times, units = np.asarray(times, np.float32)[order], units[order]
        # a stimulus at a time, which is much faster than to sort all events at once
        for first, last in pairwise(starts[::n_units]):
            part = slice(first, last)
            times[part] = times[part][np.lexsort((times[part], units[part]))]
        return cls(times, starts, n_units)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of stimuli and units."""
        return len(self), self.n_units

    def __len__(self) -> int:
        return (len(self.starts) - 1) // self.n_units

    def __getitem__(self, chosen) -> "Events":
        numbers = np.arange(len(self))[chosen]
        bounds = self.starts[:: self.n_units]
        parts = [slice(bounds[s], bounds[s + 1]) for s in numbers]
        counts = np.diff(self.starts).reshape(self.shape)[numbers].ravel()
        return Events(
            np.concatenate([np.empty(0, np.float32), *(self.times[part] for part in parts)]),
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            self.n_units,
        )

    def of(self, stimulus: int) -> tuple[np.ndarray, np.ndarray]:
        """Times (s) and units of a stimulus, sorted by unit and time."""
        starts = self.starts[stimulus * self.n_units :][: self.n_units + 1]
        return self.times[starts[0] : starts[-1]], np.repeat(
            np.arange(self.n_units), np.diff(starts)
        )

    def counts(self, until: float) -> np.ndarray:
        """Events of each unit before the time `until` (s), shape (n_stimuli, n_units)."""
        before = np.concatenate([[0], np.cumsum(self.times < until)])
        return np.diff(before[self.starts]).reshape(self.shape)


def joined(one, other):
    """Stimuli of both, one after the other: arrays, or events of the same units."""
    if not isinstance(one, Events):
        return np.concatenate([one, other])
    starts = np.concatenate([one.starts, one.starts[-1] + other.starts[1:]])
    return Events(np.concatenate([one.times, other.times]), starts, one.n_units)
