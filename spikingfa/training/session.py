"""Stimuli shown to a network: chunks of trials, and what their outcome says."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spikingfa.base.progress import Waiting
from spikingfa.base.seeds import noise_seed, stream
from spikingfa.engine import Chunk, Engine, Outcome, Progress, make_engine
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import feedback_matrices, synaptic_values
from spikingfa.network.parameters import parameters, while_learning, while_mirroring, while_tested
from spikingfa.network.teacher_way import teacher_acts
from spikingfa.network.topology import Topology
from spikingfa.run_folder.spikes import Spikes
from spikingfa.tasks import Data, augmentation
from spikingfa.tasks.data import with_fields
from spikingfa.tasks.events import joined
from spikingfa.training.analysis import population_rate
from spikingfa.training.chunks import earlier
from spikingfa.training.data_fit import check_coding, warn_of_lost_events
from spikingfa.training.divergence import checked
from spikingfa.training.metrics import METRICS, Metric

BUILDING = {
    "cpp_standalone": "building the network (compiled once, then kept)",
    "cuda_standalone": "building the network for the GPU (compiled for minutes once, then kept)",
    "runtime": "building the network",
}
SLOW = "Brian2's runtime: slow; its first run compiles for minutes where Cython is used"
SHARD = 1250  # test trials that are run in one go; several on several cores


@dataclass
class Session:
    """A network, data, and the engine that shows one to the other.

    `topology` is that of the data which the network was trained on, `b` are the random feedback
    matrices by layer. `engine` is there in a block `with running()`, or is set, before anything is
    shown.
    """

    topology: Topology
    data: Data
    b: dict[str, np.ndarray]
    engine: Engine | None = None

    def __post_init__(self):
        augmentation.check(self.model.task, self.data)
        check_coding(self.model, self.data)
        warn_of_lost_events(self.model, self.data)
        # all stimuli in one table, training first, so that they are handed over once
        self.x = joined(self.data.x_train, self.data.x_test)
        self.y = np.concatenate([self.data.y_train, self.data.y_test])
        self.tests = np.arange(len(self.data.x_train), len(self.x))

    @property
    def model(self) -> Model:
        """The model of the network."""
        return self.topology.model

    @property
    def blueprint(self) -> Blueprint:
        """The network, written out."""
        return blueprint(self.topology)

    @contextlib.contextmanager
    def running(self, folder: Path | None = None) -> Iterator["Session"]:
        """Have an engine meanwhile, whose files lie in a temporary folder (of `folder`)."""
        with tempfile.TemporaryDirectory(prefix="spikingfa-", dir=folder) as scratch:
            self.build(Path(scratch))
            yield self

    def build(self, scratch: Path) -> None:
        """Make an engine, whose files lie in a folder."""
        device = self.model.training.device
        with Waiting(BUILDING[device]) as waiting:
            self.engine = make_engine(device, self.blueprint, scratch)
            if device == "runtime":
                waiting.say(SLOW)
            if self.engine.build_seconds:
                waiting.say(f"compiled in {self.engine.build_seconds:.1f} s")

    def feedback(self, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Feedback matrices by layer, where the weights are those of `state`."""
        return feedback_matrices(self.topology, self.b, state)

    def learn(self, state, order: np.ndarray, part, index: int, first: int = 0) -> Outcome:
        """Train on stimuli in this order, when `part` of the training is done; see below."""
        return self.engine.run(self.learning_chunk(state, order, part, index, first=first))

    def learning_chunk(
        self, state, order: np.ndarray, part, index: int, errors=(), first: int = 0
    ) -> Chunk:
        """The chunk that `learn` runs, which begins with the `first` trial of the training.

        `index` is that of the chunk, `errors` are those of the tests so far.
        """
        values = while_learning(self.topology, part, errors)
        chunk = self._chunk(state, order, values, "learning", first + np.arange(len(order)))
        if self.data.fresh is not None:
            drawn = self.data.fresh.chunk(first, len(order))
            chunk = replace(chunk, targets=drawn.y_train, answers=drawn.answers)
            chunk = _with_stimuli(chunk, drawn.x_train)
        if shift := self.model.task.shift:
            rng = stream(self.model.training.seed, "shift", index)
            x = augmentation.shifted(chunk.stimuli[chunk.order], self.data.image, shift, rng)
            chunk = _with_stimuli(chunk, x)
        return chunk

    def losses_in(self, chunk: Chunk, outcome: Outcome) -> np.ndarray:
        """Loss of each answer in a chunk of learning."""
        among = self.y[: len(self.data.x_train)] if self.data.fresh is None else chunk.targets
        data = with_fields(self.data, answers=chunk.answers)
        return self.metric.losses(self.answers(outcome), data, chunk.targets, among)

    def mirror(self, state, index: int) -> Outcome:
        """Let feedback learn while noise drives the network, after the chunk of this number."""
        values, dt = while_mirroring(self.topology), float(self.model.training.dt)
        # one long trial, as each onset would put the network to rest
        trial = round(float(self.model.feedback.mirror_time) / dt) * dt
        numbers = np.array([index])
        chunk = self._chunk(state, np.zeros(1, int), values, "mirroring", numbers, trial)
        return checked(self.engine.run(chunk))

    def test(
        self,
        state,
        order: np.ndarray,
        trial: float | None = None,
        progress: Progress | None = None,
    ) -> Outcome:
        """Show stimuli without learning, in shards: each starts from `state`.

        `trial` is how long each is shown, in seconds; as long as in training by default.
        """
        whole = self.test_chunk(state, order, trial)
        shards = np.array_split(np.arange(len(order)), -(-len(order) // SHARD))
        chunks = [whole.part(shard) for shard in shards]
        return checked(Outcome.joined(self.engine.run_all(chunks, progress)))

    def test_chunk(self, state, order: np.ndarray, trial=None, teacher: bool = False) -> Chunk:
        """The chunk that shows stimuli without learning; see `test`.

        There is neither teacher nor error, unless there is to be a `teacher` in a recording. The
        noise is that of the stimulus, another one each time that it is shown.
        """
        values, numbers = while_tested(self.topology, teacher), order + len(self.x) * earlier(order)
        return self._chunk(state, order, values, "testing", numbers, trial)

    def _chunk(
        self, state, order, values: dict[str, float], use: str, numbers: np.ndarray, trial=None
    ) -> Chunk:
        return Chunk(
            stimuli=self.x,
            order=order,
            targets=self.y[order],
            answers=self.data.answers,
            trial=float(self.model.training.trial) if trial is None else trial,
            parameters=parameters(self.topology, trial) | values,
            arrays=state | synaptic_values(self.topology, self.feedback(state)),
            carried=tuple(state),
            seed=noise_seed(self.model.training.seed, use),
            numbers=numbers,
            record=self.metric.reads_spikes,
        )

    @property
    def metric(self) -> Metric:
        """The metric of the answers."""
        return METRICS[self.data.metric]

    def answers(self, outcome: Outcome, trial: float | None = None) -> np.ndarray:
        """Answers in each trial, as the metric reads them."""
        trial = float(self.model.training.trial) if trial is None else trial
        return self.metric.answers(outcome, self.model, trial)

    def losses(self, answers: np.ndarray, order: np.ndarray) -> np.ndarray:
        """Loss of each answer to the shown stimuli, all of the training or all of the test."""
        n_train = len(self.data.x_train)
        among = self.y[:n_train] if order[0] < n_train else self.y[n_train:]
        return self.metric.losses(answers, self.data, self.y[order], among)

    def rates(self, n_spikes: dict[str, int], n_trials: int) -> dict[str, float]:
        """Mean rates of the populations, as columns of the history."""
        duration, network = n_trials * float(self.model.training.trial), self.engine.blueprint
        return {
            f"rate_{name}_hz": population_rate(n, network.population(name).size, duration)
            for name, n in n_spikes.items()
        }

    def examples(self, n: int) -> np.ndarray:
        """The first `n` test stimuli, where one of each class comes first."""
        return self.tests[one_of_each_class_first(self.data.y_test, n)]

    def record(
        self, state, order, *, learning=False, teacher=None, traced=(), progress=None
    ) -> Spikes:
        """Spikes while stimuli are shown in this order, and files of what is to be traced.

        Where the network is `learning`, it does so at the rates that a training begins with.
        Without learning there is a teacher where it cannot reach an answer, so that blame is seen,
        and elsewhere only if there is to be a `teacher`: by default, as the model says.
        """
        chunk, who = self.recorded_chunk(state, order, learning, teacher)
        outcome = checked(self.engine.run(replace(chunk, traced=tuple(traced)), progress))
        trial = float(self.model.training.trial)
        return Spikes.gather(
            self._recorded_populations(outcome),
            {p.name: p.size for p in self.engine.blueprint.populations},
            onsets=np.arange(len(order)) * trial,
            duration=trial,
            labels=self._names(self.y[order]),
            predictions=self._names(self.answers(outcome)),
            teacher=who,
        )

    def recorded_chunk(
        self, state, order: np.ndarray, learning: bool = False, teacher: bool | None = None
    ) -> tuple[Chunk, str]:
        """The chunk that `record` runs, and what there is of a teacher: see `Spikes.teacher`."""
        acts = teacher_acts(self.blueprint)
        asked = self.model.recording.teacher if teacher is None else teacher
        taught = learning or asked or not acts
        if learning:
            values, numbers = while_learning(self.topology, 0.0), np.arange(len(order))
            chunk = self._chunk(state, order, values, "learning", numbers)
        else:
            chunk = self.test_chunk(state, order, teacher=taught)
        who = ("acts" if acts else "apart") if taught else "silent"
        return replace(chunk, record=True), who

    def _names(self, answers: np.ndarray) -> tuple[str, ...]:
        """Names of classes; empty where there are none."""
        if not self.metric.classifies:
            return ("",) * len(answers)
        return tuple(self.data.classes[k] for k in answers)

    def _recorded_populations(self, outcome: Outcome) -> dict[str, tuple]:
        wanted = set(self.model.recording.populations)
        if "hidden" in wanted:
            wanted |= set(self.topology.hidden)
        # the error neurons of hidden layers with those of the output
        wanted |= {f"{name}_{layer}" for name in wanted for layer in self.topology.hidden}
        return {name: spikes for name, spikes in outcome.spikes.items() if name in wanted}


def _with_stimuli(chunk: Chunk, x: np.ndarray) -> Chunk:
    """The chunk with stimuli of its own, one a trial."""
    return replace(chunk, stimuli=x, order=np.arange(len(x)), kept=False)


def one_of_each_class_first(y: np.ndarray, n: int) -> np.ndarray:
    """Indices of `n` stimuli that go through the classes in turn."""
    order = np.argsort(y, kind="stable")
    _, first = np.unique(y[order], return_index=True)
    rank = np.empty(len(y), int)
    rank[order] = np.arange(len(y)) - first[np.searchsorted(np.unique(y), y[order])]
    return np.lexsort((y, rank))[:n]
