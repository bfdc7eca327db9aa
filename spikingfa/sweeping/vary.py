"""A comparison from Python: one setting of a model varied, over several seeds."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spikingfa.base.progress import progress_shown
from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.sweeping.compare import Variant, compare_models, variants
from spikingfa.sweeping.progress import ComparisonBar


def compare(
    model: Model | str | Path,
    path: str,
    values: Iterable[Any],
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
        Whether a line is written for each run that is finished, and the time that is left.

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
    with progress_shown(progress), ComparisonBar(path, len(models) * len(chosen)) as bar:
        return compare_models(models, chosen, out, bar.done, on_test=on_test, tell=bar.say)
