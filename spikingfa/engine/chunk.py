"""Input and outcome of a simulation, whichever device runs it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from spikingfa.base.errors import SimulationError
from spikingfa.engine.traced import Traced
from spikingfa.network.blueprint import Blueprint
from spikingfa.tasks.events import Events

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Chunk:
    """Trials to be run one after another.

    Attributes
    ----------
    stimuli : ndarray of float32, shape (n_stimuli, n_features), or Events
        All stimuli, as intensities or events.
    order, targets : ndarray of int32, shape (n_trials,)
        Which stimulus is shown in each trial, and which of the answers it should be given.
    answers : ndarray of float32, shape (n_answers, n_outputs), or Events
        How fast the teacher of each output fires, in units of its rate, or when: one row for each
        class, or for each stimulus.
    trial : float
        Duration of a trial in seconds.
    parameters : dict
        Values of shared parameters, by ``group.variable``, in SI units.
    arrays : dict of ndarray
        Values of variables that differ between neurons or synapses; synapses as (n_pre, n_post).
    carried : tuple of str
        Names of the arrays whose values at the end are wanted.
    seed : int
        Of the noise.
    numbers : ndarray of int, shape (n_trials,), or None
        Which trial each is, for its noise: the same number has the same noise. By default they are
        counted.
    record : bool
        Whether every spike is kept.
    kept : bool
        Whether other chunks show the same stimuli, so that they are worth keeping at hand.
    traced : tuple of Traced
        Variables whose values are left in files, where spikes are recorded.

    Raises
    ------
    SimulationError
        An array has the name of a parameter, or of a value that belongs to the run.
    """

    stimuli: np.ndarray | Events
    order: np.ndarray
    targets: np.ndarray
    answers: np.ndarray | Events
    trial: float
    parameters: dict[str, float]
    arrays: dict[str, np.ndarray]
    carried: tuple[str, ...] = ()
    seed: int = 0
    numbers: np.ndarray | None = None
    record: bool = False
    kept: bool = True
    traced: tuple[Traced, ...] = ()

    def __post_init__(self):
        for name in self.arrays:
            if name in self.parameters or name.startswith("run."):
                raise SimulationError(f"{name} is set by the model, and is no array of its state")

    @property
    def trials(self) -> np.ndarray:
        """Stimulus, answer and number of each trial, shape (n_trials, 3)."""
        numbers = np.arange(len(self.order)) if self.numbers is None else self.numbers
        return np.stack([self.order, self.targets, numbers], axis=1)

    def part(self, which: slice | np.ndarray) -> "Chunk":
        """Some trials of it alone, each with its own noise."""
        order, targets, numbers = self.trials[which].T
        return replace(self, order=order, targets=targets, numbers=numbers)

    @property
    def tables(self) -> dict[str, np.ndarray]:
        """Tables that are looked up while it runs, by the name of their file."""
        return _tables("stimuli", self.stimuli) | _tables("answers", self.answers)

    @property
    def duration(self) -> float:
        """Simulated time in seconds."""
        return len(self.order) * self.trial


def _tables(name: str, rows: np.ndarray | Events) -> dict[str, np.ndarray]:
    if isinstance(rows, Events):
        # the program cannot map an empty file; where there are no events it looks none up
        times = rows.times if len(rows.times) else np.zeros(1, np.float32)
        return {f"{name}_times": times, f"{name}_starts": rows.starts}
    return {name: rows}


@dataclass(frozen=True)
class Outcome:
    """The outcome of a chunk.

    Attributes
    ----------
    state : dict of ndarray
        The carried arrays at the end.
    readout : dict of ndarray, each of shape (n_trials, n_classes)
        Variables of the output at the end of each trial: ``count`` (spikes), ``charge`` (coulomb).
    n_spikes : dict of int
        Spikes fired by each population.
    spikes : dict of (t, i)
        Spike times (s) and neuron indices by population, if they were recorded.
    duration : float
        Simulated time in seconds.
    diverged : dict of int
        Variables of neurons, as ``group.variable``, that became infinite or no number, and the
        first trial at whose end they were found like that; of each population one.
    """

    state: dict[str, np.ndarray]
    readout: dict[str, np.ndarray]
    n_spikes: dict[str, int]
    spikes: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    duration: float = 0.0
    diverged: dict[str, int] = field(default_factory=dict)

    @property
    def n_trials(self) -> int:
        """Number of trials."""
        return len(next(iter(self.readout.values())))

    @classmethod
    def joined(cls, outcomes: list["Outcome"]) -> "Outcome":
        """One after another, as if shown in one go; the state is the last one's."""
        last = outcomes[-1]
        readout = {name: np.vstack([o.readout[name] for o in outcomes]) for name in last.readout}
        n_spikes = {name: sum(o.n_spikes[name] for o in outcomes) for name in last.n_spikes}
        durations = [outcome.duration for outcome in outcomes]
        onsets = np.cumsum([0.0, *durations[:-1]])
        spikes = {
            name: (
                np.concatenate([o.spikes[name][0] + onset for o, onset in zip(outcomes, onsets)]),
                np.concatenate([o.spikes[name][1] for o in outcomes]),
            )
            for name in last.spikes
        }
        firsts = np.cumsum([0, *(o.n_trials for o in outcomes[:-1])])
        diverged = {}
        for first, outcome in zip(firsts.tolist(), outcomes):
            diverged = {name: first + k for name, k in outcome.diverged.items()} | diverged
        return cls(last.state, readout, n_spikes, spikes, sum(durations), diverged)


class Engine(Protocol):
    """Runs chunks of one network."""

    blueprint: Blueprint
    build_seconds: float

    def run(self, chunk: Chunk, progress: Progress | None = None) -> Outcome:
        """Simulate a chunk from its arrays and parameters alone; nothing is kept in between."""
        ...

    def run_all(self, chunks: list[Chunk], progress: Progress | None = None) -> list[Outcome]:
        """Simulate chunks that do not depend on each other, side by side where that can be."""
        ...


def shares(chunks: list[Chunk], progress: Progress | None) -> list[Progress | None]:
    """Functions of the part of each chunk that is done, which call `progress` with that of all."""
    if progress is None:
        return [None] * len(chunks)
    done, whole = dict.fromkeys(range(len(chunks)), 0.0), sum(chunk.duration for chunk in chunks)

    def share(k: int) -> Progress:
        def update(part: float) -> None:
            done[k] = part * chunks[k].duration
            progress(sum(done.values()) / whole)

        return update

    return [share(k) for k in done]
