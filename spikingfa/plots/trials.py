"""Trials of a raster, one directly after another, and their headings."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from brian2.units.fundamentalunits import Quantity
from matplotlib.axes import Axes

from spikingfa.base.units import parse_quantity
from spikingfa.plots.style import GREY, LINE_PT, VERMILLION, literal, text_width
from spikingfa.run_folder.spikes import Spikes

TOLERANCE = 1e-9  # s, so that rounding moves no spike over a trial border
OFFSET = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}


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
    if len(chosen) > 1 and window != (0.0, duration):
        return f"time (ms; {1e3 * window[0]:g} to {1e3 * window[1]:g} ms of each trial)"
    return "time (ms; chosen trials joined)" if np.any(np.diff(chosen) != 1) else "time (ms)"


def draw_borders(frame: Axes, spikes: Spikes) -> None:
    """The time axis, and a line between two trials, behind everything."""
    frame.set_axis_off()
    begin = spikes.onsets[0]
    frame.set_xlim(1e3 * begin, 1e3 * (begin + spikes.duration * len(spikes.onsets)))
    for onset in spikes.onsets[1:]:
        frame.axvline(1e3 * onset, color="0.7", linewidth=0.5)


def header_height(spikes: Spikes, column: float) -> float:
    """Points that the header needs above trials that are `column` points wide."""
    if not any(spikes.labels):
        return 4.0
    return (2 * _row_height(spikes, column) or LINE_PT) + 4


def draw_header(frame: Axes, spikes: Spikes, column: float, margin: float) -> None:
    """Write class and prediction above each trial, or how many are right if that is too much.

    The headings end `margin` points left of the trials. Where there are no classes, there is no
    header.
    """
    if not any(spikes.labels):
        return
    row = _row_height(spikes, column)
    wrong = [a != b for a, b in zip(spikes.labels, spikes.predictions, strict=True)]
    if not row:
        text = f"{len(wrong)} trials, {len(wrong) - sum(wrong)} read correctly"
        _write(frame, (0.5, 1), (0, 4), text)
        return
    rows = (("read as", spikes.predictions), ("true class", spikes.labels))
    for height, (heading, names) in zip((4, 4 + row), rows, strict=True):
        _write(frame, (0, 1), (-margin, height), heading, ha="right", color=GREY)
        for k, name in enumerate(names):
            stress = wrong[k] and heading == "read as"
            look = {"color": VERMILLION, "weight": "bold"} if stress else {}
            place = ((k + 0.5) / len(names), 1)
            _write(frame, place, (0, height), literal(name), rotation=90 * (row > LINE_PT), **look)


def _row_height(spikes: Spikes, column: float) -> float:
    """Points for a row of names, which stand upright if too long; 0 if they do not fit at all."""
    longest = max(text_width(literal(name)) for name in {*spikes.labels, *spikes.predictions})
    if longest + 3 < column:
        return LINE_PT
    return longest + 4 if column > LINE_PT else 0.0


def _write(frame: Axes, place: tuple, offset: tuple, text: str, ha: str = "center", **look) -> None:
    frame.annotate(text, place, offset, ha=ha, va="bottom", **OFFSET, **look)
