"""Stimuli shown to a network: chunks of trials, and what their outcome says."""

from dataclasses import dataclass, replace

import numpy as np

from spikingfa import augmentation
from spikingfa.analysis import decisions, population_rate
from spikingfa.blueprint import Blueprint
from spikingfa.engine import Chunk, Engine, Outcome
from spikingfa.feedback_weights import feedback_matrices, synaptic_values
from spikingfa.model import Model, layer_names
from spikingfa.network import blueprint
from spikingfa.parameters import parameters, while_learning, while_mirroring, while_tested
from spikingfa.pathways import Stimuli
from spikingfa.recording import Spikes
from spikingfa.seeds import noise_seed, stream
from spikingfa.tasks import Data

MIRROR = 1  # the part of a chunk's noise seed for the phase after it
SHARD = 1250  # test trials that are run in one go; several on several cores


@dataclass
class Presentation:
    """A model, its data, and the engine that shows one to the other.

    `b` are the random feedback matrices by layer; `engine` is set before anything is shown.
    """

    model: Model
    data: Data
    b: dict[str, np.ndarray]
    engine: Engine | None = None

    def __post_init__(self):
        augmentation.check(self.model.task, self.data)
        # all stimuli in one table, training first, so that they are handed over once
        self.x = np.concatenate([self.data.x_train, self.data.x_test])
        self.y = np.concatenate([self.data.y_train, self.data.y_test])
        self.size = stimuli_of(self.data)
        self.tests = np.arange(len(self.data.x_train), len(self.x))

    @property
    def blueprint(self) -> Blueprint:
        """The network."""
        return blueprint(self.model, self.size)

    def feedback(self, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Feedback matrices by layer, where the weights are those of `state`."""
        return feedback_matrices(self.model, self.b, state)

    def learn(self, state, order: np.ndarray, part: float, index: int, progress=None) -> Outcome:
        """Train on stimuli in this order, when `part` of the training is done."""
        chunk = self._chunk(state, order, while_learning(self.model, self.size, part), index)
        if self.model.task.shift:
            chunk = replace(chunk, **self._shifted(order, index))
        return self.engine.run(chunk, progress)

    def mirror(self, state, index: int) -> Outcome:
        """Let feedback learn while noise drives the network, after the chunk of this number."""
        values, dt = while_mirroring(self.model, self.size), float(self.model.training.dt)
        # one long trial, as each onset would put the network to rest
        trial = round(float(self.model.feedback.mirror_time) / dt) * dt
        chunk = self._chunk(state, np.zeros(1, int), values, index, MIRROR, trial=trial)
        return self.engine.run(chunk)

    def _shifted(self, order: np.ndarray, index: int) -> dict:
        rng = stream(self.model.training.seed, "shift", index)
        x = augmentation.shifted(self.x[order], self.data.image, self.model.task.shift, rng)
        return {"stimuli": x, "order": np.arange(len(x)), "kept": False}

    def test(self, state, order: np.ndarray, trial: float | None = None) -> Outcome:
        """Show stimuli without learning, in shards: each starts from `state`.

        `trial` is how long each is shown, in seconds; as long as in training by default.
        """
        shards = np.array_split(order, -(-len(order) // SHARD))
        chunks = [self._test_chunk(state, shard, k, trial) for k, shard in enumerate(shards)]
        return Outcome.joined(self.engine.run_all(chunks))

    def _test_chunk(self, state, order: np.ndarray, shard: int = 0, trial=None) -> Chunk:
        index = (0, shard) if shard else (0,)
        return self._chunk(state, order, while_tested(self.model, self.size), *index, trial=trial)

    def _chunk(self, state, order, values: dict[str, float], *index: int, trial=None) -> Chunk:
        return Chunk(
            stimuli=self.x,
            order=order,
            targets=self.y[order],
            trial=float(self.model.training.trial) if trial is None else trial,
            parameters=parameters(self.model, self.size, trial) | values,
            arrays=state | synaptic_values(self.model, self.feedback(state)),
            carried=tuple(state),
            seed=noise_seed(self.model.training.seed, *index),
        )

    def wrong(self, outcome: Outcome, order: np.ndarray) -> np.ndarray:
        """Which of the shown stimuli were given another class than theirs."""
        return decisions(**outcome.readout) != self.y[order]

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
        outcome = self.engine.run(replace(self._test_chunk(state, shown), record=True))
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
        # the error neurons of hidden layers with those of the output
        wanted |= {f"{name}_{layer}" for name in wanted for layer in layer_names(self.model)}
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
