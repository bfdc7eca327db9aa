"""Recorded spikes and traces of a run for files, and what is said of it in every format."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

REFERENCE = "Lillicrap, Cownden, Tweed & Akerman 2016, Nat Commun 7:13276"
DOI = "doi:10.1038/ncomms13276"  # of the same


class RecordedRun(Run):
    """A run whose spikes are those of one of its recordings, which has traces beside them.

    Parameters
    ----------
    run : Run
    name : str
        Of the recording.

    Raises
    ------
    RunFolderError
        There is no such recording, or it cannot be read.
    """

    def __init__(self, run: Run, name: str):
        super().__init__(run.folder)
        self.recorded = run.recording(name)

    @property
    def spikes(self) -> Spikes:
        """Spikes of the recording."""
        return self.recorded.spikes


def traces_of(run: Run) -> list[Trace]:
    """The traces that go with a run's spikes, in the order in which they were asked for."""
    return list(run.recorded.traces.values()) if isinstance(run, RecordedRun) else []


def columns_of(trace: Trace) -> list[str]:
    """Headings of the columns of a trace: ``12``, or ``3 -> 12`` for a synapse."""
    if trace.of_synapses:
        return [f"{pre} -> {post}" for pre, post in trace.which]
    return [str(neuron) for neuron in trace.which]


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
