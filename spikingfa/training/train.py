"""Trains a model: begins a run, or goes on with one."""

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path

import numpy as np

from spikingfa.base.files import straight
from spikingfa.base.interrupts import interruptible
from spikingfa.base.progress import progress_shown
from spikingfa.model.files import as_model, with_absolute_paths
from spikingfa.model.model import Model
from spikingfa.network.build import check_rule
from spikingfa.run_folder.data_record import DataRecord, load_as_recorded
from spikingfa.run_folder.held_out import part_of
from spikingfa.run_folder.lock import locked
from spikingfa.run_folder.opening import open_run, read_now
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.writer import RunWriter, new_run_folder, tidy
from spikingfa.tasks import GivenData
from spikingfa.training import checkpoint
from spikingfa.training.callbacks import Callback, check_callbacks, trials_of
from spikingfa.training.chunks import chunks_per_epoch
from spikingfa.training.data_fit import topology_of
from spikingfa.training.finished import check_finished, check_resumed
from spikingfa.training.loop import TrainingLoop
from spikingfa.training.metrics import METRICS
from spikingfa.training.progress import ProgressBar
from spikingfa.training.stages import Stages, check_stages, with_stages
from spikingfa.training.start import check_resume_start, initial_weights_of
from spikingfa.training.training import Training


@interruptible()
def train(model: Model | str | Path, *, progress: bool = True, **how) -> Run:
    """Train a model and leave a run folder; all is as for `steps`, and for `spikingfa.train`."""
    with progress_shown(progress), contextlib.closing(steps(model, **how)) as trained:
        while True:
            try:
                next(trained)
            except StopIteration as end:
                return end.value


def train_epochs(model: Model | str | Path, *, progress: bool = True, **how) -> Iterator[Training]:
    """Train a model step by step; all is as for `steps`, and for `spikingfa.train_epochs`."""
    with contextlib.closing(steps(model, **how)) as trained:
        while True:
            with interruptible(), progress_shown(progress):
                training = next(trained, None)
            if training is None:
                return
            yield training


def steps(
    model: Model | str | Path,
    *,
    seed: int | None = None,
    out: str | Path | None = None,
    data: GivenData | None = None,
    force: bool = False,
    resume: bool = False,
    draw: Callable[[Run, RunWriter], None] | None = None,
    start: Run | str | Path | dict[str, np.ndarray] | None = None,
    callbacks: Sequence[Callback] = (),
    every: int | str | None = None,
    stages: Stages | None = None,
) -> Generator[Training, None, Run]:
    """Train a model, epoch by epoch, and return its run, which `draw` adds figures to at the end.

    The other parameters, what comes back and what is raised are those of `spikingfa.train`.
    """
    model = with_absolute_paths(as_model(model))
    if seed is not None:
        model = model.but({"training.seed": seed})
    if stages is not None:
        model = with_stages(model, stages)
    check_rule(model)
    check_callbacks(callbacks, model)
    trials = trials_of(every)
    folder = straight(out) if out is not None else new_run_folder("run")
    given = None if start is None else initial_weights_of(start)
    if resume and checkpoint.is_run_of(folder, model):
        check_resume_start(folder, given)
    if resume and checkpoint.finished(folder, model):
        check_finished([Run(folder)], data)
        tidy(folder)
        return read_now(open_run(folder))
    with locked(folder):
        # by now another run may have been at work here
        goes_on = resume and checkpoint.is_run_of(folder, model)
        if goes_on:
            given = check_resume_start(folder, given)
        if goes_on and checkpoint.finished(folder, model):
            return read_now(open_run(folder))
        in_python = data is not None
        data = load_as_recorded(Run(folder).data if goes_on else None, model.task, data)
        topology = topology_of(model, data)
        check_stages(topology)
        brightness = topology.stimuli.mean_square_sum
        record = DataRecord.of(data, model.task, brightness, in_python)
        if goes_on:
            check_resumed(Run(folder), record)
        n_parts = chunks_per_epoch(model, len(data.x_train))
        at = checkpoint.load(folder, topology, n_parts) if resume else None
        writer = RunWriter(folder, force or goes_on)
        label = f"{part_of(model.task)} {METRICS[data.metric].label}"
        loop = TrainingLoop(topology, data, record, writer, at, given, draw, trials)
        loop.session.build(writer.scratch)
        with ProgressBar(model.training.epochs, len(data.x_train), label) as loop.bar:
            for training in loop.steps():
                for callback in callbacks:
                    callback(training)
                yield training
    return read_now(Run(writer.folder))
