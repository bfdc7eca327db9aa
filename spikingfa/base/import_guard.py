"""Keeps settings that lie in the current folder from being read: the folder may be a stranger's.

Brian2 evaluates ``brian_preferences``, and matplotlib takes the names of programs from
``matplotlibrc``, when they are imported. Neither can be told to leave the current folder out, so
both are imported from the root folder. The user's own settings, elsewhere, are read as ever.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec

from spikingfa.base.errors import ModelError, SpikingFAError

#: What reads settings when it is imported, and where the user's own are.
READERS = {
    "brian2": "~/.brian/user_preferences",
    "matplotlib": "$MATPLOTLIBRC or ~/.config/matplotlib/matplotlibrc",
}
#: What Brian2 imports for sessions, which plot and test: a command does without.
FOR_SESSIONS = ("pylab", "pytest")
_PATHS = ("MATPLOTLIBRC", "MPLCONFIGDIR")  # variables that may name a file or folder from here on


class _Guard(MetaPathFinder):
    """Finds Brian2 and matplotlib as ever, and has them read no settings of the current folder.

    What is `left_out` cannot be imported meanwhile.
    """

    left_out: tuple[str, ...] = ()

    def find_spec(self, name, path=None, target=None) -> ModuleSpec | None:
        if name not in READERS:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        spec = next(filter(None, (one.find_spec(name, path, target) for one in others)), None)
        if spec is not None and spec.loader is not None:
            spec.loader.exec_module = _elsewhere(spec.loader.exec_module, self.left_out)
        return spec


_GUARD = _Guard()


def install() -> None:
    """Guard all imports from now on."""
    if _GUARD not in sys.meta_path:
        sys.meta_path.insert(0, _GUARD)


@contextlib.contextmanager
def guarded(left_out: tuple[str, ...] = ()) -> Iterator[None]:
    """Guard imports meanwhile; Brian2 and matplotlib are imported without what is left out."""
    already, before = _GUARD in sys.meta_path, _GUARD.left_out
    install()
    _GUARD.left_out = left_out
    try:
        yield
    finally:
        _GUARD.left_out = before
        if not already:
            sys.meta_path.remove(_GUARD)


def _elsewhere(execute, left_out: tuple[str, ...]):
    """A module's execution, from the root folder; settings that it refuses are one line."""

    def exec_module(module) -> None:
        try:
            with _in_root_folder(), _without(left_out):
                execute(module)
        except (ImportError, SpikingFAError):
            raise
        except Exception as error:
            name = module.__name__
            reason = f"cannot import {name}: {error or type(error).__name__}"
            raise ModelError(f"{reason} (are the settings in {READERS[name]} right?)") from error

    return exec_module


@contextlib.contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Let importing these fail meanwhile, those that are imported already aside."""
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # None: ImportError
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]


@contextlib.contextmanager
def _in_root_folder() -> Iterator[None]:
    if not os.access(".", os.X_OK):  # nothing can be read in it, and nobody could come back
        yield
        return
    for name in _PATHS:
        if os.environ.get(name):
            os.environ[name] = os.path.abspath(os.environ[name])
    here = os.open(".", getattr(os, "O_PATH", os.O_RDONLY))  # its name may have gone
    try:
        os.chdir("/")
        yield
    finally:
        os.fchdir(here)
        os.close(here)
