"""Gives runs to workers and collects what came of them."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from spikingfa.base.files import within
from spikingfa.base.run_calls import Workers, run_calls
from spikingfa.run_folder.run import Run
from spikingfa.sweeping.folder import Row, SweepFolder
from spikingfa.sweeping.plan import Planned
from spikingfa.sweeping.worker import failure, train_one
from spikingfa.tasks import GivenData
from spikingfa.training.finished import check_finished


def run_jobs(
    workers: Workers,
    planned: list[Planned],
    folder: SweepFolder,
    data: GivenData | None = None,
    task: Callable[..., Any] = train_one,
) -> Iterator[tuple[Planned, Row]]:
    """Make those runs that are not done yet, each once; a run whose worker dies is begun again.

    Parameters
    ----------
    workers : Workers
    planned : list of Planned
    folder : SweepFolder
        Held by the caller.
    data : Data, optional
        Stimuli in place of those that the models name.
    task : callable
        What a worker calls with the model's table and the run folder.

    Yields
    ------
    Planned, dict
        A run and its row of the table, where the row is already.

    Raises
    ------
    RunFolderError
        The data of a finished run have changed since.
    ClusterError
        No worker comes, or the scheduler goes away.
    """
    known, wanted = _divided(planned, folder)
    finished = [one for one, row in known if row["status"] == "finished"]
    check_finished((Run(folder.folder / one.folder) for one in finished), data)
    folder.begin([row for _, row in known])
    yield from known
    if not wanted:
        return
    times = Counter(one.folder for one in wanted)
    once = {one.folder: one for one in wanted}.values()  # a search may ask for one again
    data, place = workers.prepare(data), folder.folder.absolute()
    calls = ((one, task, one.model.model_dump(), str(place / one.folder), data) for one in once)
    for one, outcome in run_calls(workers, calls):
        row = _row(one, failure(outcome) if isinstance(outcome, BaseException) else outcome)
        folder.add(row)
        for _ in range(times[one.folder]):
            yield one, row


def _divided(planned: list[Planned], folder: SweepFolder):
    """Runs of which the row is known, and the others."""
    known, wanted = [], []
    for one in planned:
        if one.model is None:
            known.append((one, _row(one, {"status": "failed", "reason": one.reason})))
        elif row := folder.row_of_finished(one.folder):
            known.append((one, _row(one, row)))
        else:
            within(folder.folder, folder.folder / one.folder)
            wanted.append(one)
    return known, wanted


def _row(one: Planned, cells: Row) -> Row:
    return one.cells | {"seed": one.seed, "run": one.folder} | cells
