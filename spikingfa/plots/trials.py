"""Which trials a raster shows, one directly after another, and what is written above them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes

from spikingfa.plots.style import GREY, LINE_PT, VERMILLION, text_width
from spikingfa.recording import Spikes

TOLERANCE = 1e-9  # s, so that rounding moves no spike over a trial border
OFFSET = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}


def choose_trials(trials: slice | Sequence[int] | None, recorded: int) -> np.ndarray:
    """Numbers of the trials, counted from 0."""
    whole = trials is None or isinstance(trials, slice)
    index = (trials or slice(None)) if whole else list(trials)
    try:
        chosen = np.arange(recorded)[index]
    except IndexError:
        chosen = np.array([])
    if not len(chosen):
        raise IndexError(f"no such trials: {index}; recorded: trials 0 to {recorded - 1}")
    return chosen


def join_trials(spikes: Spikes, chosen: np.ndarray) -> Spikes:
    """Only those trials, in that order, without the pauses between them."""
    starts = spikes.onsets[chosen] - TOLERANCE
    first = np.searchsorted(spikes.t, starts)
    last = np.searchsorted(spikes.t, starts + spikes.duration)
    which = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
    onsets = spikes.duration * np.arange(len(chosen))
    shift = np.repeat(onsets - spikes.onsets[chosen], last - first)
    return replace(
        spikes,
        t=np.maximum(spikes.t[which] + shift, 0.0),
        i=spikes.i[which],
        population=spikes.population[which],
        onsets=onsets,
        labels=tuple(spikes.labels[k] for k in chosen),
        predictions=tuple(spikes.predictions[k] for k in chosen),
    )


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
            _write(frame, place, (0, height), _plain(name), rotation=90 * (row > LINE_PT), **look)


def _row_height(spikes: Spikes, column: float) -> float:
    """Points for a row of names, which stand upright if too long; 0 if they do not fit at all."""
    longest = max(text_width(_plain(name)) for name in {*spikes.labels, *spikes.predictions})
    if longest + 3 < column:
        return LINE_PT
    return longest + 4 if column > LINE_PT else 0.0


def _plain(name: str) -> str:
    return name.replace("$", r"\$")  # or matplotlib takes it for mathematics


def _write(frame: Axes, place: tuple, offset: tuple, text: str, ha: str = "center", **look) -> None:
    frame.annotate(text, place, offset, ha=ha, va="bottom", **OFFSET, **look)
