"""Recorded spikes, packed for ``spikes.js``."""

from base64 import b64encode

import numpy as np

from spikingfa.run_folder.spikes import Spikes

MICROSECOND = 1e-6
MAX_SHORT = 2**16  # neurons that two bytes tell apart; spikes.js knows the same number


def packed(spikes: Spikes) -> dict:
    """Everything that the raster shows, ready for JSON.

    Spikes are base64 of little-endian arrays, by population and sorted in time: ``t`` counts ticks
    of `tick` seconds since the first onset (uint32), ``i`` is the neuron (uint16, or uint32 in a
    population of more than `MAX_SHORT`).

    Parameters
    ----------
    spikes : Spikes

    Returns
    -------
    dict
        ``tick``, ``duration`` and ``end`` in seconds, ``onsets`` in seconds, ``labels`` and
        ``answers`` (empty where there are no classes), and ``populations``.
    """
    last = float(spikes.onsets.max(initial=0)) + spikes.duration
    end = max(last, float(spikes.t.max(initial=0)))
    tick = MICROSECOND * max(1, np.ceil(end / MICROSECOND / (2**32 - 1)))
    return {
        "tick": float(tick),
        "end": end,
        "duration": spikes.duration,
        "onsets": spikes.onsets.tolist(),
        "labels": list(spikes.labels) if any(spikes.labels) else [],
        "answers": list(spikes.predictions) if any(spikes.labels) else [],
        "populations": [
            {"name": name, "size": size, **_arrays(*spikes.of(name), size, tick)}
            for name, size in zip(spikes.populations, spikes.sizes)
        ],
    }


def _arrays(t: np.ndarray, i: np.ndarray, size: int, tick: float) -> dict[str, str]:
    ticks = np.round(np.maximum(t, 0) / tick).astype("<u4")
    neurons = i.astype("<u2" if size <= MAX_SHORT else "<u4")
    arrays = {"t": ticks, "i": neurons}
    return {name: b64encode(array.tobytes()).decode() for name, array in arrays.items()}
