"""Compiled networks are kept in the user's cache folder, named after what they are made of."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock
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
    sources = sorted(Path(__file__).parent.glob("*.py"))
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

    A build takes place beside the final folder and is renamed when it is complete, so that one
    that was killed half-way is never taken for finished; a lock lets two runs share one build.

    Raises
    ------
    BuildError
        There is no compiler, compiling failed, or the cache folder cannot be written.
    """
    folder = cache_folder() / cache_key(blueprint)
    if folder.is_dir():
        return Program(folder, 0.0)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            if folder.is_dir():
                return Program(folder, 0.0)
            return Program(folder, _build(blueprint, folder))
    except OSError as error:
        raise BuildError(
            f"cannot keep the compiled network in {folder.parent}: {error.strerror or error};"
            " SPIKINGFA_CACHE may name another folder"
        ) from None


def _build(blueprint: Blueprint, folder: Path) -> float:
    start = time.perf_counter()
    unfinished = folder.with_suffix(".building")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    text = unfinished / "blueprint.json"
    text.write_text(blueprint.to_json())
    command = [sys.executable, "-m", "spikingfa.engine.build", str(text), str(unfinished)]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        log = folder.with_suffix(".log")
        log.write_text(done.stdout + done.stderr)
        raise BuildError(f"compiling the network failed: {_reason(done.stderr)} (all of it: {log})")
    unfinished.rename(folder)
    return time.perf_counter() - start


def _reason(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "rror:" in line]
    return (errors or lines or ["no message"])[-1 if not errors else 0]
