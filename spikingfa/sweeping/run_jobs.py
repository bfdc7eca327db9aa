"""Gives runs to workers and collects what they tell."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from distributed import Client, Future, as_completed
from distributed.scheduler import KilledWorker

from spikingfa.base.errors import ClusterError
from spikingfa.base.files import within
from spikingfa.run_folder.run import Run
from spikingfa.sweeping.arrival import ANSWER_LIMIT, WAIT_HERE, Tell, Watch, answer, await_workers
from spikingfa.sweeping.folder import Row, SweepFolder
from spikingfa.sweeping.plan import Planned
from spikingfa.sweeping.worker import reason_of, train_one
from spikingfa.tasks import Data
from spikingfa.training.finished import check_finished

PIECE = 1000  # runs that are handed to the scheduler in one go
DATA_LIMIT = 1800  # seconds for the data to reach the workers
GONE = "the scheduler went away; the same command goes on with the sweep"


def run_jobs(
    client: Client,
    planned: list[Planned],
    folder: SweepFolder,
    data: Data | None = None,
    task: Callable = train_one,
    tell: Tell = print,
    wait: float = WAIT_HERE,
) -> Iterator[tuple[Planned, Row]]:
    """Make those runs that are not done yet, each once; a run whose worker dies is gone on with.

    Parameters
    ----------
    client : Client
    planned : list of Planned
    folder : SweepFolder
        Held by the caller.
    data : Data, optional
        Stimuli in place of those that the models name.
    task : callable
        What a worker calls with the model's table and the run folder.
    tell : callable
        Is given a line if there are no workers for long.
    wait : float
        Minutes without a worker after which it is given up.

    Raises
    ------
    RunFolderError
        The data of a finished run have changed since.

    Yields
    ------
    Planned, dict
        A run and its row of the table, where the row is already.

    Raises
    ------
    ClusterError
        No worker comes, or the scheduler goes away.
    """
    known, wanted = _divided(planned, folder)
    finished = [one for one, row in known if row["status"] == "finished"]
    check_finished((Run(folder.folder / one.folder) for one in finished), data)
    folder.begin([row for _, row in known])
    yield from known
    times = Counter(one.folder for one in wanted)
    once = list({one.folder: one for one in wanted}.values())  # a search may ask for one again
    if not once:
        return
    watch = Watch(client, wait, tell)
    await_workers(watch)
    if data is not None:
        data = answer(client, client.scatter, data, broadcast=True, limit=DATA_LIMIT)
    for one, told in _answers(watch, task, once, folder.folder.absolute(), data):
        row = _row(one, told)
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


def _answers(watch: Watch, task: Callable, wanted: list[Planned], folder: Path, data):
    """Each run with what its worker told, as they come; so many are under way at a time."""
    pieces = iter([wanted[k : k + PIECE] for k in range(0, len(wanted), PIECE)])
    under_way: dict[tuple[str, str], Planned] = {}
    answers = as_completed()
    while True:
        if len(under_way) < PIECE and (piece := next(pieces, None)):
            # of one group, tasks wait at the scheduler for whoever is free; this one is new
            group = f"runs-{uuid.uuid4().hex}"
            names = {(group, one.folder): one for one in piece}
            under_way |= names
            tables = [one.model.model_dump() for one in piece]
            folders = [str(folder / one.folder) for one in piece]
            answers.update(
                watch.client.map(task, tables, folders, data=data, key=list(names), pure=False)
            )
        elif under_way:
            future = _next(answers, watch)
            yield under_way.pop(future.key), _answer(future)
            future.release()
        else:
            return


def _next(answers: as_completed, watch: Watch) -> Future:
    """The next run that is done: it may take days, as long as there is a worker."""
    while not answers.has_ready():
        watch.look()
        if answers.is_empty():
            raise ClusterError(GONE)
        with answers.thread_condition:
            answers.thread_condition.wait(0.1)
    return next(answers)


def _answer(future: Future) -> Row:
    if future.status in ("cancelled", "lost"):
        raise ClusterError(GONE)
    try:
        if future.status == "error":
            return {"status": "failed", "reason": _fate(future.exception(ANSWER_LIMIT))}
        return future.result(ANSWER_LIMIT)
    except TimeoutError:
        raise ClusterError(
            f"what a run came to has not arrived in {ANSWER_LIMIT} s; the same command goes on"
        ) from None


def _fate(error: BaseException) -> str:
    if isinstance(error, KilledWorker):
        return "its worker was killed again and again: is there too little memory?"
    return reason_of(error)


def _row(one: Planned, told: Row) -> Row:
    return one.cells | {"seed": one.seed, "run": one.folder} | told
