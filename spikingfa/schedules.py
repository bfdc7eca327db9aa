"""How learning rates fall over a training.

Each schedule gives the part of the initial rate that is left when `progress`, 0 to 1, is done; all
but the constant one end at `final`.
"""

import math
from collections.abc import Callable

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
