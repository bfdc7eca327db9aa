"""Rates of populations over the time of a trial, averaged over trials."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from scipy.ndimage import gaussian_filter1d

from spikingfa.base.indices import Chosen
from spikingfa.plots.courses import Courses
from spikingfa.plots.legends import legend_above
from spikingfa.plots.scales import draw_range
from spikingfa.plots.trials import TOLERANCE
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

BIN = 0.5e-3  # s
KERNEL = 5e-3  # s, standard deviation


def plot_population_rates(
    spikes: Spikes | Run | str | Path,
    populations: Sequence[str] | None = None,
    *,
    by_class: bool = False,
    trials: Chosen = None,
    window: Sequence[Any] | None = None,
    kernel: float = KERNEL,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rates of populations over the time since the onset of a trial.

    Parameters
    ----------
    spikes : Spikes, Run, str or Path
        Recorded spikes, times in seconds; or the run that has them, or its folder.
    populations : sequence of str, optional
        Populations to draw, as in `plot_raster`; all by default.
    by_class : bool
        Whether there is a line for each class, over its own trials; of one population.
    trials, window : optional
        As in `plot_raster`.
    kernel : float
        Standard deviation in seconds of the Gaussian that smooths each trial, within it.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Means over trials in Hz per neuron; bands, where there are several trials, reach from a
        standard deviation over trials below them to one above.

    Raises
    ------
    ValueError
        If a population was not recorded, there are no classes, or several populations by class.
    SelectionError
        If there is no such trial, or none is chosen.
    """
    courses = Courses.chosen(spikes, populations, trials, window, by_class)
    begin, end = courses.window
    ax = courses.panel(ax, "mean rate (Hz)")
    of_names = {name: rates_of(courses.spikes, name, kernel=kernel) for name in courses.names}
    time = next(iter(of_names.values()))[0]
    inside = (time >= begin) & (time < end)

    def draw(rates: np.ndarray, colour: str, name: str | None) -> None:
        _draw(ax, 1e3 * time[inside], rates[:, inside], colour, name)

    courses.draw({name: rates for name, (_, rates) in of_names.items()}, draw)
    ax.set_xlim(1e3 * begin, 1e3 * end)
    n = len(courses.trials)
    spread = f"mean ± SD over {n} trials; " if ax.collections else ""
    legend_above(ax, f"{spread}{named_kernel(kernel)}")
    return ax


def named_kernel(kernel: float) -> str:
    """What a figure says of the smoothing of rates."""
    return f"Gaussian kernel, SD {1e3 * kernel:g} ms"


def _draw(ax: Axes, time: np.ndarray, rates: np.ndarray, colour: str, label: str | None) -> None:
    ax.plot(time, rates.mean(axis=0), color=colour, linestyle="-", label=label)
    if len(rates) > 1:
        mean, sd = rates.mean(axis=0), rates.std(axis=0, ddof=1)
        draw_range(ax, time, mean - sd, mean + sd, colour)


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
