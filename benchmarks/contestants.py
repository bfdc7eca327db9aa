"""Four ways to train the same network: each is built once and then runs the first n images."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import stock
from bench_data import Case

from spikingfa.engine import Outcome
from spikingfa.engine.compiled.cache import cache_key
from spikingfa.engine.compiled.compiler import compiler
from spikingfa.engine.compiled.standalone import StandaloneEngine

HERE = Path(__file__).parent
LIMIT_FLAGS = ("-std=c++17", "-O3", "-march=native", "-ffast-math", "-Wno-ignored-attributes")


@contextmanager
def _environment(name: str, value) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = str(value)
    try:
        yield
    finally:
        os.environ.pop(name) if before is None else os.environ.update({name: before})


class Ours:
    """spikingfa's engine, as training uses it."""

    def __init__(self, case: Case, scratch: Path):
        self.case = case
        scratch.mkdir()
        self.engine = StandaloneEngine(case.blueprint, scratch)

    def run(self, n: int) -> Outcome:
        """Train on the first `n` images."""
        return self.engine.run(self.case.chunk(n))


class Stock:
    """Stock Brian2 C++ standalone.

    The program is laid where the engine's cache would have it, so that starting it, handing
    over arrays and reading results are the same code as with `Ours`; the program is Brian2's own.

    Parameters
    ----------
    lengths : list of int
        Numbers of images that can be run.
    """

    def __init__(self, case: Case, scratch: Path, lengths: list[int]):
        self.case, self._scratch, self._lengths = case, scratch, lengths
        self._blueprint = stock.stock_blueprint(case.blueprint)
        self._program = self._place("cache")
        arguments = [str(v) for v in (float(case.model.training.trial), *lengths)]
        _quietly(
            [sys.executable, HERE / "stock.py", self._program, *arguments],
            input=self._blueprint.to_json(),
        )
        self._engine = self._find("cache")

    def exact(self) -> "Stock":
        """The same source compiled so that every operation is rounded as IEEE 754 says."""
        stock.recompile(self._program, self._place("exact"))
        other = copy(self)
        other._engine = self._find("exact")
        return other

    def _place(self, cache: str) -> Path:
        (self._scratch / cache).mkdir(parents=True)
        return self._scratch / cache / cache_key(self._blueprint)

    def _find(self, cache: str) -> StandaloneEngine:
        with _environment("SPIKINGFA_CACHE", self._scratch / cache):
            return StandaloneEngine(self._blueprint, self._scratch)

    def run(self, n: int) -> Outcome:
        """Train on the first `n` images."""
        if n not in self._lengths:
            raise ValueError(f"compiled for {self._lengths} images, not {n}")
        with _environment("SPIKINGFA_STOP", n):
            return self._engine.run(self.case.chunk(n))


class Limit:
    """The network written by hand: ``limit.cpp``."""

    def __init__(self, case: Case, scratch: Path):
        self.case = case
        self._folder = scratch
        scratch.mkdir()
        sizes = {"INPUT": case.size.n_features, "HIDDEN": case.n_hidden}
        sizes |= {"OUTPUT": case.size.n_classes}
        defines = [f"-DN_{name}={n}" for name, n in sizes.items()]
        source = HERE / "limit.cpp"
        command = [*compiler(), *LIMIT_FLAGS, *defines, source, "-o", scratch / "limit"]
        _quietly(command)
        _write(case.x, np.float32, scratch / "stimuli")

    def run(self, n: int) -> Outcome:
        """Train on the first `n` images."""
        chunk, folder = self.case.chunk(n), self._folder
        _write(np.stack([chunk.order, chunk.targets], axis=1), np.int32, folder / "trials")
        for name, array in chunk.arrays.items():
            _write(array, np.float32, folder / name)
        values = chunk.parameters | {"dt": self.case.blueprint.dt}
        arguments = [f"{name}={float(value)!r}" for name, value in values.items()]
        command = [folder / "limit", folder, *arguments]
        said = _quietly(command)
        return Outcome(
            state={
                name: np.fromfile(folder / f"{name}.out", np.float32).reshape(array.shape)
                for name, array in chunk.arrays.items()
                if name.endswith(".w")
            },
            readout={
                name: np.fromfile(folder / f"{name}.out", dtype).reshape(n, -1)
                for name, dtype in (("count", np.int32), ("charge", np.float32))
            },
            n_spikes={name: int(count) for name, count in re.findall(r"(\w+) (\d+)", said)},
        )


class Runtime:
    """Brian2's runtime, in a process of its own that stays, so that compiling is not timed."""

    def __init__(self, case: Case, target: str):
        self.case = case
        self._pipe, theirs = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(
            target=_serve, args=(case, target, theirs), daemon=True
        )
        self._process.start()
        theirs.close()
        self.run(1)

    @property
    def pid(self) -> int:
        """The process that computes."""
        return self._process.pid

    def run(self, n: int) -> Outcome:
        """Train on the first `n` images."""
        self._pipe.send(n)
        return self._pipe.recv()

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _serve(case: Case, target: str, pipe) -> None:
    import brian2

    from spikingfa.engine.runtime import RuntimeEngine

    brian2.prefs.codegen.target = target
    engine = RuntimeEngine(case.blueprint)
    while True:
        pipe.send(engine.run(case.chunk(pipe.recv())))


def _quietly(command: list, **options) -> str:
    """Run a program; return what it says, and show it if the program fails."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _write(array: np.ndarray, dtype, path: Path) -> None:
    np.ascontiguousarray(array, dtype).tofile(path)
