"""Rates of populations over the time of a trial."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

from spikingfa.plots.trials import TOLERANCE
from spikingfa.run_folder.spikes import Spikes

BIN = 0.5e-3  # s
KERNEL = 5e-3  # s, standard deviation


def rates_of(
    spikes: Spikes, name: str, which: np.ndarray | None = None, kernel: float = KERNEL
) -> tuple[np.ndarray, np.ndarray]:
    """Rates of a population in each trial, smoothed by a Gaussian that stops at trial borders.

    Parameters
    ----------
    spikes : Spikes
    name : str
        The population.
    which : ndarray of int, optional
        Its neurons; all by default.
    kernel : float
        Standard deviation of the Gaussian in seconds.

    Returns
    -------
    time : ndarray, shape (n_bins,)
        Seconds since the onset, at the middle of bins of 0.5 ms.
    rates : ndarray, shape (n_trials, n_bins)
        Hz per neuron.
    """
    t, i = spikes.of(name)
    size = spikes.sizes[spikes.populations.index(name)]
    if which is not None:
        t, size = t[np.isin(i, which)], len(which)
    bins = max(1, round(spikes.duration / BIN))
    width = spikes.duration / bins
    trial = np.searchsorted(spikes.onsets - TOLERANCE, t, "right") - 1
    bin_of = ((t - spikes.onsets[trial]) / width + 1e-6).astype(int)
    inside = (trial >= 0) & (bin_of < bins)
    n_trials = len(spikes.onsets)
    cells = trial[inside] * bins + bin_of[inside]
    counts = np.bincount(cells, minlength=n_trials * bins).reshape(n_trials, bins)
    rates = gaussian_filter1d(counts / (width * size), kernel / width, axis=1, mode="reflect")
    return (np.arange(bins) + 0.5) * width, rates
