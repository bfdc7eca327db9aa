"""Runs a compiled network, one process per chunk."""

import json
import logging
import math
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from spikingfa.base.cores import n_cores
from spikingfa.base.errors import SimulationError
from spikingfa.base.files import as_folder_error
from spikingfa.base.interrupts import ignored
from spikingfa.engine.by_row import by_row_problem
from spikingfa.engine.chunk import Chunk, Outcome, Progress, shares
from spikingfa.engine.compiled import checksums
from spikingfa.engine.compiled.cache import Program, compiled
from spikingfa.engine.compiled.following import Output, follow, killed_on_error, status
from spikingfa.network.blueprint import Blueprint

_log = logging.getLogger(__name__)


class StandaloneEngine:
    """C++ standalone; the program comes from the cache where it can.

    Parameters
    ----------
    blueprint : Blueprint
    scratch : Path
        Folder for the files that go to and from the program.
    """

    def __init__(self, blueprint: Blueprint, scratch: Path):
        self.blueprint = blueprint
        self._scratch = scratch.absolute()  # the program runs in its own folder
        program = self._compiled()
        self.build_seconds = program.build_seconds
        self._folder = program.folder
        self._manifest = json.loads((program.folder / "manifest.json").read_text())
        self._kept: dict[str, np.ndarray] = {}

    def _compiled(self) -> Program:
        for projection in self.blueprint.projections:
            if reason := by_row_problem(self.blueprint, projection):
                _log.info("%s takes Brian2's own path: %s", projection.name, reason)
        return compiled(self.blueprint)

    def run(self, chunk: Chunk, progress: Progress | None = None) -> Outcome:
        """Simulate a chunk; see `Engine.run`.

        Raises
        ------
        SimulationError
            The program failed, or what it left is not complete (a full disk).
        """
        with tempfile.TemporaryDirectory(dir=self._scratch, prefix="chunk-") as name:
            folder = Path(name)
            output = self._execute(self._arguments(chunk, folder), chunk, folder, progress)
            for one in chunk.traced:
                shutil.move(folder / "traces" / f"{one.name}.npy", one.path)
            return self._read(chunk, folder / "results", output.diverged)

    def run_all(self, chunks: list[Chunk], progress: Progress | None = None) -> list[Outcome]:
        """Simulate chunks on all cores; see `run`."""
        self._files(chunks[0], self._scratch)  # once for all
        with ThreadPoolExecutor(n_cores()) as pool:
            return list(pool.map(self.run, chunks, shares(chunks, progress)))

    def _arguments(self, chunk: Chunk, folder: Path) -> list[str]:
        steps = round(chunk.trial / self.blueprint.dt)
        values = {
            **chunk.parameters,
            "run.n_steps": steps * len(chunk.order),
            "run.steps_per_trial": steps,
            "run.steps_per_report": max(1, steps * len(chunk.order) // 100),
            "run.seed": chunk.seed,
            "run.recording": int(chunk.record),
        }
        unknown = [name for name in (*values, *chunk.arrays) if name not in self._manifest]
        if unknown:
            raise SimulationError(f"the network has no variable {unknown[0]}")
        self._check_steps(values["run.n_steps"])
        for name, array in chunk.arrays.items():
            entry = self._manifest[name]
            self._check_shape(name, array)
            _write(_padded(array, entry), entry["dtype"], folder / name)
            values[name] = folder / name
        return [
            f"{self._manifest[name]['argument']}={_plain(value)}" for name, value in values.items()
        ]

    def _check_steps(self, n_steps: int) -> None:
        """See that the program can count so many steps."""
        most = np.iinfo(self._manifest["run.n_steps"]["dtype"]).max
        if not 0 < n_steps <= most:
            raise SimulationError(f"a simulation has 1 to {most} time steps, not {n_steps}")

    def _check_shape(self, name: str, array: np.ndarray) -> None:
        """See that an array is as long as the program needs it, which goes on if it is not."""
        group, size = name.rpartition(".")[0], self._manifest[name]["size"]
        shape = (size,)
        for p in self.blueprint.projections:
            if p.name == group and p.connect == "all":
                shape = tuple(self.blueprint.population(end).size for end in (p.pre, p.post))
        if shape != (None,) and array.shape != shape:
            raise SimulationError(f"{name} has the shape {array.shape}, the network needs {shape}")

    def _execute(self, arguments, chunk: Chunk, folder: Path, progress: Progress | None) -> Output:
        _write(chunk.trials, np.int32, folder / "trials")
        (folder / "results").mkdir()
        if checksums.problem(self._folder):  # since the last chunk, or the cache was emptied
            self._compiled()
        files = {
            **self._files(chunk, folder),
            "SPIKINGFA_TRIALS": str(folder / "trials"),
            "SPIKINGFA_RESULTS": f" {' '.join(self._wanted(chunk))} ",
        }
        if chunk.traced:
            files["SPIKINGFA_TRACES"] = str(self._traces(chunk, folder / "traces"))
        program = subprocess.Popen(
            [self._folder / "main", "--results_dir", f"{folder / 'results'}/", *arguments],
            cwd=self._folder,
            env=os.environ | files,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0 if ignored() else None,  # Brian2's programs heed Ctrl-C in any case
        )
        with program, killed_on_error(program):
            output = follow(program.stdout, progress, self._complains)
            # the program goes on after a file it cannot read or write, and only says so
            if status(program) != 0 or output.complaints:
                reason = (output.complaints or [f"exit status {program.returncode}"])[0]
                raise SimulationError(f"the simulation failed: {reason}")
        return output

    @staticmethod
    def _complains(line: str) -> bool:
        """Whether a line that is neither progress nor divergence tells of a failure."""
        return True

    def _traces(self, chunk: Chunk, folder: Path) -> Path:
        """Traced variables, and the files that the program appends to."""
        folder.mkdir()
        n_steps = len(chunk.order) * round(chunk.trial / self.blueprint.dt)
        for one in chunk.traced:
            which = one.which if one.which.ndim == 1 else self._places(one.name, one.which)
            _write(np.array([one.every, *which]), np.int64, folder / f"{one.name}.which")
            header = {"descr": "<f8", "fortran_order": False}
            with open(folder / f"{one.name}.npy", "wb") as file:
                shape = (one.n_times(n_steps), len(which))
                np.lib.format.write_array_header_1_0(file, header | {"shape": shape})
        return folder

    def _places(self, name: str, which: np.ndarray) -> np.ndarray:
        """Numbers of synapses, given as pairs of neurons, as they lie one after the other."""
        ends = self.blueprint.projection(name.partition(".")[0])
        first, second = which.T[::-1] if self._manifest[name]["by_column"] else which.T
        within = ends.pre if self._manifest[name]["by_column"] else ends.post
        return first * self.blueprint.population(within).size + second

    def _wanted(self, chunk: Chunk) -> list[str]:
        """Files that `_read` reads."""
        names = [*chunk.carried]
        for p in self.blueprint.populations:
            names += [
                f"{group}.{name}" for name in p.recorded for group in (p.name, f"{p.name}_readout")
            ]
            if p.threshold:
                names += [f"{p.name}.n_spikes"]
            if p.threshold and chunk.record:
                names += [f"{p.name}_spikes.{name}" for name in ("N", "t", "i")]
        return [self._manifest[name]["file"] for name in names]

    def _files(self, chunk: Chunk, folder: Path) -> dict[str, str]:
        """Files of the tables that a chunk looks up, by the variable that names them.

        Those that other chunks look up too are written when they are first seen.
        """
        files = {}
        for name, table in chunk.tables.items():
            path = (self._scratch if chunk.kept else folder) / name
            if not chunk.kept or self._kept.get(name) is not table:
                _write(table, np.int32 if name.endswith("_starts") else np.float32, path)
            if chunk.kept:
                self._kept[name] = table
            files[f"SPIKINGFA_{name.upper()}"] = str(path)
        return files

    def _read(self, chunk: Chunk, results: Path, diverged: dict[str, int]) -> Outcome:
        populations = self.blueprint.populations
        shapes = {name: chunk.arrays[name].shape for name in chunk.carried}
        return Outcome(
            state={name: self._array(results, name, shape) for name, shape in shapes.items()},
            readout={
                name: self._readout(results, population.name, name, len(chunk.order))
                for population in populations
                for name in population.recorded
            },
            n_spikes={
                p.name: int(self._array(results, f"{p.name}.n_spikes").sum(dtype=np.int64))
                for p in populations
                if p.threshold
            },
            spikes=self._spikes(results) if chunk.record else {},
            duration=chunk.duration,
            diverged=diverged,
        )

    def _readout(self, results: Path, population: str, name: str, n_trials: int) -> np.ndarray:
        # the monitor looks at the onset of each trial, so the last one's values come from the end
        at_end = self._array(results, f"{population}.{name}")
        shape = (n_trials, at_end.size)
        at_onsets = self._array(results, f"{population}_readout.{name}", shape)
        return np.vstack([at_onsets[1:], at_end])

    def _spikes(self, results: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        spikes = {}
        for p in self.blueprint.populations:
            if p.threshold:
                n_spikes = self._array(results, f"{p.name}_spikes.N")
                shape = (int(n_spikes[0]),)
                names = (f"{p.name}_spikes.{name}" for name in "ti")
                spikes[p.name] = tuple(self._array(results, name, shape) for name in names)
        return spikes

    def _array(self, results: Path, name: str, shape: tuple[int, ...] | None = None) -> np.ndarray:
        """Read an array; its shape is that of the manifest, or `shape` where it may grow."""
        entry = self._manifest[name]
        path = results / entry["file"]
        array = np.fromfile(path, entry["dtype"]) if path.exists() else np.empty(0, entry["dtype"])
        shape = (entry["size"],) if shape is None else shape
        lines = shape[::-1] if entry["by_column"] else shape
        stored = lines if entry["stride"] is None else (lines[0], entry["stride"])
        if array.size != math.prod(stored):
            raise SimulationError(
                f"the simulation left {array.size} of {math.prod(stored)} values of {name} in"
                f" {results}: is the disk full?"
            )
        if stored == (array.size,):
            return array
        array = array.reshape(stored)[:, : lines[1]]
        return np.ascontiguousarray(array.T) if entry["by_column"] else array


def _padded(array: np.ndarray, entry: dict) -> np.ndarray:
    """Synapses by rows or columns, as far apart as in the program."""
    if entry["stride"] is None:
        return array
    lines = array.T if entry["by_column"] else array
    return np.pad(lines, ((0, 0), (0, entry["stride"] - lines.shape[1])))


def _write(array: np.ndarray, dtype: str, path: Path) -> None:
    # not ndarray.tofile, which says nothing when the disk is full
    try:
        with open(path, "wb") as file:
            file.write(np.ascontiguousarray(array, dtype).data)
    except OSError as error:
        raise as_folder_error(error, path) from None


def _plain(value) -> str:
    return repr(float(value)) if isinstance(value, float) else str(value)
