"""A training from beginning to end: chunks of trials through the engine, weights carried on."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from spikingfa.base.errors import SimulationError
from spikingfa.engine import Chunk, Outcome
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.feedback_weights import effective_forward_weights, with_kept_norm
from spikingfa.network.topology import Topology
from spikingfa.run_folder.data_record import DataRecord
from spikingfa.run_folder.held_out import error_column, error_in, part_of
from spikingfa.run_folder.layout import CHECKPOINT
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.writer import RunWriter, weights_of
from spikingfa.tasks import Data
from spikingfa.training.analysis import layer_angles
from spikingfa.training.checkpoint import Checkpoint
from spikingfa.training.chunks import chunks_per_epoch, parts_of_epoch, piece_of, pieces
from spikingfa.training.depth import measure_depth
from spikingfa.training.divergence import cause, diverged
from spikingfa.training.progress import ProgressBar
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights
from spikingfa.training.train_sample import train_sample, while_learning
from spikingfa.training.training import Training

LAST = 1000  # trials whose error the progress bar shows


@dataclass
class TrainingLoop:
    """One run from beginning to end, or from its checkpoint on."""

    topology: Topology
    data: Data
    record: DataRecord
    writer: RunWriter
    at: Checkpoint | None = None
    start: dict[str, np.ndarray] | None = None  # weights to begin with; drawn if none
    draw: Callable[[Run, RunWriter], None] | None = None
    every: int | None = None  # trials from one look to the next within an epoch
    stopped: bool = False
    bar: ProgressBar = field(init=False)  # set before the first step

    def __post_init__(self):
        self._learnt = 0  # trials of the chunk that is under way
        self.model = self.topology.model
        state, b = initial_weights(self.topology, self.start)
        self.session = Session(self.topology, self.data, b)
        if self.at is None:
            self.at = Checkpoint(state, self.topology.stimuli.mean_square_sum)

    def steps(self) -> Iterator[Training]:
        """Train and record; whoever asks for the next step may stop it before."""
        with self.writer.begin(self.model, self.at.epoch > 0, self.start, self.record):
            if not self.at.rows:
                self._take_stage()
                self._epoch_done()
            self.bar.resumed(self.n_trials)
            while len(self.at.rows) <= self.model.training.epochs and not self.stopped:
                yield from self._epoch()
            self._finish()

    def _finish(self) -> None:
        if n := self.model.recording.trials:
            self.writer.spikes(self.recorded(n))
        if self.draw:
            self.draw(Run(self.writer.folder), self.writer)
        self.writer.metrics(self._metrics(finished=True))
        self.writer.forget(CHECKPOINT)

    def recorded(self, n: int) -> Spikes:
        """Spikes of the network as it is now, shown `n` test stimuli without learning."""
        return self.session.record(self.at.state, self.session.examples(n))

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """Forward and feedback weights as they are now."""
        return weights_of(self.at.state, self.session.feedback(self.at.state))

    @property
    def n_trials(self) -> int:
        """Training stimuli that were shown."""
        n_train, at = len(self.data.x_train), self.at
        parts = np.array_split(np.arange(n_train), chunks_per_epoch(self.model, n_train))
        return self._before_epoch + sum(map(len, parts[: at.part])) + self._learnt

    @property
    def _before_epoch(self) -> int:
        """Training stimuli that were shown before this epoch."""
        return (max(self.at.epoch, 1) - 1) * len(self.data.x_train)

    def _epoch(self) -> Iterator[Training]:
        """Begin an epoch, or go on with the one under way."""
        at, n_train = self.at, len(self.data.x_train)
        if len(at.rows) > at.epoch:
            at.begin_epoch()
        self._take_stage()
        parts = parts_of_epoch(self.model, at.epoch, n_train)
        for part in parts[at.part :]:
            yield from self._learn(part, len(parts))
            if self.stopped:
                break
        self._epoch_done()
        yield Training(self, epoch_is_done=True)

    def _take_stage(self) -> None:
        """Let the parameters be those of the epoch."""
        stage = self.model.at_epoch(max(self.at.epoch, 1))
        self.session.topology = replace(self.topology, model=stage)

    def _learn(self, order: np.ndarray, n_parts: int) -> Iterator[Training]:
        """Train on the next chunk, and keep what it left."""
        at = self.at
        index = (at.epoch - 1) * n_parts + at.part
        done = index / (n_parts * self.model.training.epochs)
        errors = [error_in(row) for row in at.rows]
        chunk = self.session.learning_chunk(at.state, order, done, index + 1, errors, self.n_trials)
        for trials in pieces(len(order), self.n_trials, self.every):
            self._learn_piece(piece_of(chunk, trials, at.state))
            if trials.stop < len(order):
                yield Training(self, epoch_is_done=False)
                if self.stopped:
                    return
        at.part, self._learnt = at.part + 1, 0
        if feedback_rule(self.model).mirrors:
            start = time.perf_counter()
            at.state = self.session.mirror(at.state, index + 1).state
            at.seconds += time.perf_counter() - start
        at.state = at.state | with_kept_norm(self.topology, at.state)
        self.writer.write(CHECKPOINT, at.save)
        if self.every and not self.n_trials % self.every and at.part < n_parts:
            yield Training(self, epoch_is_done=False)

    def _learn_piece(self, chunk: Chunk) -> None:
        at, start, n = self.at, time.perf_counter(), len(chunk.order)
        outcome = self.session.engine.run(chunk, self.bar.within(n))
        if diverged(outcome):
            self._give_up(chunk, outcome)
        at.state, self._learnt = outcome.state, self._learnt + n
        at.seconds += time.perf_counter() - start
        losses = self.session.losses_in(chunk, outcome)
        at.loss += losses.sum().item()
        self.bar.learnt(losses[-LAST:].sum(), len(losses[-LAST:]))
        at.n_spikes = {name: n + at.n_spikes.get(name, 0) for name, n in outcome.n_spikes.items()}

    def _epoch_done(self) -> None:
        tests = self.session.tests
        error, outcome = self._tested(tests)
        row = {"epoch": self.at.epoch, "train_error": self._train_error()}
        row |= {error_column(part_of(self.model.task)): error}
        row |= {f"angle_{name}_deg": angle for name, angle in self._angles().items()}
        if self.at.epoch:
            row |= self.session.rates(self.at.n_spikes, self.n_trials - self._before_epoch)
        else:
            row |= self.session.rates(outcome.n_spikes, len(tests))
        if self.model.recording.depth:
            row |= measure_depth(self.session, self.at.state, self.writer.scratch)
        self.at.rows.append(row)
        self.bar.epoch_done(row)
        self.writer.history(self.at.rows)
        self.keep_weights(self.at.epoch if self.model.recording.weights else None)
        self.writer.metrics(self._metrics(finished=False))

    def _train_error(self) -> float:
        """Training error of the sample; of a run that an older version began, as it measured it."""
        if self.at.rows and while_learning({name: [n] for name, n in self.at.rows[0].items()}):
            return self.at.loss / (self.n_trials - self._before_epoch)
        return self._tested(train_sample(self.model.training.seed, len(self.data.x_train)))[0]

    def _tested(self, order: np.ndarray) -> tuple[float, Outcome]:
        """Error on these stimuli, shown without learning."""
        outcome = self.session.test(self.at.state, order)
        return float(self.session.losses(self.session.answers(outcome), order).mean()), outcome

    def _angles(self) -> dict[str, float]:
        forward = effective_forward_weights(self.topology, self.at.state)
        return layer_angles(forward, self.session.feedback(self.at.state))

    def _give_up(self, chunk: Chunk, outcome: Outcome) -> None:
        """Keep what the last good chunk left, and say what exploded in this one."""
        kept = self.n_trials
        self.keep_weights()
        self.writer.metrics(self._metrics(finished=False))
        self.bar.say("numbers exploded: looking for the trial")
        reason, trial = cause(self.session.engine.run, chunk, outcome)
        trial += kept - self._before_epoch
        raise SimulationError(
            f"{reason.format(f'{trial + 1} of epoch {self.at.epoch}')}; {self.writer.folder} keeps"
            f" the weights after {kept} trials, with which --start begins another run"
        )

    def keep_weights(self, epoch: int | None = None) -> None:
        """Leave the present weights in the folder, also as those of an epoch, if one is named."""
        self.writer.weights(self.at.state, self.session.feedback(self.at.state), epoch)

    def _metrics(self, finished: bool) -> dict:
        row = self.at.rows[-1]
        trials = self.n_trials
        angles = list(self._angles().values())
        return {
            "metric": self.data.metric,
            error_column(part_of(self.model.task)): error_in(row),
            "train_error": _number(row["train_error"]),
            "angle_deg": _number(angles[-1]) if angles else None,
            "trials": trials,
            "epochs": int(row["epoch"]),
            "finished": finished,
            "build_seconds": round(self.session.engine.build_seconds, 3),
            "train_seconds": round(self.at.seconds, 3),
            "ms_per_trial": round(1e3 * self.at.seconds / trials, 4) if trials else None,
            "seed": self.model.training.seed,
        }


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if np.isnan(value) else value
