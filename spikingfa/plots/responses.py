"""Answers of neurons to trials: how often each fires in each."""

import numpy as np

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.selection import choose_populations, counts_by_trial
from spikingfa.plots.trials import choose_window
from spikingfa.run_folder.spikes import Spikes


def one_population(name: str | None, spikes: Spikes) -> str:
    """The population of a figure of one; the first hidden layer, where there is none, by default.

    Raises
    ------
    ValueError
        It was not recorded, or the name stands for several.
    """
    if name is None:
        hidden = [one for one in spikes.populations if one.startswith("hidden")]
        return (hidden or spikes.populations)[0]
    names = choose_populations(name, spikes.populations)
    if len(names) > 1:
        raise ValueError(f"population: needs one, got {', '.join(names)}")
    return names[0]


def rates_by_trial(
    spikes: Spikes, name: str, trials: Chosen = None, window: tuple | None = None
) -> tuple[np.ndarray, list[str]]:
    """Rates of the neurons of a population in chosen trials, and the classes of these.

    Returns
    -------
    rates : ndarray, shape (n_trials, n_neurons)
        Hz.
    labels : list of str

    Raises
    ------
    ValueError
        These trials have no classes, or the window is none.
    SelectionError
        There is no such trial, or none is chosen.
    """
    chosen = read_indices(trials, len(spikes.onsets), "trials")
    begin, end = choose_window(window, spikes.duration)
    labels = [spikes.labels[k] for k in chosen]
    if not any(labels):
        raise ValueError("these trials have no classes, by which answers could be told apart")
    return counts_by_trial(spikes, name, (begin, end))[chosen] / (end - begin), labels
