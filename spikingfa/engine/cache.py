"""Compiled networks are kept in the user's cache folder, named after what they are made of."""

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from platformdirs import user_cache_path

from spikingfa.blueprint import Blueprint
from spikingfa.engine.compiler import COMPILER_FLAGS, identity
from spikingfa.errors import BuildError


@dataclass(frozen=True)
class Program:
    """A compiled network: its folder, and what compiling it took just now (0 from the cache)."""

    folder: Path
    build_seconds: float


def cache_folder() -> Path:
    """`$SPIKINGFA_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("SPIKINGFA_CACHE")
    return Path(chosen) if chosen else user_cache_path("spikingfa")


def cache_key(blueprint: Blueprint) -> str:
    """A digest of all that is compiled in."""
    folder = Path(__file__).parent
    sources = sorted(path for end in ("py", "cpp", "h") for path in folder.rglob(f"*.{end}"))
    ingredients = [
        blueprint.to_json(),
        version("brian2"),
        identity(),
        *COMPILER_FLAGS,
        *(path.read_text("utf-8") for path in sources),
    ]
    return hashlib.sha256("\0".join(ingredients).encode()).hexdigest()[:24]


def compiled(blueprint: Blueprint) -> Program:
    """The program for `blueprint`: from the cache, or compiled now and put there.

    The process that compiles (:mod:`spikingfa.engine.build`) holds a lock, so that two runs share
    one build; it works in a folder of its own, renamed when it is complete, so that a build that
    was killed half-way is never taken for finished.

    Raises
    ------
    BuildError
        There is no compiler, compiling failed, or the cache folder cannot be written.
    """
    folder = cache_folder() / cache_key(blueprint)
    if folder.is_dir():
        return Program(folder, 0.0)
    start = time.perf_counter()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _build(blueprint, folder)
    except OSError as error:
        raise BuildError(
            f"cannot keep the compiled network in {folder.parent}: {error.strerror or error};"
            " SPIKINGFA_CACHE may name another folder"
        ) from None
    return Program(folder, time.perf_counter() - start)


def _build(blueprint: Blueprint, folder: Path) -> None:
    # -P: this package, and not one that lies in the current folder
    command = [sys.executable, "-P", "-m", "spikingfa.engine.build", str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, input=blueprint.to_json(), env=_environment()
    )
    if done.returncode != 0:
        log = folder.with_suffix(".log")
        log.write_text(done.stdout + done.stderr)
        raise BuildError(f"compiling the network failed: {_reason(done.stderr)} (all of it: {log})")


def _environment() -> dict[str, str]:
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "rror:" in line]
    return (errors or lines or ["no message"])[-1 if not errors else 0]
