"""Tuning curves: how strongly neurons answer the stimuli of each class."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.colours import cycle
from spikingfa.plots.figure import relative, single_panel
from spikingfa.plots.legends import legend_above
from spikingfa.plots.responses import one_population, rates_by_trial
from spikingfa.plots.selection import classes_of, means_by_class
from spikingfa.plots.style import literal
from spikingfa.plots.text import length_of, line, text_width
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

FEW = 6  # neurons that are drawn, in colours of their own


def plot_tuning(
    spikes: Spikes | Run | str | Path,
    population: str | None = None,
    *,
    neurons: Chosen = None,
    trials: Chosen = None,
    window: tuple[Any, Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw tuning curves: mean rates of single neurons in the trials of each class.

    ::

        f_i(s) = mean over the trials of class s of n_i / T

    where neuron i fires n_i times in the time T (Dayan & Abbott 2001, *Theoretical Neuroscience*,
    1.2).

    Parameters
    ----------
    spikes : Spikes, Run, str or Path
        Recorded spikes, times in seconds; or the run that has them, or its folder.
    population : str, optional
        Of which population; the first hidden layer by default.
    neurons : int, slice, sequence of int, mask, or str, optional
        Which ones, as `trials` of `plot_raster`, up to six; by default the one that prefers each
        class most strongly, for up to six classes.
    trials, window : optional
        As in `plot_raster`: what counts.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Rates in Hz by class; bars, where there are several trials of a class, reach from a
        standard deviation over its trials below to one above.

    Raises
    ------
    ValueError
        If the population was not recorded, there are no classes, or more than six neurons.
    SelectionError
        If there is no such trial or neuron, or none is chosen.
    """
    spikes = spikes_of(spikes)
    name = one_population(population, spikes)
    rates, labels = rates_by_trial(spikes, name, trials, window)
    means, sds = tuning(rates, labels)
    if neurons is None:
        which = _tuned(means)
    else:
        which = read_indices(neurons, rates.shape[1], f"neurons of {name}")
    if len(which) > FEW:
        raise ValueError(f"neurons: needs up to {FEW} neurons of {name}, got {len(which)}")
    ax = single_panel(ax, literal(f"{name.replace('_', ' ')} rate (Hz)"), "class", labelpad=2)
    classes = classes_of(labels)
    at = np.arange(len(classes))
    for k, (neuron, colour) in enumerate(zip(which, cycle())):
        aside = 0.06 * (k - (len(which) - 1) / 2)
        look = {"markersize": relative(3), "linewidth": relative(1), "elinewidth": relative(0.7)}
        ax.errorbar(
            at + aside, means[:, neuron], sds[:, neuron], fmt="o-", color=colour, label=f"{neuron}",
            **look,
        )  # fmt: skip
    _name_classes(ax, classes)
    several = np.isfinite(sds).any()
    legend_above(ax, f"neuron; {'mean ± SD over trials' if several else 'single trials'}")
    return ax


def tuning(rates: np.ndarray, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation over the trials of each class.

    Parameters
    ----------
    rates : ndarray, shape (n_trials, n_neurons)
    labels : sequence of str, of length n_trials

    Returns
    -------
    means, sds : ndarray, shape (n_classes, n_neurons)
        The standard deviation of one trial is NaN.
    """
    classes, of_trials = classes_of(labels), np.array(labels)
    sds = np.full((len(classes), rates.shape[1]), np.nan)
    for k, one in enumerate(classes):
        trials = of_trials == one
        if trials.sum() > 1:
            sds[k] = rates[trials].std(axis=0, ddof=1)
    return means_by_class(rates, labels), sds


def _tuned(means: np.ndarray) -> np.ndarray:
    """For each class the neuron that exceeds its own mean most there."""
    excess = means - means.mean(axis=0)
    return np.array([*dict.fromkeys(excess.argmax(axis=1)[:FEW].tolist())])


def _name_classes(ax: Axes, classes: list[str]) -> None:
    names = [literal(one) for one in classes]
    cell = length_of(ax)[0] / len(names)
    turned = 90 if max(map(text_width, names)) > 0.9 * cell else 0
    step = max(1, int(np.ceil(line() / cell))) if turned else 1
    ax.set_xticks(np.arange(len(names))[::step], names[::step], rotation=turned)
    ax.set_xlim(-0.5, len(names) - 0.5)
