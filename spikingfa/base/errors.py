"""Errors and warnings that are no fault of the package. Each error is also a builtin one."""

import sys
import warnings

_INSIDE = ("spikingfa", "pydantic", "contextlib")


class SpikingFAError(Exception):
    """Base of the errors that a user can mend; its text is one line."""


class ModelError(SpikingFAError, ValueError):
    """A model file or a setting is wrong: a key, a unit, a value."""


class SelectionError(ModelError, IndexError):
    """Numbers of trials, neurons or stimuli are wrong: their form, or there are none such."""


class DataError(SpikingFAError, ValueError):
    """The data to train on cannot be used."""


class RunFolderError(SpikingFAError, OSError):
    """A run folder cannot be written, or what it holds cannot be read."""


class BuildError(SpikingFAError, RuntimeError):
    """The generated C++ or CUDA could not be compiled."""


class ClusterError(SpikingFAError, ConnectionError):
    """The workers of a sweep cannot be reached or started."""


class SimulationError(SpikingFAError, RuntimeError):
    """The simulation ended without a usable result."""


class SpikingFAWarning(UserWarning):
    """Input that is doubtful: results may not be what was meant."""


def warn(text: str) -> None:
    """Warn of doubtful input; Python shows it once for each line that leads to it."""
    warnings.warn(text, SpikingFAWarning, stacklevel=_level_of_the_user())


def _level_of_the_user() -> int:
    """Number of calls from `warn` up to the first caller outside of the package."""
    frame, level = sys._getframe(1), 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in _INSIDE:
        frame, level = frame.f_back, level + 1
    return level
