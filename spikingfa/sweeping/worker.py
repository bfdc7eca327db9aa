"""The work of a worker: one run, which gives a row of the table."""

import socket
import threading
import time
from pathlib import Path
from typing import Any

from spikingfa.base.cores import one_core
from spikingfa.base.reading import one_line
from spikingfa.model.files import to_model
from spikingfa.model.model import Model
from spikingfa.model.time_grid import accepting
from spikingfa.run_folder.held_out import error_column, error_in, part_in
from spikingfa.run_folder.lock import InUse
from spikingfa.run_folder.run import Run
from spikingfa.tasks import Data
from spikingfa.training.train import train

#: Numbers of ``metrics.json`` that the table shows, besides the error.
METRICS = (
    *("metric", "train_error", "angle_deg", "epochs", "trials"),
    *("ms_per_trial", "train_seconds", "build_seconds"),
)

LOCK_TIMEOUT = 120  # seconds for another process to leave the run folder

# Brian2 is no more safe among threads than the folders of its programs: one at a time a process
_TURN = threading.Lock()


def train_one(tables: dict[str, Any], folder: str, data: Data | None = None) -> dict[str, Any]:
    """Train a model in a folder, or go on where that was stopped.

    Parameters
    ----------
    tables : dict
        The model, as in its file.
    folder : str
        Of the run; every worker needs to see it.
    data : Data, optional
        Stimuli instead of those that the model names.

    Returns
    -------
    dict
        A row of the table. What went wrong is in it: an error would tell of the worker, too.
    """
    start = time.perf_counter()
    try:
        with _TURN, one_core():
            with accepting():  # whoever started the sweep was warned
                model = to_model(tables)
            run = _trained(model, Path(folder), data)
        row = row_of(run.metrics)
    except Exception as error:  # whatever it is, the other runs go on
        row = failure(error)
    return row | {"seconds": round(time.perf_counter() - start, 3), "worker": socket.gethostname()}


def _trained(model: Model, out: Path, data: Data | None) -> Run:
    end = time.monotonic() + LOCK_TIMEOUT
    while True:
        try:
            return train(model, out=out, data=data, resume=True, progress=False)
        except InUse:  # a worker that nobody hears of any more may not know it yet
            if time.monotonic() > end:
                raise
            time.sleep(1)


def row_of(metrics: dict[str, Any]) -> dict[str, Any]:
    """The table's cells of a finished run."""
    error = {error_column(part_in(metrics)): error_in(metrics)}
    return {"status": "finished"} | error | {name: metrics.get(name) for name in METRICS}


def failure(error: BaseException) -> dict[str, str]:
    """The table's cells of a run that failed, with the reason on one line."""
    return {"status": "failed", "reason": one_line(error)}
