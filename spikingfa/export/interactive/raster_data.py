"""What the template ``raster.html`` draws, recorded spikes among it, packed for ``spikes.js``."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from spikingfa.export.interactive.theme import theme_colour
from spikingfa.plots import plot_raster
from spikingfa.plots.colours import colour_of
from spikingfa.plots.figure import png
from spikingfa.plots.style import style
from spikingfa.run_folder.spikes import Spikes

PICTURE_TRIALS, PICTURE_DPI = 3, 200  # where no script runs
MICROSECOND = 1e-6
MAX_SHORT = 2**16  # neurons that two bytes tell apart; spikes.js knows the same number


def raster_values(
    spikes: Spikes, shown: Sequence[str] | None = None, numbers: Iterable[int] | None = None
) -> dict[str, Any]:
    """The spikes, a legend, and a picture for paper and for browsers that run no scripts.

    Parameters
    ----------
    spikes : Spikes
    shown : sequence of str, optional
        Names of the populations, all by default.
    numbers : iterable of int, optional
        Numbers of the trials; from 0 up by default.
    """
    shown = list(spikes.populations if shown is None else shown)
    n_trials = len(spikes.onsets)
    numbers = range(n_trials) if numbers is None else numbers
    with style():
        return {
            "raster": packed(spikes, shown, numbers),
            "legend": [_entry(spikes, name) for name in shown],
            "picture": _picture(spikes, shown) if n_trials else None,
            "picture_trials": min(PICTURE_TRIALS, n_trials),
        }


def _entry(spikes: Spikes, name: str) -> dict[str, Any]:
    return {
        "name": name.replace("_", " "),
        "colour": theme_colour(colour_of(name)),
        "n_spikes": len(spikes.of(name)[0]),
    }


def _picture(spikes: Spikes, shown: Sequence[str]) -> str:
    figure = plot_raster(spikes, trials=slice(PICTURE_TRIALS), populations=shown)
    image = b64encode(png(figure, PICTURE_DPI, facecolor="white")).decode()
    return f"data:image/png;base64,{image}"


def packed(spikes: Spikes, shown: Sequence[str], numbers: Iterable[int]) -> dict[str, Any]:
    """The spikes and their trials, ready for JSON.

    Spikes are base64 of little-endian arrays, by population and sorted in time: ``t`` counts ticks
    of `tick` seconds since the first onset (uint32), ``i`` is the neuron (uint16, or uint32 in a
    population of more than `MAX_SHORT`).

    Returns
    -------
    dict
        ``tick``, ``duration`` and ``end`` in seconds, ``onsets`` in seconds, ``trials`` (their
        numbers), ``labels`` and ``answers`` (empty where there are no classes), and
        ``populations``.
    """
    last = float(spikes.onsets.max(initial=0)) + spikes.duration
    end = max(last, float(spikes.t.max(initial=0)))
    tick = MICROSECOND * max(1, np.ceil(end / MICROSECOND / (2**32 - 1)))
    sizes = dict(zip(spikes.populations, spikes.sizes, strict=True))
    return {
        "tick": float(tick),
        "end": end,
        "duration": spikes.duration,
        "onsets": spikes.onsets.tolist(),
        "trials": [int(number) for number in numbers],
        "labels": list(spikes.labels) if any(spikes.labels) else [],
        "answers": list(spikes.predictions) if any(spikes.labels) else [],
        "populations": [
            {"name": name, "size": sizes[name], **_arrays(*spikes.of(name), sizes[name], tick)}
            for name in shown
        ],
    }


def _arrays(t: np.ndarray, i: np.ndarray, size: int, tick: float) -> dict[str, str]:
    ticks = np.round(np.maximum(t, 0) / tick).astype("<u4")
    neurons = i.astype("<u2" if size <= MAX_SHORT else "<u4")
    arrays = {"t": ticks, "i": neurons}
    return {name: b64encode(array.tobytes()).decode() for name, array in arrays.items()}
