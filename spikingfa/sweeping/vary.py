"""A comparison from Python: one setting of a model varied, over several seeds."""

import itertools
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.run_folder.held_out import error_in
from spikingfa.run_folder.run import Run
from spikingfa.sweeping.compare import Variant, compare_models, variants
from spikingfa.training.metrics import name_of


def compare(
    model: Model | str | Path,
    path: str,
    values: Iterable,
    *,
    seeds: int | Iterable[int] = 3,
    out: str | Path,
    on_test: bool = False,
    progress: bool = True,
) -> list[Variant]:
    """Vary one setting of a model, everything else the same, over several seeds.

    Runs are made side by side, and kept in ``out/runs``; the same call goes on with a comparison
    that was stopped, and finds one that is finished.

    Parameters
    ----------
    model : Model or str or Path
        A model, or a shipped one's name, or the path of a model file.
    path : str
        What is varied, such as ``"feedback.kind"``.
    values : iterable
        Its values, as in `Model.but` or as text.
    seeds : int or iterable of int
        How many seeds, from 1 on, or which.
    out : str or Path
        A folder for the runs.
    on_test : bool
        Whether errors are those of the test set, for comparisons in which nothing is chosen. By
        default the model is judged by held-out training stimuli: where it has none
        (``task.validation``), by a fifth of them.
    progress : bool
        Whether a line is written for each run that is finished.

    Returns
    -------
    list of Variant
        One for each value, with its runs; `plot_comparison` draws them.

    Raises
    ------
    ModelError
        There is no such setting, a value does not fit it, or one is given twice.
    DataError, RunFolderError, BuildError, SimulationError
        A run cannot go on; the others go on when it is called again.

    Examples
    --------
    >>> import spikingfa
    >>> kinds = ["direct", "transport", "none"]
    >>> compared = spikingfa.compare(                                   # doctest: +SKIP
    ...     "digits_fa", "feedback.kind", kinds, seeds=3, out="runs/rules"
    ... )
    >>> spikingfa.plot_comparison(compared)                             # doctest: +SKIP
    """
    models = variants(as_model(model), path, [str(value) for value in values])
    chosen = list(range(1, seeds + 1)) if isinstance(seeds, int) else list(seeds)

    def tell(line: str) -> None:
        if progress:
            print(line, file=sys.stderr, flush=True)

    finished = counted(path, len(models) * len(chosen), tell)
    return compare_models(models, chosen, out, finished, on_test=on_test, tell=tell)


def counted(path: str, n: int, tell: Callable[[str], None]) -> Callable[[str, int, Run], None]:
    """A function that tells of each of `n` runs, when it is finished, what it reached."""
    numbers = itertools.count(1)

    def finished(name: str, seed: int, run: Run) -> None:
        error = f"{name_of(run.metrics)} {100 * error_in(run.metrics):.2f} %"
        tell(f"{next(numbers)}/{n}  {path}={name}, seed {seed}: {error}")

    return finished
