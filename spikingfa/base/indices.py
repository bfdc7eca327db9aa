"""Indices: which of so many things a user means, in every form that they may be given in."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from operator import index
from typing import SupportsIndex

import numpy as np

from spikingfa.base.errors import SelectionError
from spikingfa.base.text import shown

#: A number, several, a range, a mask (a boolean for each), text such as "0:3"; all if None.
Chosen = SupportsIndex | Sequence[int] | Sequence[bool] | np.ndarray | slice | str | None

FORMS = "0:3, 4 or 0,2,5"  # of text

_NUMBER, _BOUND = r"\s*([-+]?\d+)\s*", r"\s*([-+]?\d+)?\s*"
_RANGE = re.compile(f"{_BOUND}:{_BOUND}(?::{_BOUND})?", re.ASCII)


def read_indices(chosen: Chosen, size: int, whose: str) -> np.ndarray:
    """Read a selection among `size` things that are numbered from 0.

    Parameters
    ----------
    chosen : int, slice, sequence of int, mask, str, or None
        Negative numbers count from the end. A mask has a boolean for each of the things. Text is as
        on the command line: ``"0:3"``, ``"4"``, ``"0,2,5"``. None means all.
    size : int
        How many there are.
    whose : str
        What they are, for messages: ``"trials"``, ``"neurons of hidden"``.

    Returns
    -------
    ndarray of int, shape (n_chosen,)
        Their numbers, in the order in which they are given.

    Raises
    ------
    SelectionError
        It has another form, none is chosen, or there is none of such a number.
    """
    there = f"there are {size}: {whose} 0 to {size - 1}" if size > 0 else f"there are no {whose}"
    try:
        numbers = _numbers(chosen, size)
    except IndexError as error:
        raise SelectionError(f"{whose}: {error}; {there}") from None
    except (TypeError, ValueError):
        needs = f"needs numbers, a slice, a mask, or text such as {FORMS}"
        raise SelectionError(f"{whose}: {needs}, got {shown(chosen)}; {there}") from None
    for number in numbers:
        if not -size <= number < size:
            raise SelectionError(f"no such {whose}: {number}; {there}")
    if not numbers:
        raise SelectionError(f"no such {whose}: {shown(chosen)} chooses none; {there}")
    return np.arange(size)[[*numbers]]


def read_text(text: str) -> list[int | slice]:
    """Read numbers and ranges, separated by commas: ``"0:3"``, ``"4"``, ``"0,2,5"``.

    Raises
    ------
    ValueError
        It has another form.
    """
    return [_part(part) for part in text.split(",")]


def _part(text: str) -> int | slice:
    if match := _RANGE.fullmatch(text):
        part = slice(*(int(bound) if bound else None for bound in match.groups()))
        part.indices(0)  # refuses a step of zero
        return part
    if match := re.fullmatch(_NUMBER, text, re.ASCII):
        return int(match[1])
    raise ValueError(f"needs a form such as {FORMS}, got {shown(text)}")


def _numbers(chosen: Chosen, size: int) -> Sequence[int]:
    """The numbers that are meant, whether there are such or not."""
    if chosen is None:
        return range(size)
    if isinstance(chosen, str):
        return [number for part in read_text(chosen) for number in _numbers(part, size)]
    if isinstance(chosen, slice):
        return range(*chosen.indices(size))
    if isinstance(chosen, range):
        return chosen
    if hasattr(chosen, "__array__"):  # NumPy's scalars too
        chosen = np.asarray(chosen).tolist()
    if not isinstance(chosen, Iterable):
        chosen = [_number(chosen)]
    if isinstance(chosen, Mapping | Set | str | bytes):
        raise TypeError
    values = list(chosen)
    if values and all(isinstance(value, bool | np.bool_) for value in values):
        if len(values) != size:
            raise IndexError(f"a mask needs a boolean for each of {size}, got {len(values)}")
        return [k for k, value in enumerate(values) if value]
    return [_number(value) for value in values]


def _number(value: SupportsIndex) -> int:
    if isinstance(value, bool | np.bool_):
        raise TypeError("a boolean is no number")
    return index(value)
