"""Recorded spikes neuron by neuron, and what is said of a run in every format."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

REFERENCE = "Lillicrap, Cownden, Tweed & Akerman 2016, Nat Commun 7:13276"
DOI = "doi:10.1038/ncomms13276"  # of the same


@dataclass(frozen=True)
class Train:
    """Spikes of one neuron: times (n_spikes,) in seconds from the first onset, sorted."""

    population: str
    neuron: int
    t: np.ndarray

    @property
    def name(self) -> str:
        """Such as ``hidden 12``."""
        return f"{self.population} {self.neuron}"


def trains(spikes: Spikes) -> Iterator[Train]:
    """Every neuron of every recorded population, silent ones too."""
    for name, size in zip(spikes.populations, spikes.sizes, strict=True):
        t, i = spikes.of(name)
        order = np.argsort(i, kind="stable")
        borders = np.searchsorted(i[order], np.arange(size + 1))
        for neuron in range(size):
            yield Train(name, neuron, t[order[borders[neuron] : borders[neuron + 1]]])


def end(spikes: Spikes) -> float:
    """When the last trial ends, in seconds."""
    return float(trial_times(spikes)[1][-1])


def trial_times(spikes: Spikes) -> tuple[np.ndarray, np.ndarray]:
    """When trials begin and end, each (n_trials,) in seconds, to the nanosecond.

    A sum of trials of 0.1 s would else end at 20.000000000000004 s.
    """
    return np.round(spikes.onsets, 9), np.round(spikes.onsets + spikes.duration, 9)


def description(run: Run) -> str:
    """One line on where the spikes are from."""
    task, seed = run.model.task.name, run.model.training.seed
    return (
        f"Test trials of a spiking network trained by feedback alignment on the task {task!r}, seed"
        f" {seed}, simulated with spikingfa and Brian2"
    )
