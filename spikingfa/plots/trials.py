"""Trials of a figure, one directly after another, and the time of each that is drawn."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from brian2.units.fundamentalunits import Quantity

from spikingfa.base.units import parse_quantity
from spikingfa.run_folder.spikes import Spikes

TOLERANCE = 1e-9  # s, so that rounding moves no spike over a trial border
LONG = 10.0  # s from which on times are drawn in seconds


def choose_window(window: Sequence | None, duration: float) -> tuple[float, float]:
    """Begin and end in seconds since the onset of a trial; the whole trial by default.

    Parameters
    ----------
    window : two numbers in seconds, or quantities such as 20*ms or "20 ms"

    Raises
    ------
    ValueError
        It is no time window, or not within a trial.
    """
    if window is None:
        return 0.0, duration
    times = list(window) if np.ndim(window) == 1 else []
    if len(times) != 2:
        raise ValueError(f"window: needs two times, got {window!r}")
    begin, end = map(seconds, times)
    if not -TOLERANCE <= begin < end <= duration + TOLERANCE:
        raise ValueError(
            f"window: needs a begin before an end within a trial of {1e3 * duration:g} ms,"
            f" got {1e3 * begin:g} ms to {1e3 * end:g} ms"
        )
    return max(begin, 0.0), min(end, duration)


def seconds(time: float | Quantity | str) -> float:
    """A time in seconds, as such or as a quantity: 0.02, 20*ms, "20 ms"."""
    return float(parse_quantity(time, "time") if isinstance(time, str | Quantity) else time)


def join_trials(
    spikes: Spikes, chosen: np.ndarray, window: tuple[float, float] | None = None
) -> Spikes:
    """Only those trials, in that order, without the pauses between them.

    Of each trial only the time `window` (s since its onset) is kept, if there is one. A single
    trial keeps its times since its onset.
    """
    begin, end = window or (0.0, spikes.duration)
    starts = spikes.onsets[chosen] + begin - TOLERANCE
    first = np.searchsorted(spikes.t, starts)
    last = np.searchsorted(spikes.t, starts + (end - begin))
    which = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    onsets = (end - begin) * np.arange(len(chosen)) + (begin if len(chosen) == 1 else 0.0)
    shift = np.repeat(onsets - spikes.onsets[chosen] - begin, last - first)
    return replace(
        spikes,
        t=np.maximum(spikes.t[which] + shift, 0.0),
        i=spikes.i[which],
        population=spikes.population[which],
        onsets=onsets,
        duration=end - begin,
        labels=tuple(spikes.labels[k] for k in chosen),
        predictions=tuple(spikes.predictions[k] for k in chosen),
    )


def time_label(chosen: np.ndarray, window: tuple[float, float], duration: float) -> str:
    """Label of the time axis of joined trials."""
    unit = time_unit(len(chosen) * (window[1] - window[0]))[1]
    if len(chosen) > 1 and window != (0.0, duration):
        return f"time ({unit}; {1e3 * window[0]:g} to {1e3 * window[1]:g} ms of each trial)"
    apart = np.any(np.diff(chosen) != 1)
    return f"time ({unit}; chosen trials joined)" if apart else f"time ({unit})"


def time_unit(length: float) -> tuple[float, str]:
    """Factor from milliseconds, and the unit in which so many seconds are drawn."""
    return (1e-3, "s") if length >= LONG else (1.0, "ms")
