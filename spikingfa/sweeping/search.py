"""Search for the combination of the least error, by Optuna."""

import warnings
from collections.abc import Iterator

from spikingfa.base.errors import ModelError
from spikingfa.base.extras import needed
from spikingfa.sweeping.combinations import Combination
from spikingfa.sweeping.values import Range, Values

BATCH = 10  # combinations that are asked for at once: the search does not depend on the workers


class Search:
    """Asks Optuna's tree-structured Parzen estimator (Bergstra et al. 2011) for combinations.

    It is asked for a batch at a time and told of all of it, in order: with the same seed the same
    combinations follow from the same errors, whatever run was done first. So a search that was
    stopped goes on when it is begun again, with the runs that are done already.

    Parameters
    ----------
    space : dict
    n : int
        Combinations in all.
    seed : int

    Raises
    ------
    ModelError
        Optuna is not installed.
    """

    def __init__(self, space: dict[str, Values], n: int, seed: int = 0):
        self._space, self._n = space, n
        self._optuna = needed("optuna", "search", "--optuna")
        self._optuna.logging.set_verbosity(self._optuna.logging.WARNING)
        with warnings.catch_warnings():  # Optuna 4 calls `constant_liar` experimental
            warnings.simplefilter("ignore", self._optuna.exceptions.ExperimentalWarning)
            sampler = self._optuna.samplers.TPESampler(seed=seed, constant_liar=True)
        self._study = self._optuna.create_study(sampler=sampler)
        self._trials: list = []

    def batches(self) -> Iterator[list[Combination]]:
        """Combinations to try; `tell` has to follow each batch."""
        left = self._n
        while left:
            self._trials = [self._study.ask() for _ in range(min(BATCH, left))]
            left -= len(self._trials)
            yield [self._combination(trial) for trial in self._trials]

    def tell(self, errors: list[float | None]) -> None:
        """Tell the mean error of each combination of the batch; None where there is none."""
        for trial, error in zip(self._trials, errors):
            failed = error is None
            state = self._optuna.trial.TrialState.FAIL if failed else None
            self._study.tell(trial, error, state=state)

    def _combination(self, trial) -> Combination:
        return {path: self._value(trial, path) for path in self._space}

    def _value(self, trial, path: str):
        values = self._space[path]
        if isinstance(values, Range):
            low, high = values.ends
            if values.integers:
                return trial.suggest_int(path, low, high, log=values.log)
            return values.value(trial.suggest_float(path, low, high, log=values.log))
        return values[trial.suggest_categorical(path, list(range(len(values))))]


def check_split(model) -> None:
    """A search needs a validation split, so that the test set stays unseen.

    Raises
    ------
    ModelError
        There is none.
    """
    if not model.task.validation:
        raise ModelError(
            "a search for the least error would choose by the test set: hold out training stimuli"
            " with task.validation, such as --set task.validation=200"
        )
