"""Compiled networks are kept in the user's cache folder, named after what they are made of."""

import hashlib
import logging
import os
import platform
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from spikingfa.base.errors import BuildError, SpikingFAWarning
from spikingfa.base.files import cache_folder
from spikingfa.base.subprocesses import environment, finished
from spikingfa.engine.compiled import checksums
from spikingfa.engine.compiled.compiler import (
    COMPILER_FLAGS,
    compiler,
    first_error,
    flags,
    identity,
)
from spikingfa.network.blueprint import Blueprint

_log = logging.getLogger(__name__)

#: What writes the C++, with numbers and formulas in it.
_GENERATORS = ("brian2", "sympy", "numpy")
_DAMAGED = "the compiled network in the cache was damaged and is built again"

#: Seconds. Compiling takes 20 s, minutes where other processes keep the cores busy.
COMPILE_LIMIT = 3600


@dataclass(frozen=True)
class Program:
    """A compiled network: its folder, and what compiling it took just now (0 from the cache)."""

    folder: Path
    build_seconds: float


@dataclass(frozen=True)
class Builder:
    """A module that compiles networks when it is run, and its arguments.

    Attributes
    ----------
    module : str
        Is run as ``python -m MODULE FOLDER *arguments`` and given the blueprint.
    arguments : tuple of str
    ingredients : tuple of str
        What its programs depend on besides what all do.
    """

    module: str
    arguments: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()


CPP = Builder("spikingfa.engine.compiled.build")


def cache_key(blueprint: Blueprint, builder: Builder = CPP) -> str:
    """A digest of all that is compiled in."""
    ingredients = [
        blueprint.to_json(),
        *(version(package) for package in _GENERATORS),
        identity(),
        c_library(),
        *flags(),
        *builder.ingredients,
        *(path.read_text("utf-8") for path in sources()),
    ]
    return hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:24]


def sources() -> list[Path]:
    """The files of this package that have a part in the code that is compiled."""
    engine, brian = Path(__file__).parents[1], Path(__file__).parents[2] / "base" / "brian.py"
    ends = ("py", "cpp", "h", "cu", "cuh")
    files = sorted(path for end in ends for path in engine.rglob(f"*.{end}"))
    return [*files, brian]


def c_library() -> str:
    """The C library that programs of this machine are linked with when they start."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or platform.platform()
    except (AttributeError, OSError, ValueError):  # it is another one than GNU's
        return platform.platform()


def compiled(blueprint: Blueprint, builder: Builder = CPP) -> Program:
    """The program for `blueprint`: from the cache, or compiled now and put there.

    The process that compiles, such as :mod:`spikingfa.engine.compiled.build`, holds a lock, so that
    two runs share one build; it works in a folder of its own, renamed when it is complete, so that
    a build that was killed half-way is never taken for finished. What is in the cache is compared
    with its checksums every time, and compiled again if it was damaged.

    Raises
    ------
    BuildError
        There is no compiler, compiling failed, or the cache folder cannot be written or programs
        in it not be executed.
    """
    folder = cache_folder() / cache_key(blueprint, builder)
    damaged = checksums.problem(folder)
    if not damaged:
        return Program(folder, 0.0)
    if folder.exists():
        _log.warning(f"{_DAMAGED}: {damaged}")
    if builder is CPP:
        _warn_of_slow_flags()
    start = time.perf_counter()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder.parent):  # a lock would be tried for again and again
            pass
        _build(blueprint, folder, builder)
    except OSError as error:
        raise BuildError(
            f"cannot keep the compiled network in {folder.parent}: {error.strerror or error};"
            " SPIKINGFA_CACHE may name another folder"
        ) from None
    if damaged := checksums.problem(folder):
        raise BuildError(
            f"the network was compiled in {folder}, but {damaged}: SPIKINGFA_CACHE may name another"
            " folder, on a file system that lets programs be executed"
        )
    return Program(folder, time.perf_counter() - start)


def _warn_of_slow_flags() -> None:
    left_out = [flag for flag in COMPILER_FLAGS if flag not in flags()]
    if left_out:
        warnings.warn(
            f"the compiler {compiler()[0]!r} lacks {', '.join(left_out)} and is used without:"
            " the same numbers, perhaps more slowly; CXX may name another",
            SpikingFAWarning,
            stacklevel=2,
        )


def _build(blueprint: Blueprint, folder: Path, builder: Builder) -> None:
    # -P: this package, and not one that lies in the current folder
    command = [sys.executable, "-P", "-m", builder.module, str(folder), *builder.arguments]
    try:
        done = finished(command, COMPILE_LIMIT, blueprint.to_json(), env=environment())
    except TimeoutError:
        raise BuildError(
            f"compiling the network did not end in {COMPILE_LIMIT / 60:g} min and was stopped: is"
            f" the machine overloaded, or the file system of {folder.parent} slow? SPIKINGFA_CACHE"
            " may name another folder"
        ) from None
    if done.returncode != 0:
        log = folder.with_suffix(".log")
        log.write_text(done.stdout + done.stderr)
        raise BuildError(f"compiling the network failed: {_reason(done.stderr)} (all of it: {log})")


def _reason(output: str) -> str:
    said = first_error(output).removeprefix(f"{BuildError.__module__}.{BuildError.__name__}: ")
    return said or "no message"
