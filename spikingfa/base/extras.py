"""Packages that only some users need."""

from importlib import import_module
from types import ModuleType

from spikingfa.base.errors import ModelError


def needed(module: str, extra: str, what: str) -> ModuleType:
    """Import a package of an extra.

    Raises
    ------
    ModelError
        It is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise ModelError(
            f"{what} needs {module.partition('.')[0]}, which is not installed:"
            f" pip install spikingfa[{extra}]"
        ) from None
