"""Correlations of the spike counts of neurons."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from brian2.units.fundamentalunits import Quantity
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import MaxNLocator

from spikingfa.base.extras import needed
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.colours import colour_of, muted
from spikingfa.plots.layout import Where, canvas, panels, size_of, text_that_fits
from spikingfa.plots.responses import one_population
from spikingfa.plots.selection import choose_neurons
from spikingfa.plots.style import literal
from spikingfa.plots.text import em, label, line, room_beneath
from spikingfa.plots.trials import TOLERANCE, choose_window, join_trials, seconds
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

BIN = 20e-3  # s
BESIDE = 46  # widths of text from which on panels stand beside each other
BINS = np.linspace(-1, 1, 81)


def plot_correlation(
    spikes: Spikes | Run | str | Path,
    population: str | None = None,
    *,
    neurons: Chosen = None,
    sort: str | None = None,
    trials: Chosen = None,
    window: tuple[Any, Any] | None = None,
    bin_width: float | Quantity | str = BIN,
    figure: Where | None = None,
    width: float | None = None,
) -> FigureBase:
    """Draw the correlations of the spike counts of a population's neurons, pair by pair.

    ::

        C_ij = cov(n_i, n_j) / (SD(n_i) SD(n_j))

    of the counts n in all bins of all trials (Cohen & Kohn 2011, *Nat Neurosci* 14:811), by
    Elephant's ``correlation_coefficient``. What trials of different classes have in common is
    part of it.

    Parameters
    ----------
    spikes : Spikes, Run, str or Path
        Recorded spikes, times in seconds; or the run that has them, or its folder.
    population : str, optional
        Of which population; the first hidden layer by default.
    neurons : int, slice, sequence of int, mask, or str, optional
        Which ones, as `trials` of `plot_raster`; all by default. Those that never fire, in what
        counts, are left out.
    sort : {"rate", "selectivity"}, optional
        Order of the neurons, as in `plot_raster`.
    trials, window : optional
        As in `plot_raster`: what counts.
    bin_width : float or Quantity
        Width of a bin, in seconds if it has no unit; bins are as many as fit best into a trial.
    figure, width : optional
        As in `plot_raster`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into: the matrix, and how the coefficients of all pairs are distributed.

    Raises
    ------
    ModelError
        If Elephant is not installed.
    ValueError
        If the population was not recorded, or less than two of the neurons fire.
    SelectionError
        If there is no such trial or neuron, or none is chosen.
    """
    needed("elephant", "analysis", "plot_correlation")
    spikes = spikes_of(spikes)
    name = one_population(population, spikes)
    chosen = read_indices(trials, len(spikes.onsets), "trials")
    which = choose_neurons(spikes, [name], {name: neurons} if neurons is not None else None, sort)
    cut = join_trials(spikes, chosen, choose_window(window, spikes.duration))
    trains = [cut.of(name)[0][cut.of(name)[1] == neuron] for neuron in which[name].which]
    active = [train for train in trains if len(train)]
    if len(active) < 2:
        raise ValueError(f"correlations need two neurons of {name} that fire, got {len(active)}")
    matrix, step = correlations(active, cut, seconds(bin_width))
    new, figure = figure is None, canvas(figure, width, 7.0 * em() / 7)
    beside = size_of(figure)[0] > BESIDE * em()
    if new:
        figure.set_figheight((3.0 if beside else 6.0) * em() / 7)
    with text_that_fits(figure, 46 if beside else 24, 18 if beside else 36):
        shape = ([1, 1], [1]) if beside else ([1], [1, 1])
        margins = (5.5 * em(), em() if beside else 6.5 * em(), room_beneath(), 1.6 * line())
        gaps = (12 * em(), room_beneath() + 2 * line())
        left, right = panels(figure, *shape, margins=margins, gaps=gaps).ravel()
        _draw_matrix(left, matrix, name, len(trains) - len(active))
        _draw_pairs(right, matrix, name, f"bins of {1e3 * step:.3g} ms")
    return figure


def correlations(
    trains: list[np.ndarray], spikes: Spikes, bin_width: float
) -> tuple[np.ndarray, float]:
    """The coefficient of each pair of spike trains, and the width of a bin.

    Parameters
    ----------
    trains : list of ndarray
        Spike times (s) of each neuron, in joined trials.
    spikes : Spikes
        The trials.
    bin_width : float
        Seconds.

    Returns
    -------
    matrix : ndarray, shape (n_neurons, n_neurons)
    step : float
        Seconds, of which a trial has a whole number.

    Raises
    ------
    ValueError
        A bin is longer than a trial.
    """
    if not 1e-6 <= bin_width <= spikes.duration + 1e-9:
        raise ValueError(
            f"bin_width: needs a time within {1e3 * spikes.duration:g} ms,"
            f" got {1e3 * bin_width:g} ms"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of old names that libraries use among themselves
        from elephant.conversion import BinnedSpikeTrain
        from elephant.spike_train_correlation import correlation_coefficient
        from neo import SpikeTrain

        per_trial = max(1, round(spikes.duration / bin_width))
        step, n_bins = spikes.duration / per_trial, per_trial * len(spikes.onsets)
        start = spikes.onsets[0]
        span = {"units": "s", "t_start": 0.0, "t_stop": n_bins * step}
        inside = [np.clip(train - start + TOLERANCE, 0, n_bins * step) for train in trains]
        binned = BinnedSpikeTrain(
            [SpikeTrain(train, **span) for train in inside], n_bins=n_bins, tolerance=None
        )
        return correlation_coefficient(binned), step


def _draw_matrix(ax: Axes, matrix: np.ndarray, name: str, n_silent: int) -> None:
    """The matrix without its diagonal, which is 1."""
    shown = np.where(np.eye(len(matrix), dtype=bool), np.nan, matrix)
    largest = np.nanmax(np.abs(shown), initial=0) or 1
    look = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest, "interpolation": "nearest"}
    image = ax.imshow(shown, origin="lower", aspect="auto", **look)
    ax.grid(False)
    silent = f", {n_silent} silent left out" if n_silent else ""
    title = literal(f"{name.replace('_', ' ')}, n = {len(matrix)}{silent}")
    ax.set_title(title, loc="left", fontsize="medium", fontweight="normal", pad=3)
    label(ax, "neuron", "neuron", labelpad=2)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=4, integer=True, steps=(1, 2, 5, 10)))
    bar = ax.figure.colorbar(image, cax=ax.inset_axes((1.03, 0, 0.05, 1)))
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    bar.locator = MaxNLocator(nbins=4, steps=(1, 2, 5, 10))


def _draw_pairs(ax: Axes, matrix: np.ndarray, name: str, bins: str) -> None:
    """The coefficients of pairs, each pair once."""
    pairs = matrix[np.triu_indices_from(matrix, k=1)]
    share = 100 * np.histogram(pairs, BINS)[0] / len(pairs)
    ax.stairs(share, BINS, color=colour_of(name), linewidth=rcParams["lines.linewidth"])
    ax.axvline(0, color=muted(0.5), linewidth=0.5, linestyle="-", zorder=0.5)
    mean, sd = pairs.mean(), pairs.std(ddof=1) if len(pairs) > 1 else 0.0
    title = f"mean ± SD: {mean:.2f} ± {sd:.2f}; {bins}"
    ax.set_title(title, loc="left", fontsize="medium", fontweight="normal", pad=3)
    label(ax, "pairs (%)", "correlation", labelpad=2)
    ends = np.percentile(pairs, (0.1, 99.9))
    ax.set_xlim(min(-0.1, ends[0]) - 0.05, max(0.1, ends[1]) + 0.05)
    ax.set_ylim(bottom=0)
