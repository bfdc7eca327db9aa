"""Schedules by which learning rates fall over a training.

Each schedule gives the part of the initial rate that is left when `progress`, 0 to 1, is done; all
but the constant one end at `final`. `plateau` goes by what was achieved instead.
"""

import math
from collections.abc import Callable, Sequence

#: Its name in a model file; it goes by the errors so far and not by `progress`.
PLATEAU = "plateau"

Schedule = Callable[[float, float], float]


def constant(progress: float, final: float) -> float:
    """Always 1; `final` does not count."""
    return 1.0


def linear(progress: float, final: float) -> float:
    """1 - (1 - final) p."""
    return 1 - (1 - final) * progress


def exponential(progress: float, final: float) -> float:
    """final ** p."""
    return final**progress


def cosine(progress: float, final: float) -> float:
    """final + (1 - final) (1 + cos(pi p)) / 2 (Loshchilov & Hutter 2017, arXiv:1608.03983)."""
    return final + (1 - final) * (1 + math.cos(math.pi * progress)) / 2


#: By their name in a model file: ``plasticity.schedule``.
SCHEDULES: dict[str, Schedule] = {
    function.__name__: function for function in (exponential, cosine, linear, constant)
}


def plateau(errors: Sequence[float], patience: int, factor: float) -> float:
    """factor ** n after n plateaus: `patience` epochs in which the error was not the least so far.

    Depends on nothing but the errors, so that a run which goes on gets the same rates.

    Parameters
    ----------
    errors : sequence of float
        Validation error before training, and after each epoch so far.
    patience : int
        Epochs.
    factor : float
        What is left of the learning rates after a plateau.
    """
    least, waited, left = math.inf, 0, 1.0
    for error in errors:
        waited = 0 if error < least else waited + 1
        least = min(least, error)
        if waited == patience:
            waited, left = 0, left * factor
    return left


def part_left(section, progress: float, errors: Sequence[float] = ()) -> float:
    """Part of the initial learning rates that is left; `section` is a model's `Plasticity`."""
    if section.schedule == PLATEAU:
        left = plateau(errors, section.patience, section.plateau_factor)
        return max(left, section.eta_final)
    return SCHEDULES[section.schedule](progress, section.eta_final)
