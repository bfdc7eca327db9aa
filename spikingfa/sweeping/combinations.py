"""Combinations of values: all of them, or some that are drawn."""

from itertools import product
from math import prod
from typing import Any

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.sweeping.values import Range, Values

Combination = dict[str, Any]  # values by dotted path


def grid(space: dict[str, Values]) -> list[Combination]:
    """Every combination, the last parameter changing first.

    Raises
    ------
    ModelError
        There is a range, of which a grid has no points.
    """
    for path, values in space.items():
        if isinstance(values, Range):
            raise ModelError(
                f"{path} = {values}: a range needs a number of draws, --random N or --optuna N"
            )
    return [dict(zip(space, values)) for values in product(*space.values())]


def drawn(space: dict[str, Values], n: int, seed: int = 0) -> list[Combination]:
    """So many combinations, drawn at random, none of them twice.

    Of lists and short ranges of integers there may be fewer than `n`.
    """
    rng = np.random.default_rng(seed)
    if not any(isinstance(values, Range) for values in space.values()):
        n = min(n, prod(len(values) for values in space.values()))
    different: dict[str, Combination] = {}
    for part in rng.random((20 * n, len(space))):
        one = {path: _at(space[path], x) for path, x in zip(space, part)}
        different.setdefault(str(one), one)
        if len(different) == n:
            break
    return list(different.values())


def _at(values: Values, part: float) -> Any:
    return values.at(part) if isinstance(values, Range) else values[int(part * len(values))]
