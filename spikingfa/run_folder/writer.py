"""Writes a run folder: each file is there whole or not at all."""

import contextlib
import errno
import itertools
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from spikingfa.base.array_files import write_arrays
from spikingfa.base.errors import RunFolderError
from spikingfa.base.files import (
    UNFINISHED,
    remove,
    within,
    writable,
    write_csv,
    write_json,
    written_whole,
)
from spikingfa.model.files import write_model
from spikingfa.model.model import Model
from spikingfa.run_folder.data_record import DataRecord
from spikingfa.run_folder.identity import ID, new_id
from spikingfa.run_folder.layout import CHECKPOINT, DATA, FILES, FORMAT, KEPT, START
from spikingfa.run_folder.lock import LOCK, locked
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.state_schema import FEEDBACK

LEFT_OVER = (".scratch-*", f"{UNFINISHED}*")  # of a run that was killed
_FIRST = {"versions.json", START, DATA}  # which alone are no run yet
_PACKAGES = ("spikingfa", "brian2", "numpy", "scipy", "matplotlib", "scikit-learn", "pydantic")


class RunWriter:
    """Writes a run folder; each file is there whole or not at all.

    Parameters
    ----------
    folder : Path
        A folder that does not exist yet, or is empty.
    force : bool
        Whether the files of another run in it may be replaced.

    Raises
    ------
    RunFolderError
        The folder is not empty, or cannot be written.
    """

    def __init__(self, folder: Path, force: bool = False):
        self.folder = Path(folder)
        with writable(self.folder):
            self._check(force)

    def _check(self, force: bool) -> None:
        if not self.folder.exists():
            parent = next(path for path in self.folder.absolute().parents if path.exists())
            if not parent.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if not os.access(parent, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return
        if not self.folder.is_dir():
            raise RunFolderError(f"the run folder {self.folder} is a file")
        if self._holds_something() and not force:
            raise RunFolderError(
                f"the run folder {self.folder} is not empty and nothing is overwritten:"
                " choose another with --out, or replace the run in it with --force"
            )
        taken = [name for name in FILES if (self.folder / name).exists()]
        if taken and "versions.json" not in taken:
            raise RunFolderError(
                f"{self.folder} holds no run (no versions.json) that could be replaced,"
                f" but {taken[0]}: choose another folder"
            )

    def _holds_something(self) -> bool:
        """Whether there is more than a run leaves that was killed while it began."""
        left = {path for pattern in LEFT_OVER for path in self.folder.glob(pattern)}
        there = {path.name for path in self.folder.iterdir() if path not in left} - {LOCK}
        return bool(there) and not (there <= _FIRST and "versions.json" in there)

    @contextlib.contextmanager
    def begin(
        self,
        model: Model,
        keep: bool = False,
        start: dict | None = None,
        data: DataRecord | None = None,
    ):
        """Clear the folder of another run, write the model, and keep a scratch folder meanwhile.

        With `keep` it is this run that is in the folder, and goes on. `start` are the weights that
        it begins with, where they are those of another run; `data` describes its stimuli.

        Nothing is touched before this, so that a run that cannot begin replaces none.
        """
        with writable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for path in itertools.chain.from_iterable(map(self.folder.glob, LEFT_OVER)):
                remove(path)  # of no run that goes on: see `spikingfa.run_folder.lock`
            if not keep:
                self._clear()
            self.scratch.mkdir()
        try:
            if not keep:
                self._model(model, start, data)
            elif data is not None and not (self.folder / DATA).exists():
                self.write(DATA, data.write)  # of an older version, whose data were these
            yield
        finally:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _clear(self) -> None:
        # versions.json last: by it alone is what remains known as a run, if this is cut short
        for name in sorted(FILES, key=lambda name: name == "versions.json"):
            path = self.folder / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @property
    def scratch(self) -> Path:
        """The folder of the engine's files while the run goes on."""
        return self.folder / f".scratch-{os.getpid()}"

    def write(self, name: str, writer) -> None:
        """Let `writer` fill a file of the folder; see `written_whole`."""
        path = self.folder / name
        if path.parent != self.folder:
            with writable(path):
                within(self.folder, path.parent).mkdir(exist_ok=True)
        written_whole(path, writer)

    def forget(self, name: str) -> None:
        """Remove a file that is no longer needed."""
        with contextlib.suppress(OSError):
            (self.folder / name).unlink()

    def _model(
        self, model: Model, start: dict[str, np.ndarray] | None, data: DataRecord | None
    ) -> None:
        # versions.json first: by it a run folder is known; model.toml last: by it a run is gone on
        # with, which needs to know what it began with, and its data
        self.write("versions.json", lambda path: write_json(path, versions()))
        if start is not None:
            self.write(START, lambda path: write_arrays(path, start))
        if data is not None:
            self.write(DATA, data.write)
        self.write("model.toml", lambda path: write_model(model, path))

    def history(self, rows: list[dict[str, float]]) -> None:
        """Write ``history.csv``."""
        self.write("history.csv", lambda path: _write_history(path, rows))

    def metrics(self, metrics: dict) -> None:
        """Write ``metrics.json``."""
        self.write("metrics.json", lambda path: write_json(path, metrics))

    def weights(
        self,
        state: dict[str, np.ndarray],
        feedback: dict[str, np.ndarray],
        epoch: int | None = None,
    ) -> None:
        """Write ``weights.npz``, and keep the same for this epoch, if one is named."""
        arrays = weights_of(state, feedback)
        self.write("weights.npz", lambda path: write_arrays(path, arrays))
        if epoch is not None:
            self.write(KEPT.format(epoch), lambda path: write_arrays(path, arrays))

    def spikes(self, spikes: Spikes) -> None:
        """Write ``spikes.npz``."""
        self.write("spikes.npz", spikes.save)


def weights_of(
    state: dict[str, np.ndarray], feedback: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """Weights as a run has them: what is carried, and the feedback matrices by layer."""
    return state | {f"{FEEDBACK}{layer}.b": b for layer, b in feedback.items()}


def new_run_folder(name: str, parent: Path = Path("runs")) -> Path:
    """The first of ``runs/<name>-001``, ``-002``, ... that is not there yet."""
    folders = (parent / f"{name}-{number:03d}" for number in itertools.count(1))
    return next(folder for folder in folders if not folder.exists())


def tidy(folder: Path) -> None:
    """Remove what a run left that was killed when it was finished already."""
    left = [path for name in (*LEFT_OVER, CHECKPOINT) for path in folder.glob(name)]
    if left or (folder / LOCK).exists():
        with contextlib.suppress(RunFolderError), locked(folder):  # nothing may be written there
            for path in left:
                remove(path)


def versions() -> dict[str, str | int]:
    """The folder's format and id, versions of Python, packages and system, and the command."""
    about = {"format": FORMAT, ID: new_id(), "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            about[package] = version(package)
        except PackageNotFoundError:
            about[package] = "not installed"
    return about | {"platform": platform.platform(), "command": " ".join(sys.argv)}


def _write_history(path: Path, rows: list[dict[str, float]]) -> None:
    names = list(rows[-1])
    columns = ([row[name] for name in names] for row in rows)
    write_csv(path, names, (["" if np.isnan(n) else f"{n:.6g}" for n in row] for row in columns))
