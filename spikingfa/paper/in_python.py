"""Experiments of the article from Python: carried out here, tables in hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from spikingfa.base.errors import ModelError
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.base.text import nearest
from spikingfa.paper import EXPERIMENTS, Claim, Experiment
from spikingfa.paper.tables import Tables, joined
from spikingfa.plots.figure import Figure


@dataclass(frozen=True)
class ExperimentResult:
    """What came out of an experiment.

    Attributes
    ----------
    experiment : Experiment
    tables : dict of dict of ndarray
        Columns by the name of their table; the first one is "seed".
    claims : list of Claim
        The article's claims, with what was measured, and whether each holds.
    """

    experiment: Experiment
    tables: Tables
    claims: list[Claim]

    def figure(self) -> Figure:
        """Draw the tables."""
        return self.experiment.figure(self.tables)

    def __str__(self) -> str:
        words = {True: "holds", False: "does not hold", None: "cannot be told"}
        lines = (f"{words[one.holds]}: {one.claim}\n    {one.measured}" for one in self.claims)
        return "\n".join(lines)


def experiments() -> dict[str, str]:
    """Every experiment of the article by its key, with what it shows."""
    return {key: experiment.shows for key, experiment in EXPERIMENTS.items()}


def run_experiment(
    key: str,
    *,
    seeds: int | Iterable[int] | None = None,
    quick: bool = False,
    progress: bool = True,
) -> ExperimentResult:
    """Carry an experiment of the article out, one seed after another.

    Parameters
    ----------
    key : str
        One of `experiments`, such as ``"linear"`` or ``"linear_spiking"``.
    seeds : int or iterable of int, optional
        How many seeds, from 1 on, or which; as many as `spikingfa paper` by default.
    quick : bool
        Whether it is made smaller, to see how it goes; claims that need all of it are not judged.
    progress : bool
        Whether progress is shown on stderr, where it takes more than two seconds.

    Returns
    -------
    ExperimentResult

    Raises
    ------
    ModelError
        There is no such experiment.
    DataError
        Its data are missing.
    """
    if key not in EXPERIMENTS:
        raise ModelError(f"there is no experiment {key!r}{nearest(key, EXPERIMENTS)}")
    experiment = EXPERIMENTS[key]
    n = (experiment.few if quick else experiment.seeds) if seeds is None else seeds
    chosen = range(1, n + 1) if isinstance(n, int) else list(n)
    results = {}
    with progress_shown(progress), Waiting(key, len(chosen), " seeds") as waiting:
        for seed in chosen:
            results[seed] = experiment.one(seed, quick)
            waiting.update()
    tables = joined(results)
    return ExperimentResult(experiment, tables, experiment.claims(tables, quick))
