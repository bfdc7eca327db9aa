"""Trains a model with combinations of values and seeds, on all cores or on a cluster."""

from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.base.extras import needed
from spikingfa.base.files import straight
from spikingfa.base.interrupts import interruptible
from spikingfa.base.plain_values import plain, whole_number
from spikingfa.base.progress import progress_shown
from spikingfa.base.text import shown
from spikingfa.model.files import as_model, with_absolute_paths
from spikingfa.model.model import Model
from spikingfa.run_folder.held_out import TEST, VALIDATION, error_in, part_of
from spikingfa.sweeping.combinations import drawn, grid
from spikingfa.sweeping.folder import SweepFolder, begun_in
from spikingfa.sweeping.places import workers_at
from spikingfa.sweeping.plan import Column, Planned, plan
from spikingfa.sweeping.progress import SweepBar
from spikingfa.sweeping.run_jobs import run_jobs
from spikingfa.sweeping.search import Search, check_split
from spikingfa.sweeping.values import space_of
from spikingfa.tasks import GivenData, load_data
from spikingfa.training.judging import judged

if TYPE_CHECKING:
    from distributed import Client
    from pandas import DataFrame


@interruptible()
def sweep(
    model: Model | str | Path,
    over: Mapping[str, Any],
    seeds: Iterable[int] | int = (1, 2, 3),
    client: "Client | None" = None,
    *,
    out: str | Path | None = None,
    random: int | None = None,
    optuna: int | None = None,
    draws_seed: int = 0,
    jobs: int | None = None,
    scheduler: str | None = None,
    slurm: str | Path | None = None,
    wait: float | None = None,
    on_test: bool = False,
    data: GivenData | None = None,
    progress: bool = True,
) -> "DataFrame":
    """Train a model with every combination of values, with several seeds each.

    Each run is what `spikingfa.train` makes of it by itself, bit for bit, and has its run folder. A
    sweep that was stopped, in whatever way, goes on when it is called again with the same `out`:
    runs that are done are not made again, one that had begun goes on from its last chunk, one that
    failed is tried again. The same holds with more values or seeds. Runs whose data have changed
    since are refused; those that another version of the package made are warned of.

    Runs are judged by a validation split, so that nothing is chosen by the test set: where the
    model has none and there is more than one combination, ``task.validation = 0.2`` is set, which
    holds out a fifth of the training stimuli of each class. `evaluate` with `on_test` shows the
    test set to what was chosen.

    Parameters
    ----------
    model : Model, str or Path
        What is varied; a shipped model's name or a file will do.
    over : mapping
        Values by dotted path, ``{"hidden.tau_m": ["10 ms", "20 ms"]}``, or a
        `spikingfa.Range` to draw from.
    seeds : iterable of int, or int
        The seeds; or how many, as ``--seeds 5`` says it: 5 means seeds 1 to 5.
    client : distributed.Client, optional
        Of the workers to use, which must see the folder `out`; by default, processes are started on
        this machine for the sweep.
    out : str or Path, optional
        Its folder; ``sweeps/sweep-001`` and so on by default.
    random, optuna : int, optional
        How many combinations are drawn at random, or are searched for by Optuna, instead of all.
        A search minimises the mean error over the seeds in validation.
    draws_seed : int
        Seed of what is drawn.
    jobs : int, optional
        How many processes are started on this machine; one a core by default.
    scheduler : str, optional
        Address of a dask scheduler, instead of a client.
    slurm : str or Path, optional
        File that says how workers are asked for: see `spikingfa.sweeping.cluster`.
    wait : float, optional
        Minutes without a worker after which the sweep ends in an error; by default 10 on this
        machine, 60 with a client or scheduler, and a week for SLURM, where jobs stand in queues.
    on_test : bool
        Whether no validation split is made, and errors are those of the test set: for comparisons
        in which nothing is chosen.
    data : Data or tuple, optional
        Stimuli instead of those that the model names; see `spikingfa.tasks.load_data`.
    progress : bool
        Whether runs are counted on stderr while one waits.

    Returns
    -------
    pandas.DataFrame
        A row for each run: parameters (quantities as numbers in the unit that the heading names),
        seed, status (``finished`` or ``failed``), what ``metrics.json`` says (``validation_error``
        or ``test_error``), the run folder, and the reason of a failure.

    Raises
    ------
    ModelError
        There is no such parameter, a value fits in no combination, or arguments exclude each other.
    RunFolderError
        The folder holds something else, another sweep, or cannot be written.
    ClusterError
        There are no workers, or they went away.
    KeyboardInterrupt
        The user stopped it; what was done is in the folder.
    """
    for package in ("pandas", "pyarrow"):
        needed(package, "sweep", "a sweep")
    model = with_absolute_paths(as_model(model))
    if data is not None:
        load_data(model.task, data)  # what is wrong with it is reported at once
    space, chosen_seeds = space_of(over), _checked_seeds(seeds, over)
    random, optuna, jobs = (
        _count(name, n) for name, n in (("random", random), ("optuna", optuna), ("jobs", jobs))
    )
    draws_seed = _draws_seed(draws_seed)
    if random is not None and optuna is not None:
        raise ModelError("either random or optuna, not both")
    columns = {path: Column.of(path, values) for path, values in space.items()}
    out = _folder(out)
    model, parts, note = _judged(
        model, space, (random or optuna or len(grid(space))) > 1, out, on_test
    )
    search: Search | None = None
    if optuna is not None:
        check_split(model)
        search = Search(space, optuna, draws_seed)
        asked = search.batches()
        batches: Iterable[list[Planned]] = (plan(model, b, columns, chosen_seeds) for b in asked)
        n = optuna * len(chosen_seeds)
    else:
        chosen = grid(space) if random is None else drawn(space, random, draws_seed)
        planned = plan(model, chosen, columns, chosen_seeds)  # a mistyped value is said at once
        batches, n = [planned], len(planned)
    folder = SweepFolder(out, [column.name for column in columns.values()], parts)
    folder.check(model)
    order: list[str] = []
    with (
        progress_shown(progress),
        SweepBar(n) as bar,
        workers_at(client, jobs, scheduler, slurm, wait, bar.say) as workers,
        folder.locked(model),
    ):
        if note:
            bar.say(note)
        try:
            for planned in batches:
                order += [one.folder for one in planned]
                for one, row in run_jobs(workers, planned, folder, data):
                    bar.done(one, row)
                if search is not None:
                    search.tell(_errors(planned, folder, len(chosen_seeds)))
        finally:
            folder.sort(order)
            folder.write()
    return folder.frame()


def _judged(
    model: Model, space: Mapping[str, Any], ranked: bool, out: Path, on_test: bool
) -> tuple[Model, tuple[str, ...], str]:
    """The model with what it is judged by, the parts that the errors are of, and what to say."""
    if {"task", "task.validation"} & space.keys():
        return model, (VALIDATION, TEST), ""
    models, note = judged({"": model}, ranked, begun_in(out), on_test)
    return models[""], (part_of(models[""].task),), note


def _checked_seeds(seeds: Iterable[int] | int, over: Mapping[str, Any]) -> list[int]:
    seeds, n = plain(seeds), whole_number(seeds)
    given = range(1, n + 1) if n is not None else seeds
    numbers = [whole_number(seed) for seed in (given if isinstance(given, Iterable) else [given])]
    chosen = [seed for seed in numbers if seed is not None and seed >= 0]
    if not chosen or len(set(chosen)) < len(numbers):
        raise ModelError(
            "seeds: needs different whole numbers from 0 on, or how many seeds there are,"
            f" got {shown(seeds)}"
        )
    if "training.seed" in over:
        raise ModelError("training.seed: give the seeds by seeds (--seeds), not as a parameter")
    return chosen


def _count(name: str, given: Any) -> int | None:
    n = whole_number(given)
    if given is not None and (n is None or n < 1):
        raise ModelError(f"{name}: needs a whole number from 1 on, got {shown(given)}")
    return n


def _draws_seed(given: Any) -> int:
    seed = whole_number(given)
    if seed is None or not 0 <= seed < 2**32:
        raise ModelError(
            f"draws_seed: needs a whole number from 0 to 2**32 - 1, got {shown(given)}"
        )
    return seed


def _folder(out: str | Path | None) -> Path:
    if out is not None:
        return straight(out)
    numbered = (Path("sweeps") / f"sweep-{number:03d}" for number in count(1))
    return next(folder for folder in numbered if not folder.exists())


def _errors(planned: list[Planned], folder: SweepFolder, n_seeds: int) -> list[float | None]:
    """Mean error of each combination; None where a run failed."""
    rows = [folder.rows[one.folder] for one in planned]
    done = [row["status"] == "finished" for row in rows]
    errors = [float(error_in(row)) if is_done else np.nan for row, is_done in zip(rows, done)]
    means = np.array(errors).reshape(-1, n_seeds).mean(axis=1)
    return [None if np.isnan(mean) else float(mean) for mean in means]
