"""Callbacks: what is done between epochs of a training.

A callback is a function of a `Training`. One that has a method ``check`` is given the model before
anything is trained, and may refuse it.
"""

import re
from collections.abc import Callable, Sequence

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.base.text import shown
from spikingfa.model.model import Model
from spikingfa.run_folder.held_out import error_in
from spikingfa.training.training import Training

Callback = Callable[[Training], object]


def check_callbacks(callbacks: Sequence[Callback], model: Model) -> None:
    """See that all of them can be called, and suit the model.

    Raises
    ------
    ModelError
        One does not.
    """
    for callback in callbacks:
        if not callable(callback):
            raise ModelError(f"callbacks: needs functions of a Training, got {shown(callback)}")
        if hasattr(callback, "check"):
            callback.check(model)


def trials_of(every: int | str | None) -> int | None:
    """Trials from one call of callbacks to the next, of a number or ``"500 trials"``.

    Raises
    ------
    ModelError
        It is neither.
    """
    if every is None:
        return None
    match = re.fullmatch(r"\s*([0-9]+)( trials?)?\s*", str(every))
    if isinstance(every, bool) or not match or int(match[1]) < 1:
        raise ModelError(f'every: needs a number of trials, such as "500 trials", got {every!r}')
    return int(match[1])


def best_epoch(training: Training, min_delta: float = 0.0) -> int:
    """The epoch that was best in validation, of those after learning began.

    A later one is better only by more than `min_delta`, a part of one.
    """
    best, lowest = 1, np.inf
    for epoch, error in enumerate(error_in(training.history)):
        if epoch and error < lowest - min_delta:
            best, lowest = epoch, error
    return best


class _Judging:
    """What goes by the error in validation: the test set must not steer learning."""

    def check(self, model: Model) -> None:
        """Refuse a model that holds no training stimuli out.

        Raises
        ------
        ModelError
            ``task.validation`` is 0.
        """
        if not model.task.validation:
            raise ModelError(
                f"{type(self).__name__} needs task.validation > 0, training stimuli that are held"
                " out: the test set must not steer learning"
            )


class EarlyStopping(_Judging):
    """End the training when the error in validation has not fallen for some epochs.

    It goes by the history alone, so that a run that was interrupted ends where it would have.

    Parameters
    ----------
    patience : int
        Epochs without a better one, after which the training ends.
    min_delta : float
        By how much an error must be lower to be better, as a fraction: 0.001 is 0.1 %.

    Examples
    --------
    >>> import spikingfa
    >>> model = spikingfa.load_model("digits_fa").but({"task.validation": 287})
    >>> run = spikingfa.train(                                          # doctest: +SKIP
    ...     model, callbacks=[spikingfa.EarlyStopping(patience=3), spikingfa.KeepBest()]
    ... )
    """

    def __init__(self, patience: int = 3, min_delta: float = 0.0):
        if type(patience) is not int or patience < 1:
            raise ModelError(f"patience: needs a number of epochs from 1 on, got {patience!r}")
        if not min_delta >= 0:
            raise ModelError(f"min_delta: needs a number from 0 on, got {min_delta!r}")
        self.patience, self.min_delta = patience, min_delta

    def __call__(self, training: Training) -> None:
        """Stop if the last `patience` epochs were no better than the best before."""
        last = len(training.history["epoch"]) - 1
        if training.epoch_is_done and last - best_epoch(training, self.min_delta) >= self.patience:
            training.stop()


class KeepBest(_Judging):
    """Keep the weights of the epoch with the lowest error in validation, beside the last ones.

    ``run.weights_after(keep.epoch)`` are these; another training begins with them by ``start=``.

    Attributes
    ----------
    epoch : int or None
        The epoch whose weights are kept.
    """

    def __init__(self) -> None:
        self.epoch: int | None = None

    def __call__(self, training: Training) -> None:
        """Keep the weights if this epoch is the best so far, and forget those of the last best."""
        if not training.epoch_is_done:
            return
        best = best_epoch(training)
        if best == training.epoch:
            training.keep_weights()
            others = range(1, best) if not training.model.recording.weights else ()
            for epoch in others:
                training.forget_weights(epoch)
        self.epoch = best
