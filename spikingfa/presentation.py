"""Stimuli shown to a network: chunks of trials, and what their outcome says."""

from dataclasses import dataclass

import numpy as np

from spikingfa.analysis import decisions, population_rate
from spikingfa.blueprint import Blueprint
from spikingfa.engine import Chunk, Engine, Outcome
from spikingfa.model import Model, layer_names
from spikingfa.network import Stimuli, blueprint, learning_rates, parameters
from spikingfa.recording import Spikes
from spikingfa.seeds import noise_seed
from spikingfa.tasks import Data


@dataclass
class Presentation:
    """A model, its data, and the engine that shows one to the other.

    `fixed` are arrays that never change (feedback weights); `engine` is set before anything is
    shown.
    """

    model: Model
    data: Data
    fixed: dict[str, np.ndarray]
    engine: Engine | None = None

    def __post_init__(self):
        # all stimuli in one table, training first, so that they are handed over once
        self.x = np.concatenate([self.data.x_train, self.data.x_test])
        self.y = np.concatenate([self.data.y_train, self.data.y_test])
        self.size = stimuli_of(self.data)
        self.tests = np.arange(len(self.data.x_train), len(self.x))

    @property
    def blueprint(self) -> Blueprint:
        """The network."""
        return blueprint(self.model, self.size)

    def learn(self, state, order: np.ndarray, part: float, index: int, progress=None) -> Outcome:
        """Train on stimuli in this order, when `part` of the training is done."""
        rates = learning_rates(self.model, self.size, part)
        return self.engine.run(self._chunk(state, order, rates, index), progress)

    def test(self, state, order: np.ndarray, record: bool = False) -> Outcome:
        """Show stimuli without learning."""
        rates = dict.fromkeys(learning_rates(self.model, self.size, 0.0), 0.0)
        return self.engine.run(self._chunk(state, order, rates, 0, record))

    def _chunk(self, state, order, rates: dict[str, float], index: int, record=False) -> Chunk:
        return Chunk(
            stimuli=self.x,
            order=order,
            targets=self.y[order],
            trial=float(self.model.training.trial),
            parameters=parameters(self.model) | rates,
            arrays=state | self.fixed,
            carried=tuple(state),
            seed=noise_seed(self.model.training.seed, index),
            record=record,
        )

    def n_wrong(self, outcome: Outcome, order: np.ndarray) -> int:
        """How many of the shown stimuli were given another class than theirs."""
        return int(np.count_nonzero(decisions(**outcome.readout) != self.y[order]))

    def rates(self, n_spikes: dict[str, int], n_trials: int) -> dict[str, float]:
        """Mean rates of the populations, as columns of the history."""
        duration = n_trials * float(self.model.training.trial)
        sizes = {p.name: p.size for p in self.engine.blueprint.populations}
        return {
            f"rate_{name}_hz": population_rate(n, sizes[name], duration)
            for name, n in n_spikes.items()
        }

    def record(self, state) -> Spikes | None:
        """Spikes of the trials that the model wants recorded, learning off."""
        first = one_of_each_class_first(self.data.y_test, self.model.recording.trials)
        if not len(first):
            return None
        shown = self.tests[first]
        outcome = self.test(state, shown, record=True)
        names, trial = self.data.classes, float(self.model.training.trial)
        return Spikes.gather(
            self._recorded_populations(outcome),
            {p.name: p.size for p in self.engine.blueprint.populations},
            onsets=np.arange(len(shown)) * trial,
            duration=trial,
            labels=tuple(names[k] for k in self.y[shown]),
            predictions=tuple(names[k] for k in decisions(**outcome.readout)),
        )

    def _recorded_populations(self, outcome: Outcome) -> dict[str, tuple]:
        wanted = set(self.model.recording.populations)
        if "hidden" in wanted:
            wanted |= set(layer_names(self.model))
        return {name: spikes for name, spikes in outcome.spikes.items() if name in wanted}


def stimuli_of(data: Data) -> Stimuli:
    """What the network must know of the data."""
    squares = np.einsum("ij,ij->i", data.x_train, data.x_train, dtype=np.float64)
    return Stimuli(data.n_features, len(data.classes), float(squares.mean()))


def one_of_each_class_first(y: np.ndarray, n: int) -> np.ndarray:
    """Indices of `n` stimuli that go through the classes in turn."""
    order = np.argsort(y, kind="stable")
    _, first = np.unique(y[order], return_index=True)
    rank = np.empty(len(y), int)
    rank[order] = np.arange(len(y)) - first[np.searchsorted(np.unique(y), y[order])]
    return np.lexsort((y, rank))[:n]
