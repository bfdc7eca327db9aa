"""How selective neurons are for classes of stimuli."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from spikingfa.base.indices import Chosen
from spikingfa.plots.colours import colour_of
from spikingfa.plots.figure import single_panel
from spikingfa.plots.legends import legend_above
from spikingfa.plots.responses import rates_by_trial
from spikingfa.plots.selection import choose_answering, means_by_class
from spikingfa.plots.style import literal
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

N_SHUFFLES = 50
EDGES = np.linspace(0, 1, 21)


def plot_selectivity(
    spikes: Spikes | Run | str | Path,
    populations: Sequence[str] | None = None,
    *,
    trials: Chosen = None,
    window: tuple[Any, Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how selective the neurons of populations are for the classes.

    The measure is `sparseness`: 0 of a neuron that answers all classes alike, 1 of one that
    answers a single class. Few trials make any neuron look selective, so that each population has
    a dashed line beside its own: the same trials, their classes shuffled (mean of 50 shuffles).

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
        Percent of the neurons that fire at all, by selectivity.

    Raises
    ------
    ValueError
        If a population was not recorded, or there are no two classes.
    SelectionError
        If there is no such trial, or none is chosen.
    """
    spikes = spikes_of(spikes)
    shown = choose_answering(populations, spikes.populations)
    ax = single_panel(ax, "neurons (%)", "selectivity for a class", labelpad=2)
    for name in shown:
        rates, labels = rates_by_trial(spikes, name, trials, window)
        fires = rates.any(axis=0)
        own, chance = selectivity(rates[:, fires], labels), shuffled(rates[:, fires], labels)
        silent = f", {np.sum(~fires)} silent" if not fires.all() else ""
        text = f"{name.replace('_', ' ')}, n = {fires.sum()}{silent}"
        _draw(ax, own, colour_of(name), "-", literal(text))
        _draw(ax, chance, colour_of(name), "--", None)
    ax.plot([], [], color=colour_of(shown[0]), linestyle="--", label="classes shuffled")
    ax.set_xlim(0, 1)
    legend_above(ax)
    return ax


def sparseness(means: np.ndarray) -> np.ndarray:
    """Lifetime sparseness of neurons over classes.

    ::

        S = (1 - (sum_s f_s / n)^2 / (sum_s f_s^2 / n)) / (1 - 1/n)

    of the mean rates f_s to n classes (Rolls & Tovee 1995, *J Neurophysiol* 73:713; normalised as
    by Vinje & Gallant 2000, *Science* 287:1273).

    Parameters
    ----------
    means : ndarray, shape (n_classes, n_neurons)
        Mean rate of each neuron for each class.

    Returns
    -------
    ndarray, shape (n_neurons,)
        0 to 1; NaN of a neuron that never fires.

    Raises
    ------
    ValueError
        There is one class only.
    """
    n = len(means)
    if n < 2:
        raise ValueError("selectivity needs trials of two classes or more, got one")
    square = (means**2).mean(axis=0)
    none = np.full(len(square), np.nan)
    even = np.divide(means.mean(axis=0) ** 2, square, out=none, where=square > 0)
    return (1 - even) / (1 - 1 / n)


def selectivity(rates: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """`sparseness` of each neuron's mean rates, of rates of shape (n_trials, n_neurons)."""
    return sparseness(means_by_class(rates, labels))


def shuffled(rates: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """The same with classes shuffled, of all shuffles; always the same ones."""
    rng = np.random.default_rng(0)
    return np.concatenate([selectivity(rates, rng.permutation(labels)) for _ in range(N_SHUFFLES)])


def _draw(ax: Axes, values: np.ndarray, colour: str, dashes: str, name: str | None) -> None:
    share = 100 * np.histogram(values.clip(0, 1), EDGES)[0] / max(len(values), 1)
    look = {"color": colour, "linestyle": dashes, "label": name}
    ax.step(EDGES, np.append(share, share[-1:]), where="post", **look)
