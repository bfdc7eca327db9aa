"""Trains a model: chunks of trials through the engine, weights carried from one to the next."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from spikingfa.analysis import decisions, layer_angles, population_rate
from spikingfa.engine import Chunk, Engine, Outcome, make_engine
from spikingfa.errors import SimulationError
from spikingfa.model import Model, layer_names
from spikingfa.network import (
    Stimuli,
    blueprint,
    feedback_weights,
    forward_names,
    initial_state,
    learning_rates,
    parameters,
    random_feedback,
)
from spikingfa.progress import ProgressBar
from spikingfa.recording import Spikes
from spikingfa.run_folder import Run, RunWriter, new_run_folder
from spikingfa.seeds import noise_seed, stream
from spikingfa.tasks import Data, load_data

ABOUT_DEVICE = {
    "cpp_standalone": "building the network (compiled once, then kept)",
    "runtime": "Brian2's runtime: slow; its first run compiles for minutes where Cython is used",
}
CHUNK = 5000  # trials at most between two looks at the weights and learning rates
ABSURD_WEIGHT = 1e-3  # A; a million times what makes a neuron fire


def train(
    model: Model,
    *,
    seed: int | None = None,
    out: str | Path | None = None,
    data: Data | None = None,
    force: bool = False,
    progress: bool = True,
) -> Run:
    """Train a model and leave a run folder.

    Parameters
    ----------
    model : Model
    seed : int, optional
        Seed of everything random in the run; ``model.training.seed`` by default. The same seed
        gives the same weights, bit for bit, on the same machine.
    out : str or Path, optional
        The run folder; ``runs/run-001`` and so on by default.
    data : Data, optional
        Stimuli to train on instead of those that ``model.task`` names.
    force : bool
        Whether a run that is in `out` already may be replaced.
    progress : bool
        Whether a progress bar is shown.

    Returns
    -------
    Run
        The finished run.

    Raises
    ------
    DataError, RunFolderError, BuildError, SimulationError
        The run cannot go on; what was finished until then is in the run folder.
    KeyboardInterrupt
        The user stopped it; the same holds.
    """
    if seed is not None:
        model = model.but({"training.seed": seed})
    data = load_data(model.task) if data is None else data
    writer = RunWriter(Path(out) if out is not None else new_run_folder("run"), force)
    bar = ProgressBar(model.training.epochs, len(data.x_train), progress)
    try:
        _Training(model, data, writer, bar).run()
    finally:
        bar.close()
    return Run(writer.folder)


@dataclass
class _Training:
    """One run from beginning to end."""

    model: Model
    data: Data
    writer: RunWriter
    bar: ProgressBar
    rows: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0

    def __post_init__(self):
        model, data, self.seed = self.model, self.data, self.model.training.seed
        squares = np.einsum("ij,ij->i", data.x_train, data.x_train, dtype=np.float64)
        self.size = Stimuli(data.n_features, len(data.classes), float(squares.mean()))
        self.state = initial_state(model, self.size, stream(self.seed, "weights"))
        self.feedback = random_feedback(model, self.size, stream(self.seed, "feedback"))
        self.fixed = feedback_weights(model, self.feedback)
        # all stimuli in one table, training first, so that they are handed over once
        self.x = np.concatenate([data.x_train, data.x_test])
        self.y = np.concatenate([data.y_train, data.y_test])

    def run(self) -> None:
        """Build, train, record; the folder is up to date after every epoch."""
        self.engine = self._build()
        with self.writer.begin(self.model):
            self._epoch_done(0, np.nan, {})
            for epoch in range(1, self.model.training.epochs + 1):
                self._epoch(epoch)
            self._record()
            self._draw()
            self.writer.metrics(self._metrics(finished=True))

    def _build(self) -> Engine:
        device = self.model.training.device
        self.bar.say(ABOUT_DEVICE[device])
        network = blueprint(self.model, self.size)
        engine = make_engine(device, network, self.writer.scratch)
        if engine.build_seconds:
            self.bar.say(f"compiled in {engine.build_seconds:.1f} s")
        return engine

    def _epoch(self, epoch: int) -> None:
        n_train, n_epochs = len(self.data.x_train), self.model.training.epochs
        order = stream(self.seed, "order", epoch).permutation(n_train)
        parts = np.array_split(order, -(-n_train // CHUNK))
        n_wrong, n_spikes = 0, Counter()
        for k, part in enumerate(parts):
            done = epoch - 1 + k / len(parts)
            outcome = self._learn(part, done / n_epochs, round(done * len(parts)) + 1)
            n_wrong += np.count_nonzero(decisions(**outcome.readout) != self.y[part])
            n_spikes.update(outcome.n_spikes)
        self._epoch_done(epoch, n_wrong / n_train, self._rates(n_spikes, n_train))

    def _learn(self, order: np.ndarray, progress: float, index: int) -> Outcome:
        """Train on one chunk, the `index`-th of the run, and keep what it left."""
        start = time.perf_counter()
        rates = learning_rates(self.model, self.size, progress)
        outcome = self.engine.run(self._chunk(order, rates, index), self.bar.within(len(order)))
        self.seconds += time.perf_counter() - start
        self._check_plausible(outcome, progress)
        self.state = outcome.state
        return outcome

    def _epoch_done(self, epoch: int, train_error: float, rates: dict[str, float]) -> None:
        tests = np.arange(len(self.data.x_train), len(self.x))
        outcome = self.engine.run(self._chunk(tests, self._no_learning(), 0))
        row = {"epoch": epoch, "train_error": train_error}
        row |= {"test_error": self._error(outcome, tests)}
        row |= {f"angle_{name}_deg": angle for name, angle in self._angles().items()}
        row |= rates or self._rates(outcome.n_spikes, len(tests))
        self.rows.append(row)
        self.bar.epoch_done(row)
        self.writer.history(self.rows)
        self.writer.weights(self.state, self.feedback)
        self.writer.metrics(self._metrics(finished=False))

    def _chunk(self, order: np.ndarray, rates: dict[str, float], index: int, record=False) -> Chunk:
        return Chunk(
            stimuli=self.x,
            order=order,
            targets=self.y[order],
            trial=float(self.model.training.trial),
            parameters=parameters(self.model) | rates,
            arrays=self.state | self.fixed,
            carried=tuple(self.state),
            seed=noise_seed(self.seed, index),
            record=record,
        )

    def _no_learning(self) -> dict[str, float]:
        return dict.fromkeys(learning_rates(self.model, self.size, 0.0), 0.0)

    def _error(self, outcome: Outcome, order: np.ndarray) -> float:
        return float(np.mean(decisions(**outcome.readout) != self.y[order]))

    def _angles(self) -> dict[str, float]:
        forward = [self.state[f"{name}.w"] for name in forward_names(self.model)[1:]]
        return layer_angles(forward, self.feedback)

    def _rates(self, n_spikes: dict[str, int], n_trials: int) -> dict[str, float]:
        duration = n_trials * float(self.model.training.trial)
        sizes = {p.name: p.size for p in self.engine.blueprint.populations}
        return {
            f"rate_{name}_hz": population_rate(n, sizes[name], duration)
            for name, n in n_spikes.items()
        }

    def _check_plausible(self, outcome: Outcome, progress: float) -> None:
        for name in forward_names(self.model):
            if not (np.abs(outcome.state[f"{name}.w"]) < ABSURD_WEIGHT).all():
                raise SimulationError(
                    f"the weights {name} ran away {100 * progress:.0f} % into the training: the"
                    " learning rates (plasticity.eta_hidden, plasticity.eta_output) are too high"
                )

    def _metrics(self, finished: bool) -> dict:
        row = self.rows[-1]
        trials = int(row["epoch"]) * len(self.data.x_train)
        angles = list(self._angles().values())
        return {
            "test_error": row["test_error"],
            "train_error": _number(row["train_error"]),
            "angle_deg": _number(angles[-1]) if angles else None,
            "trials": trials,
            "epochs": int(row["epoch"]),
            "finished": finished,
            "build_seconds": round(self.engine.build_seconds, 3),
            "train_seconds": round(self.seconds, 3),
            "ms_per_trial": round(1e3 * self.seconds / trials, 4) if trials else None,
            "seed": self.seed,
        }

    def _record(self) -> None:
        """Show some test stimuli to the trained network and keep every spike."""
        chosen = len(self.data.x_train) + _one_of_each_class_first(
            self.data.y_test, self.model.recording.trials
        )
        if not len(chosen):
            return
        outcome = self.engine.run(self._chunk(chosen, self._no_learning(), 0, record=True))
        recorded = self._recorded_populations(outcome)
        names, trial = self.data.classes, float(self.model.training.trial)
        spikes = Spikes.gather(
            recorded,
            {p.name: p.size for p in self.engine.blueprint.populations},
            onsets=np.arange(len(chosen)) * trial,
            duration=trial,
            labels=tuple(names[k] for k in self.y[chosen]),
            predictions=tuple(names[k] for k in decisions(**outcome.readout)),
        )
        self.writer.spikes(spikes)

    def _recorded_populations(self, outcome: Outcome) -> dict[str, tuple]:
        wanted = set(self.model.recording.populations)
        if "hidden" in wanted:
            wanted |= set(layer_names(self.model))
        return {name: spikes for name, spikes in outcome.spikes.items() if name in wanted}

    def _draw(self) -> None:
        from spikingfa.figures import draw_figures

        draw_figures(Run(self.writer.folder), self.writer)


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if np.isnan(value) else value


def _one_of_each_class_first(y: np.ndarray, n: int) -> np.ndarray:
    """Indices of `n` stimuli that go through the classes in turn."""
    order = np.argsort(y, kind="stable")
    _, first = np.unique(y[order], return_index=True)
    rank = np.empty(len(y), int)
    rank[order] = np.arange(len(y)) - first[np.searchsorted(np.unique(y), y[order])]
    return np.lexsort((y, rank))[:n]
