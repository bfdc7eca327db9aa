"""Spike trains of many stimuli, as lists of events."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from spikingfa.base.errors import DataError

MAX_EVENTS = np.iinfo(np.int32).max  # events; the compiled network counts them so


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
    def listed(
        cls,
        times: ArrayLike,
        units: ArrayLike,
        stimuli: ArrayLike,
        n_stimuli: int,
        n_units: int,
    ) -> "Events":
        """From a list of events in any order: time, unit and stimulus of each.

        Parameters
        ----------
        times : array_like, shape (n_events,)
            Seconds since the onset of the stimulus, from 0 on.
        units, stimuli : array_like of int, shape (n_events,)
            Numbers from 0 on, below `n_units` and `n_stimuli`.
        n_stimuli, n_units : int

        Raises
        ------
        DataError
            An event is not of these, or there are more events than can be counted.
        """
        t, i, of = check_events(times, units, stimuli, n_stimuli, n_units)
        counts = np.bincount(of * n_units + i, minlength=n_stimuli * n_units)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        order = np.argsort(of, kind="stable")
        t, i = t.astype(np.float32)[order], i[order]
        # a stimulus at a time, which is much faster than to sort all events at once
        for first, last in pairwise(starts[::n_units]):
            part = slice(first, last)
            t[part] = t[part][np.lexsort((t[part], i[part]))]
        return cls(t, starts, n_units)

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of stimuli and units."""
        return len(self), self.n_units

    def __len__(self) -> int:
        return (len(self.starts) - 1) // self.n_units

    def __getitem__(self, chosen: Any) -> "Events":
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


def joined(one: Any, other: Any) -> Any:
    """Stimuli of both, one after the other: arrays, or events of the same units."""
    if not isinstance(one, Events):
        return np.concatenate([one, other])
    starts = np.concatenate([one.starts, one.starts[-1] + other.starts[1:]])
    return Events(np.concatenate([one.times, other.times]), starts, one.n_units)


def check_events(
    times: ArrayLike,
    units: ArrayLike,
    stimuli: ArrayLike,
    n_stimuli: int | None,
    n_units: int | None,
    source: str = "events",
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times, units and stimuli of events as arrays, the last two of int64.

    There may be any number of units or stimuli if None is given. `source` is what errors name.

    Raises
    ------
    DataError
        Lengths differ; a time is negative or no number; a unit or stimulus is no whole number or
        there is none of that number; or there are more events than can be counted.
    """
    named = {"times": times, "units": units, "stimuli": stimuli}
    t, i, of = (_listed(values, name, source) for name, values in named.items())
    lengths = [len(t), len(i), len(of)]
    if len(set(lengths)) > 1:
        raise DataError(
            f"{source}: times, units and stimuli need the same length,"
            " got {}, {} and {}".format(*lengths)
        )
    if lengths[0] > MAX_EVENTS:
        raise DataError(f"{source}: {lengths[0]} events are more than {MAX_EVENTS}")
    good = (t >= 0) & np.isfinite(t)
    _refuse_first(~good, t, "times", "seconds since the onset, from 0 on", source)
    i = _numbers(i, n_units, "units", source)
    return t, i, _numbers(of, n_stimuli, "stimuli", source)


def _listed(values: ArrayLike, name: str, source: str) -> np.ndarray:
    needs = f"{source}: {name} needs the shape (n,)"
    try:
        array = np.asarray(values)
    except ValueError:
        raise DataError(f"{needs}, got lists of other lengths") from None
    if array.ndim != 1:
        raise DataError(f"{needs}, got {array.shape}")
    if array.dtype.kind not in "fiu":
        raise DataError(f"{source}: {name} needs numbers, got {array.dtype}")
    return array


def _numbers(values: np.ndarray, n: int | None, name: str, source: str) -> np.ndarray:
    """Whole numbers from 0 to n - 1, as int64."""
    if values.dtype.kind == "f":
        _refuse_first(~(values == np.floor(values)), values, name, "whole numbers", source)
    needs = "numbers from 0 on" if n is None else f"numbers from 0 to {n - 1}"
    if len(values) and n is not None and (values.min(), values.max()) == (1, n):
        needs += f" (these seem to be counted from 1: {name} - 1)"
    most = np.iinfo(np.int64).max if n is None else n - 1
    _refuse_first((values < 0) | (values > most), values, name, needs, source)
    return values.astype(np.int64)


def _refuse_first(bad: np.ndarray, values: np.ndarray, name: str, needs: str, source: str) -> None:
    if bad.any():
        event = np.flatnonzero(bad)[0]
        raise DataError(f"{source}: {name} needs {needs}, got {values[event]} in event {event}")
