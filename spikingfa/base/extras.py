"""Packages that only some users need."""

import warnings
from importlib import import_module
from types import ModuleType

from spikingfa.base.errors import ModelError


def needed(module: str, extra: str, what: str) -> ModuleType:
    """Import a package of an extra, which leaves the filters of warnings as they were.

    Raises
    ------
    ModelError
        It is not installed.
    """
    try:
        with warnings.catch_warnings():  # Elephant has users see what Brian2 says of pyparsing
            return import_module(module)
    except ImportError:
        raise ModelError(
            f"{what} needs {module.partition('.')[0]}, which is not installed:"
            f" pip install spikingfa[{extra}]"
        ) from None
