"""Plain Python in place of what NumPy and pathlib have for the same."""

import os
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """The number, text or list that a NumPy value or a path stands for; anything else itself.

    What stands in dicts, lists and tuples is turned likewise; Brian2's quantities, which are
    arrays too, stay quantities.
    """
    if isinstance(value, np.generic) or type(value) is np.ndarray:
        return value.tolist()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if type(value) is dict:
        return {key: plain(entry) for key, entry in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    return value


def whole_number(value: Any) -> int | None:
    """An integer of Python or NumPy as a Python one; None if it is none, such as True or 3.0."""
    value = plain(value)
    return value if type(value) is int else None


def real_number(value: Any) -> float | None:
    """A finite number of Python or NumPy as a Python one; None if it is none, such as True."""
    value = plain(value)
    return value if type(value) in (int, float) and np.isfinite(value) else None
