"""Warnings of the package, at the line of the user's program that led to them."""

import sys
import warnings

from spikingfa.base.errors import SpikingFAWarning

_INSIDE = ("spikingfa", "pydantic", "contextlib")


def warn(text: str) -> None:
    """Warn of doubtful input; Python shows it once for each line that leads to it."""
    warnings.warn(text, SpikingFAWarning, stacklevel=_level_of_the_user())


def _level_of_the_user() -> int:
    """Number of calls from `warn` up to the first caller outside of the package."""
    frame, level = sys._getframe(1), 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _INSIDE:
        frame, level = frame.f_back, level + 1
    return level
