"""Stimuli shown to a network: chunks of trials, and what their outcome says."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.base.seeds import noise_seed, stream
from spikingfa.engine import Chunk, Engine, Outcome, make_engine
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import feedback_matrices, synaptic_values
from spikingfa.network.parameters import parameters, while_learning, while_mirroring, while_tested
from spikingfa.network.pathways import Stimuli
from spikingfa.network.teacher_way import teacher_acts
from spikingfa.network.topology import Topology
from spikingfa.run_folder.spikes import Spikes
from spikingfa.tasks import Data, augmentation
from spikingfa.tasks.data import with_fields
from spikingfa.tasks.events import Events, joined
from spikingfa.training.analysis import population_rate
from spikingfa.training.divergence import checked
from spikingfa.training.metrics import METRICS, Metric

MIRROR = 1  # the part of a chunk's noise seed for the phase after it
MILLISECONDS = 100  # times longer than a trial: events whose times are in another unit
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
        _warn_of_lost_events(self.model, self.data)
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
            self.engine = make_engine(self.model.training.device, self.blueprint, Path(scratch))
            yield self

    def feedback(self, state: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Feedback matrices by layer, where the weights are those of `state`."""
        return feedback_matrices(self.topology, self.b, state)

    def learn(
        self, state, order: np.ndarray, part, index: int, progress=None, errors=()
    ) -> Outcome:
        """Train on stimuli in this order, when `part` of the training is done.

        `errors` are those of the tests so far.
        """
        return self.engine.run(self.learning_chunk(state, order, part, index, errors), progress)

    def learning_chunk(
        self, state, order: np.ndarray, part, index: int, errors=(), first: int = 0
    ) -> Chunk:
        """The chunk that `learn` runs; it begins with the `first` trial of the training."""
        values = while_learning(self.topology, part, errors)
        chunk = self._chunk(state, order, values, index)
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
        chunk = self._chunk(state, np.zeros(1, int), values, index, MIRROR, trial=trial)
        return checked(self.engine.run(chunk))

    def test(self, state, order: np.ndarray, trial: float | None = None) -> Outcome:
        """Show stimuli without learning, in shards: each starts from `state`.

        `trial` is how long each is shown, in seconds; as long as in training by default.
        """
        shards = np.array_split(order, -(-len(order) // SHARD))
        chunks = [self.test_chunk(state, shard, k, trial) for k, shard in enumerate(shards)]
        return checked(Outcome.joined(self.engine.run_all(chunks)))

    def test_chunk(
        self, state, order: np.ndarray, shard: int = 0, trial=None, teacher: bool = False
    ) -> Chunk:
        """The chunk that shows stimuli without learning; see `test`.

        There is neither teacher nor error, unless there is to be a `teacher` in a recording.
        """
        index = (0, shard) if shard else (0,)
        values = while_tested(self.topology, teacher)
        return self._chunk(state, order, values, *index, trial=trial)

    def _chunk(self, state, order, values: dict[str, float], *index: int, trial=None) -> Chunk:
        return Chunk(
            stimuli=self.x,
            order=order,
            targets=self.y[order],
            answers=self.data.answers,
            trial=float(self.model.training.trial) if trial is None else trial,
            parameters=parameters(self.topology, trial) | values,
            arrays=state | synaptic_values(self.topology, self.feedback(state)),
            carried=tuple(state),
            seed=noise_seed(self.model.training.seed, *index),
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
        acts = teacher_acts(self.blueprint)
        taught = self._is_taught(acts, learning, teacher)
        chunk = self.recorded_chunk(state, order, learning=learning, teacher=taught)
        outcome = checked(self.engine.run(replace(chunk, traced=tuple(traced)), progress))
        trial = float(self.model.training.trial)
        return Spikes.gather(
            self._recorded_populations(outcome),
            {p.name: p.size for p in self.engine.blueprint.populations},
            onsets=np.arange(len(order)) * trial,
            duration=trial,
            labels=self._names(self.y[order]),
            predictions=self._names(self.answers(outcome)),
            teacher=("acts" if acts else "apart") if taught else "silent",
        )

    def _is_taught(self, acts: bool, learning: bool, teacher: bool | None) -> bool:
        asked = self.model.recording.teacher if teacher is None else teacher
        return learning or asked or not acts

    def recorded_chunk(
        self, state, order: np.ndarray, *, learning: bool = False, teacher: bool | None = None
    ) -> Chunk:
        """The chunk that `record` runs."""
        if learning:
            chunk = self._chunk(state, order, while_learning(self.topology, 0.0), 0)
        else:
            taught = self._is_taught(teacher_acts(self.blueprint), learning, teacher)
            chunk = self.test_chunk(state, order, teacher=taught)
        return replace(chunk, record=True)

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


def topology_of(model: Model, data: Data) -> Topology:
    """The topology of a model that is trained on these data.

    Raises
    ------
    DataError
        The model's input, its teacher or its receptive fields do not suit the data, or no event
        comes within a trial.
    """
    check_coding(model, data)
    _check_receptive_fields(model, data.image)
    if isinstance(data.x_train, Events):
        trial = model.training.trial
        counts = data.x_train.counts(float(trial)).astype(float)
        squares = (counts / float(trial * model.input.rate_max)) ** 2  # in units of rate_max
        if not counts.any():
            longest = _time_and_hint(data.x_train, float(trial))
            raise DataError(
                f"no event of the stimuli comes within training.trial = {trial}: they go up to"
                f" {longest}"
            )
        brightness = squares.sum(axis=1)
    else:
        brightness = np.einsum("ij,ij->i", data.x_train, data.x_train, dtype=np.float64)
    size = data.n_features, data.n_outputs, float(brightness.mean())
    return Topology(model, Stimuli(*size, data.image))


def _warn_of_lost_events(model: Model, data: Data) -> None:
    """Say how many spikes of the stimuli come after the end of a trial."""
    if not isinstance(data.x_train, Events):
        return
    trial = float(model.training.trial)
    parts = [events for events in (data.x_train, data.x_test) if len(events.times)]
    n = sum(len(events.times) for events in parts)
    lost = sum(int((events.times > trial * (1 + 1e-6)).sum()) for events in parts)
    if lost:
        longest = _time_and_hint(max(parts, key=lambda events: events.times.max()), trial)
        warn(
            f"{100 * lost / n:.3g} % of the spikes lie after the {1e3 * trial:g} ms of a trial and"
            f" are not shown: longest {longest}; training.trial",
        )


def _time_and_hint(events: Events, trial: float) -> str:
    """The last time of events, and what it looks like."""
    last = float(events.times.max(initial=0))
    hint = ", as if times were in milliseconds, where seconds are needed"
    return f"{last:.3g} s{hint if last > MILLISECONDS * trial else ''}"


def check_coding(model: Model, data: Data) -> None:
    """Refuse data that the model's input or teacher does not suit.

    Raises
    ------
    DataError
        They are intensities, and events are needed, or the other way round.
    """
    _check_coding("input.coding", model.input.coding, "stimuli", data.x_train)
    _check_coding("output.teacher", model.output.teacher, "answers", data.answers)


def _check_coding(field: str, chosen: str, what: str, rows: np.ndarray | Events) -> None:
    if isinstance(rows, Events) != (chosen == "events"):
        are, needs = ("events", "") if isinstance(rows, Events) else ("intensities", "not ")
        raise DataError(f'the {what} are {are}: {field} must {needs}be "events", got {chosen!r}')


def _check_receptive_fields(model: Model, image: tuple[int, int] | None) -> None:
    *hidden, _ = model.layers()
    for name, layer in hidden:
        wanted = f"{name}.receptive_field = {layer.receptive_field}"
        if layer.receptive_field and image is None:
            raise DataError(f"{wanted} needs images, which the stimuli are not")
        if layer.receptive_field and layer.receptive_field > min(image):
            raise DataError(f"{wanted} is larger than the images, {image[0]} x {image[1]} pixels")


def one_of_each_class_first(y: np.ndarray, n: int) -> np.ndarray:
    """Indices of `n` stimuli that go through the classes in turn."""
    order = np.argsort(y, kind="stable")
    _, first = np.unique(y[order], return_index=True)
    rank = np.empty(len(y), int)
    rank[order] = np.arange(len(y)) - first[np.searchsorted(np.unique(y), y[order])]
    return np.lexsort((y, rank))[:n]
