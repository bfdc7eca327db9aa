"""Peri-stimulus time histograms."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from brian2.units.fundamentalunits import Quantity
from matplotlib.axes import Axes

from spikingfa.base.indices import Chosen
from spikingfa.plots.courses import Courses
from spikingfa.plots.legends import legend_above
from spikingfa.plots.selection import choose_neurons
from spikingfa.plots.trials import TOLERANCE, seconds
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

BIN = 5e-3  # s


def plot_psth(
    spikes: Spikes | Run | str | Path,
    populations: Sequence[str] | None = None,
    *,
    neurons: Mapping[str, Chosen] | Chosen = None,
    by_class: bool = False,
    trials: Chosen = None,
    window: Sequence[Any] | None = None,
    bin_width: float | Quantity | str = BIN,
    ax: Axes | None = None,
) -> Axes:
    """Draw the peri-stimulus time histogram of populations: their rate by the time in a trial.

    ::

        r_b = n_b / (K N dt)

    where n_b spikes of N neurons fall into bin b, of width dt, in K trials (Gerstein & Kiang 1960,
    *Biophys J* 1:15). Nothing is smoothed, as it is in `plot_population_rates`.

    Parameters
    ----------
    spikes : Spikes, Run, str or Path
        Recorded spikes, times in seconds; or the run that has them, or its folder.
    populations : sequence of str, optional
        Populations to draw, as in `plot_raster`; all by default.
    neurons : mapping of str to selection, optional
        Neurons of a population, as in `plot_raster`; all by default.
    by_class : bool
        Whether there is a line for each class, over its own trials; of one population.
    trials, window : optional
        As in `plot_raster`.
    bin_width : float or Quantity
        Width of a bin, in seconds if it has no unit; bins are as many as fit best.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Steps: means over trials in Hz per neuron. Bands, where there are several trials, reach
        from a standard deviation over trials below to one above.

    Raises
    ------
    ValueError
        If a population was not recorded, there are no classes, there are several populations by
        class, or the bin does not fit.
    SelectionError
        If there is no such trial or neuron, or none is chosen.
    """
    courses = Courses.chosen(spikes, populations, trials, window, by_class)
    orders = choose_neurons(courses.spikes, courses.names, neurons)
    of_names = {
        name: histogram(courses.spikes, name, orders[name].which, courses.window, bin_width)
        for name in courses.names
    }
    ax, edges = courses.panel(ax, "rate (Hz)"), next(iter(of_names.values()))[0]

    def draw(rates: np.ndarray, colour: str, name: str | None) -> None:
        _draw(ax, edges, rates, colour, name)

    courses.draw({name: rates for name, (_, rates) in of_names.items()}, draw)
    ax.set_xlim(1e3 * edges[0], 1e3 * edges[-1])
    n = len(courses.trials)
    spread = f"mean ± SD over {n} trials; " if n > 1 else ""
    legend_above(ax, f"{spread}bins of {1e3 * (edges[1] - edges[0]):.3g} ms")
    return ax


def histogram(
    spikes: Spikes,
    name: str,
    which: np.ndarray,
    window: tuple[float, float],
    bin_width: float | Quantity | str = BIN,
) -> tuple[np.ndarray, np.ndarray]:
    """Rates of neurons of a population in the bins of each trial.

    Returns
    -------
    edges : ndarray, shape (n_bins + 1,)
        Seconds since the onset.
    rates : ndarray, shape (n_trials, n_bins)
        Hz per neuron.

    Raises
    ------
    ValueError
        The bin is not within the window.
    """
    begin, end = window
    width = seconds(bin_width)
    if not 1e-6 <= width <= end - begin + TOLERANCE:
        raise ValueError(
            f"bin_width: needs a time within {1e3 * (end - begin):g} ms, got {1e3 * width:g} ms"
        )
    n_bins = max(1, round((end - begin) / width))
    edges = np.linspace(begin, end, n_bins + 1)
    t, i = spikes.of(name)
    t = t[np.isin(i, which)]
    trial = spikes.trial_of(t)
    since = t - spikes.onsets[trial] + TOLERANCE
    n_trials = len(spikes.onsets)
    cells = (np.arange(n_trials + 1) - 0.5, edges + TOLERANCE / 2)
    inside = (trial >= 0) & (since < end)
    counts, *_ = np.histogram2d(trial[inside], since[inside], bins=cells)
    return edges, counts / (len(which) * np.diff(edges))


def _draw(ax: Axes, edges: np.ndarray, rates: np.ndarray, colour: str, name: str | None) -> None:
    mean = rates.mean(axis=0)
    if len(rates) > 1:
        sd = rates.std(axis=0, ddof=1)
        low, high = (np.append(mean + sign * sd, (mean + sign * sd)[-1]) for sign in (-1, 1))
        look = {"color": colour, "alpha": 0.2, "linewidth": 0}
        ax.fill_between(1e3 * edges, low, high, step="post", **look)
    steps = np.append(mean, mean[-1])
    ax.step(1e3 * edges, steps, where="post", color=colour, linestyle="-", label=name)
