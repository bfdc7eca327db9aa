"""Contents of a run folder, as far as they can be read; the rest is named, and left out."""

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np

from spikingfa.base.errors import RunFolderError
from spikingfa.model.model import Model
from spikingfa.run_folder.history import History
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

_FILES = {
    "model": "model.toml",
    "metrics": "metrics.json",
    "history": "history.csv",
    "arrays": "weights.npz",
    "spikes": "spikes.npz",
    "versions": "versions.json",
}


class Contents:
    """The files of a run, each None where it cannot be read.

    Parameters
    ----------
    run : Run

    Attributes
    ----------
    run : Run
    missing : list of str
        The files that are missing or cannot be read.
    damaged : list of str
        Of those that cannot be read, why.
    model, metrics, history, arrays, spikes, versions
        As those of `run`, or None.
    """

    model: Model | None
    metrics: dict[str, Any] | None
    history: History | None
    arrays: dict[str, np.ndarray] | None
    spikes: Spikes | None
    versions: dict[str, str | int] | None

    def __init__(self, run: Run):
        self.run = run
        self.missing: list[str] = []
        self.damaged: list[str] = []
        for part, name in _FILES.items():
            setattr(self, part, self._part(part, name))

    def _part(self, part: str, name: str):
        if part == "spikes" and self.model and not self.model.recording.trials:
            return None  # nothing was to be recorded: nothing is missing
        try:
            return getattr(self.run, part)
        except RunFolderError as error:
            there = (self.run.folder / name).exists()
            self.missing.append(f"{name} {'cannot be read' if there else 'is missing'}")
            self.damaged += [str(error)] if there else []
            return None

    @property
    def finished(self) -> bool:
        """Whether the training went on to its end."""
        return bool((self.metrics or {}).get("finished"))

    @property
    def command(self) -> str:
        """The command that made the run, without the place where spikingfa is installed."""
        command = str((self.versions or {}).get("command", ""))
        return re.sub(r"^\S*/spikingfa(/__main__\.py)?(?=\s|$)", "spikingfa", command)

    @property
    def date(self) -> str:
        """When the numbers were last written, or the model if there are none."""
        paths = [self.run.folder / _FILES[part] for part in ("metrics", "model")]
        path = next(path for path in paths if path.exists())
        return f"{datetime.fromtimestamp(path.stat().st_mtime, UTC):%Y-%m-%d %H:%M} UTC"
