"""Time sweeps: how they gain from a second process, and what a run costs beyond itself.

    python benchmarks/sweeps.py

Stored in `benchmarks/results/sweeps.json`: the same sweep of `digits_fa` by one and by two workers,
and the same runs by one and by two processes without a sweep, taking turns; seconds of a run that
are not its own; and a sweep of 10 000 runs that do nothing, here and by workers of dask, with the
sizes of what passes to a worker and back, and of the table that grows.
"""

import contextlib
import json
import multiprocessing
import pickle
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from distributed import Client, LocalCluster
from report import machine

import spikingfa
from spikingfa import Range
from spikingfa.base.processes import Processes
from spikingfa.base.run_calls import Workers
from spikingfa.sweeping.cluster_workers import ClusterWorkers
from spikingfa.sweeping.combinations import Combination, drawn
from spikingfa.sweeping.folder import SweepFolder
from spikingfa.sweeping.plan import Column, plan
from spikingfa.sweeping.run_jobs import run_jobs
from spikingfa.sweeping.worker import train_one

RESULTS = Path(__file__).parent / "results" / "sweeps.json"
REPEATS, RUNS, EPOCHS = 3, 12, 10
EMPTY = 10_000
TIMEOUT = 600  # seconds, after which a process that failed is not waited for


def timed_processes(jobs: int) -> float:
    """Seconds of the same runs, shared out evenly among processes that have imported everything."""
    context = multiprocessing.get_context("spawn")
    begin, end = (context.Barrier(jobs + 1, timeout=TIMEOUT) for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        shares = [(range(k, RUNS, jobs), f"{folder}/{k}", begin, end) for k in range(jobs)]
        processes = [context.Process(target=_train, args=share) for share in shares]
        for process in processes:
            process.start()
        begin.wait()
        start = time.perf_counter()
        end.wait()
        wall = time.perf_counter() - start
        for process in processes:
            process.join()
    return wall


def _train(numbers: range, folder: str, begin, end) -> None:
    model = spikingfa.load_model("digits_fa")
    train_one(model.but({"training.epochs": 1}).model_dump(), f"{folder}/warm")
    begin.wait()
    for k in numbers:
        one = model.but({"training.epochs": EPOCHS, "hidden.tau_m": f"{10 + k} ms"})
        assert train_one(one.model_dump(), f"{folder}/{k}")["status"] == "finished"
    end.wait()


def sweep(
    processes: Processes, model: spikingfa.Model, over: list[Combination], folder: str
) -> list[dict]:
    """Rows of a sweep over one parameter, in processes that are there."""
    (path,) = over[0]
    column = Column.of(path, tuple(one[path] for one in over))
    table = SweepFolder(Path(folder), [column.name])
    with table.locked(model):
        rows = run_jobs(processes, plan(model, over, {path: column}, [1]), table)
        rows = [row for _, row in rows]
        table.write()
    return rows


def timed_sweep(jobs: int) -> dict[str, float]:
    """Seconds of a sweep whose processes are there and have imported everything."""
    model = spikingfa.load_model("digits_fa").but({"training.epochs": EPOCHS})
    over = [{"hidden.tau_m": f"{10 + k} ms"} for k in range(RUNS)]
    with tempfile.TemporaryDirectory() as folder, Processes(jobs) as processes:
        first = [{"hidden.tau_m": f"{90 + k} ms"} for k in range(4 * jobs)]
        sweep(processes, model.but({"training.epochs": 1}), first, f"{folder}/warm")
        start = time.perf_counter()
        rows = sweep(processes, model, over, f"{folder}/timed")
        wall = time.perf_counter() - start
    assert {row["status"] for row in rows} == {"finished"}
    own = sum(row["seconds"] for row in rows)
    return {"wall": wall, "own": own, "beyond_ms": 1e3 * (jobs * wall - own) / len(rows)}


def empty(tables: dict, folder: str, data=None) -> dict:
    """A run that does nothing, and tells as much as others."""
    row = {"status": "finished", "metric": "error", "test_error": 0.022 + 1e-9 * hash(folder) % 1}
    row |= {"train_error": 0.0123456789, "angle_deg": 51.23456789, "epochs": 20, "trials": 28740}
    row |= {"ms_per_trial": 0.0512, "train_seconds": 1.482, "build_seconds": 0.0}
    return row | {"seconds": 1.6, "worker": "node-0123"}


@contextlib.contextmanager
def workers_of_dask(jobs: int) -> Iterator[Workers]:
    """Processes of this machine that come to a scheduler, as those of a cluster do."""
    with (
        LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        ClusterWorkers(client, TIMEOUT / 60, print) as workers,
    ):
        yield workers


def timed_empty(place=Processes, jobs: int = 2) -> dict[str, float]:
    """A sweep of runs that do nothing."""
    model = spikingfa.load_model("digits_fa")
    space = {"hidden.tau_m": Range("5 ms", "50 ms"), "feedback.scale": Range("50 pA", "900 pA")}
    columns = {path: Column.of(path, values) for path, values in space.items()}
    start = time.perf_counter()
    planned = plan(model, drawn(space, EMPTY // 5), columns, range(1, 6))
    planning = time.perf_counter() - start
    message = pickle.dumps((planned[0].model.model_dump(), str(Path.cwd() / planned[0].folder)))
    with tempfile.TemporaryDirectory() as name, place(jobs) as workers:
        folder = SweepFolder(Path(name), [column.name for column in columns.values()])
        start = time.perf_counter()
        with folder.locked(model):
            n = sum(1 for _ in run_jobs(workers, planned, folder, task=empty))
            wall = time.perf_counter() - start
            folder.write()
        sizes = {kind: (Path(name) / f"table.{kind}").stat().st_size for kind in ("csv", "parquet")}
    assert n == EMPTY
    answer = len(pickle.dumps(empty({}, "")))
    return {
        **{"runs": n, "planning": planning, "wall": wall, "ms_per_run": 1e3 * wall / n},
        **{"bytes_of_a_run": len(message), "bytes_of_an_answer": answer},
        **{"bytes_of_the_csv": sizes["csv"], "bytes_of_the_parquet": sizes["parquet"]},
    }


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": np.median(values), "min": min(values), "max": max(values)}


def main() -> None:
    """Measure, print and store."""
    rounds = [
        {jobs: timed_sweep(jobs) | {"no_sweep": timed_processes(jobs)} for jobs in (1, 2)}
        for _ in range(REPEATS)
    ]
    gains = {
        f"gain_of_two{name}": _spread([one[1][wall] / one[2][wall] for one in rounds])
        for name, wall in (("", "wall"), ("_without_a_sweep", "no_sweep"))
    }
    found = {
        "machine": machine(),
        "sweep": {"runs": RUNS, "epochs": EPOCHS, "rounds": rounds},
        **gains,
        "beyond_ms": {j: np.median([one[j]["beyond_ms"] for one in rounds]) for j in (1, 2)},
        "empty": timed_empty(),
        "empty_by_dask": timed_empty(workers_of_dask),
    }
    RESULTS.write_text(json.dumps(found, indent=1, default=float) + "\n")
    print(json.dumps({k: v for k, v in found.items() if k != "machine"}, indent=1, default=float))


if __name__ == "__main__":
    main()
