"""Groups of stimuli, such as animals, sessions or speakers: whole ones are held out.

Trials of one animal are alike, so that a network which was trained on some of them is not tested
by the others: a group is trained on, or it is not (leave one group out).
"""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.base.text import nearest
from spikingfa.tasks.labels import read_labels


def read_groups(values, n: int, where: str) -> np.ndarray:
    """Names of the groups that stimuli are of, shape (n,).

    Raises
    ------
    DataError
        There are not `n`, one of them is missing, or all are the same.
    """
    names = read_labels(values, where)
    if len(names) != n:
        raise DataError(f"{where} needs a group for each of {n} stimuli, got {len(names)}")
    if len(names.names) < 2:
        raise DataError(f"{where} needs at least two groups, got {len(names.names)}")
    return np.array(names.names)[names.rows]


def of_groups(groups: np.ndarray, names: tuple[str, ...], key: str) -> np.ndarray:
    """Whether each stimulus is of one of these groups, shape (n,); `key` is what errors name.

    Raises
    ------
    DataError
        There is no such group, or no other one.
    """
    there = np.unique(groups).tolist()
    for name in names:
        if name not in there:
            raise DataError(f"{key}: there is no group {name!r}{nearest(name, there)}")
    if not set(there) - set(names):
        raise DataError(f"{key} = {', '.join(names)}: these are all groups, none is left")
    return np.isin(groups, names)


def drawn_groups(groups: np.ndarray, part: float, seed: int) -> np.ndarray:
    """Whether each stimulus is of the drawn groups, shape (n,): that part of them, at least one."""
    names = np.unique(groups)
    n = min(max(round(part * len(names)), 1), len(names) - 1)
    return np.isin(groups, np.random.default_rng(seed).permutation(names)[:n])
