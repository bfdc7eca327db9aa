"""Carries experiments out: seeds side by side, and none of them twice."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spikingfa.base.errors import SpikingFAError
from spikingfa.base.files import as_folder_error, within, written_whole
from spikingfa.base.processes import Processes
from spikingfa.base.run_calls import run_calls
from spikingfa.paper import tables
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.files import write

_DONE = ".seeds"  # in the experiment's folder, until all are done


@dataclass(frozen=True)
class Job:
    """An experiment to carry out, with which seeds, and where its results go."""

    experiment: Experiment
    seeds: list[int]
    quick: bool
    folder: Path


def run_jobs(
    jobs: list[Job], seed_done: Callable[[Job, int], None]
) -> Iterator[tuple[Job, list[Claim] | SpikingFAError]]:
    """Carry out jobs on all cores; results are in the folders.

    Seeds that an earlier, stopped run has finished are not run again.

    Parameters
    ----------
    jobs : list of Job
    seed_done : callable
        Called with the job and the seed when one is finished.

    Yields
    ------
    job : Job
        One that is finished.
    claims : list of Claim, or SpikingFAError
        What came out, or why nothing did.

    Raises
    ------
    RunFolderError
        A folder cannot be written.
    """
    for job in jobs:
        _make(within(job.folder, job.folder / _DONE))
    calls = (
        ((k, seed), _one, job.experiment, seed, job.quick, _part(job, seed))
        for k, job in enumerate(jobs)
        for seed in job.seeds
    )
    left, failed = {k: len(job.seeds) for k, job in enumerate(jobs)}, {}
    with Processes() as processes:
        for (k, seed), outcome in run_calls(processes, calls):
            if outcome is None:
                seed_done(jobs[k], seed)
            elif isinstance(outcome, SpikingFAError):
                failed[k] = outcome
            else:
                raise outcome
            left[k] -= 1
            if not left[k]:
                yield jobs[k], failed.get(k) or _finish(jobs[k])


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_folder_error(error, folder.parent) from None


def _one(experiment: Experiment, seed: int, quick: bool, path: Path) -> None:
    if not path.exists():
        results = experiment.one(seed, quick)
        written_whole(path, lambda unfinished: tables.save(unfinished, results))


def _part(job: Job, seed: int) -> Path:
    kind = "quick" if job.quick else "full"
    return job.folder.absolute() / _DONE / f"{kind}-{seed}-{_sources()}.npz"


@cache
def _sources() -> str:
    """Tells versions of the package apart, so that results of two are never mixed."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _finish(job: Job) -> list[Claim]:
    of_seeds = {seed: tables.load(_part(job, seed)) for seed in job.seeds}
    claims = write(job.experiment, tables.joined(of_seeds), job.quick, job.folder)
    with suppress(OSError):
        shutil.rmtree(job.folder / _DONE)
    return claims
