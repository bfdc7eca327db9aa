"""Interspike intervals, and how irregular they are."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from scipy.stats import variation

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.colours import colour_of, muted
from spikingfa.plots.figure import single_panel
from spikingfa.plots.legends import legend_above
from spikingfa.plots.selection import choose_answering
from spikingfa.plots.style import literal
from spikingfa.plots.text import broken, length_of, line
from spikingfa.plots.trials import TOLERANCE, choose_window, join_trials
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.training.analysis import mean_interval

LEAST = 10  # intervals of a neuron, of which its CV is taken
BINS = 50  # at most
TAIL = 99  # percent of the intervals that are drawn, at least


def plot_isi(
    spikes: Spikes | Run | str | Path,
    populations: Sequence[str] | None = None,
    *,
    trials: Chosen = None,
    window: tuple[Any, Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the distribution of interspike intervals, and say their coefficient of variation.

    ::

        CV = SD(intervals) / mean(intervals)

    of each neuron with ten intervals or more: 0 of a clock, 1 of a Poisson process (Softky & Koch
    1993, *J Neurosci* 13:334). Intervals lie within a trial: where trials are short, long ones are
    missed, and CVs are too small.

    Parameters
    ----------
    spikes : Spikes, Run, str or Path
        Recorded spikes, times in seconds; or the run that has them, or its folder.
    populations : sequence of str, optional
        Populations to draw, as in `plot_raster`; hidden layers and the output by default.
    trials, window : optional
        As in `plot_raster`: what counts.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Percent of the intervals by their length in ms, up to the length that 99 % do not exceed.
        The legend says the mean CV over neurons, with its 95 % interval (bootstrap over neurons).

    Raises
    ------
    ValueError
        If a population was not recorded.
    SelectionError
        If there is no such trial, or none is chosen.
    """
    spikes = spikes_of(spikes)
    shown = choose_answering(populations, spikes.populations)
    chosen = read_indices(trials, len(spikes.onsets), "trials")
    window = choose_window(window, spikes.duration)
    cut = join_trials(spikes, chosen, window)
    ax = single_panel(ax, "intervals (%)", "interspike interval (ms)", labelpad=2)
    found = {name: intervals_of(cut, name) for name in shown}
    pooled = [1e3 * length for length, _ in found.values() if len(length)]
    if not pooled:
        _say_none(ax)
        return ax
    edges = _edges(max(np.percentile(one, TAIL) for one in pooled))
    for name, (length, neuron) in found.items():
        share = 100 * np.histogram(1e3 * (length + TOLERANCE), edges)[0] / max(len(length), 1)
        text = literal(f"{name.replace('_', ' ')}: {_said(cvs(length, neuron))}")
        text, _ = broken(text, length_of(ax)[0] - 3 * line())
        look = {"where": "post", "linestyle": "-", "color": colour_of(name), "label": text}
        ax.step(edges, np.append(share, share[-1]), **look)
    ax.set_xlim(0, edges[-1])
    legend_above(ax, "mean CV, 95 % interval over neurons")
    return ax


def _edges(longest: float) -> np.ndarray:
    """Bins of a round width, so that they hold as many time steps each."""
    power = 10.0 ** np.floor(np.log10(longest / BINS))
    width = next(k * power for k in (1, 2, 5, 10) if k * power >= longest / BINS)
    return width * np.arange(np.ceil(longest / width - 1e-9) + 1)


def intervals_of(spikes: Spikes, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Lengths of the intervals (s) of a population within trials, and the neuron of each."""
    t, i = spikes.of(name)
    order = np.lexsort((t, i))
    t, i = t[order], i[order]
    trial = spikes.trial_of(t)
    same = (np.diff(i) == 0) & (np.diff(trial) == 0)
    return np.diff(t)[same], i[1:][same]


def cvs(length: np.ndarray, neuron: np.ndarray) -> np.ndarray:
    """The coefficient of variation of each neuron that has intervals enough.

    Parameters
    ----------
    length, neuron : ndarray, shape (n_intervals,)
        As `intervals_of` returns them.

    Returns
    -------
    ndarray
    """
    which, counts = np.unique(neuron, return_counts=True)
    enough = which[counts >= LEAST]
    return np.array([variation(length[neuron == one], ddof=1) for one in enough])


def _said(values: np.ndarray) -> str:
    """Mean, interval, and of how many neurons."""
    if not len(values):
        return f"no CV, intervals are less than {LEAST} a neuron"
    low, high = mean_interval(values)
    return f"CV {values.mean():.2f} [{low:.2f}, {high:.2f}], n = {len(values)}"


def _say_none(ax: Axes) -> None:
    look = {"ha": "center", "va": "center", "color": muted()}
    ax.text(0.5, 0.5, "no intervals", transform=ax.transAxes, **look)
