"""The run folder: the one product of a run, written as it goes and read back later.

==================  ==============================================================
``model.toml``      the model with every default filled in
``data.json``       what the data were, and how they were encoded, see `DataRecord`
``metrics.json``    the result in numbers
``history.csv``     a row per epoch; epoch 0 is before learning
``weights.npz``     forward weights (A), feedback weights B and what else is carried
``weights/``        the same before learning and after every epoch, where ``recording.weights``
``spikes.npz``      recorded spikes, see `spikingfa.run_folder.spikes.Spikes`
``start.npz``       the weights that it began with, where they are those of another run
``checkpoint.npz``  where an unfinished training stands, see `spikingfa.training.checkpoint`
``figures/``        raster, learning curve, alignment; any by ``spikingfa plot``
``export/``         network and spikes for other programs, see `spikingfa.export`
``recordings/``     traces of variables, recorded on demand, see `spikingfa.run_folder.recording`
``tests/``          what ``spikingfa test`` found, see `spikingfa.training.evaluation_files`
``report.html``     the run on one page, see `spikingfa.export.report`
``versions.json``   the versions of everything that had a part in it, the command,
                    the number of this format, and an id that no other run has
==================  ==============================================================

The format's number is `FORMAT`. Folders that were written before it was counted have none, and
are read as 0, which differs in nothing else. Up to format 1 the error in validation was called
``test_error``, and ``train_error`` was measured while learning; both are still read.
"""

import contextlib
import os
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import numpy as np

from spikingfa.base.array_files import read_numbers
from spikingfa.base.errors import RunFolderError
from spikingfa.base.reading import readable
from spikingfa.base.text import shown
from spikingfa.model.files import load_stored
from spikingfa.model.model import Model
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.run_folder.data_record import NAME as DATA
from spikingfa.run_folder.data_record import DataRecord
from spikingfa.run_folder.held_out import renamed
from spikingfa.run_folder.identity import identity_of
from spikingfa.run_folder.recording import ABOUT, Recording
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.state_schema import (
    FEEDBACK,
    check_arrays,
    feedback_schema,
    fitting,
    state_schema,
    topology_in,
)
from spikingfa.run_folder.tables import Metrics, Versions, read_history, read_json

FORMAT = 2  # goes up when programs that know this one could no longer read a folder rightly
CHECKPOINT = "checkpoint.npz"
REPORT = "report.html"
FILES = (
    "model.toml",
    DATA,
    "metrics.json",
    "history.csv",
    "weights.npz",
    "weights",
    "spikes.npz",
    "start.npz",
    "checkpoint.npz",
    "versions.json",
    "figures",
    "export",
    "recordings",
    "tests",
    REPORT,
)
START = "start.npz"
KEPT = "weights/epoch_{:03d}.npz"
RECORDINGS = "recordings"
TRACES = "traces"  # the recording that is meant where none is named


class Run:
    """A run that was made: its model, its numbers, its spikes.

    Parameters
    ----------
    folder : Path
        The run folder. Its files are read when they are first asked for.

    Raises
    ------
    RunFolderError
        When a file is asked for that is missing or cannot be read, or that is of another run,
        which has taken the folder since.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder).absolute()
        self._identity = identity_of(self.folder)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    @cached_property
    def model(self) -> Model:
        """The model that was run."""
        return self._read("model.toml", load_stored)

    @cached_property
    def data(self) -> DataRecord | None:
        """Record of the data: their source, classes, scaling, sizes and fingerprints.

        None of a run that was left by an older version.
        """
        return self._read(DATA, DataRecord.read) if (self.folder / DATA).exists() else None

    @cached_property
    def metrics(self) -> dict:
        """Results: ``test_error``, ``train_error``, ``angle_deg``, ...

        The errors are fractions: of wrong answers, or whatever ``metric`` says, as those of
        `history` are. Where the model holds training stimuli out (``task.validation``), there is
        a ``validation_error`` and no ``test_error``, also of a run of an older version.
        ``train_error`` is that of a sample of the training stimuli.
        """
        numbers = self._read("metrics.json", lambda path: read_json(Metrics, path).numbers())
        return self._named(numbers)

    @cached_property
    def history(self) -> dict[str, np.ndarray]:
        """Columns of ``history.csv``, each (n_epochs + 1,); what is not known is NaN."""
        return self._named(self._read("history.csv", read_history))

    @cached_property
    def versions(self) -> dict[str, str | int]:
        """Versions of what made it, under ``command`` the command that was given, and under
        ``format`` the number of the folder's format."""
        return self._read("versions.json", lambda path: read_json(Versions, path).root)

    @cached_property
    def weights(self) -> dict[str, np.ndarray]:
        """Forward weights ``<pre>_to_<post>.w`` (n_pre, n_post) in amp, feedback weights
        ``feedback_to_<layer>.b`` (n_classes, n_hidden) without unit."""
        return self._read("weights.npz", self._weights_in)

    @property
    def state(self) -> dict[str, np.ndarray]:
        """The state carried from trial to trial: `weights` without the feedback matrices."""
        return {name: a for name, a in self.weights.items() if not name.startswith(FEEDBACK)}

    @property
    def feedback(self) -> dict[str, np.ndarray]:
        """The feedback matrices B (n_classes, n_hidden) among `weights`, by layer."""
        return {
            name.removeprefix(FEEDBACK).removesuffix(".b"): b
            for name, b in self.weights.items()
            if name.startswith(FEEDBACK)
        }

    @property
    def kept_epochs(self) -> list[int]:
        """Epochs whose weights were kept (``recording.weights``); 0 is before learning."""
        self.check_folder()
        names = (path.stem for path in (self.folder / KEPT).parent.glob("epoch_*.npz"))
        numbers = (name.removeprefix("epoch_") for name in names)
        return sorted(int(number) for number in numbers if number.isdecimal())

    def weights_after(self, epoch: int) -> dict[str, np.ndarray]:
        """`weights` after this epoch, which is one of `kept_epochs`."""
        return self._read(KEPT.format(epoch), lambda path: self._weights_in(path, kept=True))

    @cached_property
    def start(self) -> dict[str, np.ndarray]:
        """The weights that it began with, where they were another run's."""

        def read(path: Path) -> dict[str, np.ndarray]:
            arrays = read_numbers(path)
            fitting(topology_in(self.model, arrays), arrays)
            return arrays

        return self._read(START, read)

    @cached_property
    def spikes(self) -> Spikes:
        """Spikes of the recorded trials."""
        sizes = self._population_sizes
        return self._read("spikes.npz", lambda path: Spikes.load(path, sizes))

    def _named(self, columns: dict) -> dict:
        """Metrics or history; an older version called the error in validation that of the test."""
        with contextlib.suppress(RunFolderError):  # without the model, it has the name it had
            return renamed(columns, self.model.task)
        return columns

    @property
    def _topology(self) -> Topology:
        """The network, of the size that the weights have."""
        return topology_in(self.model, self.weights)

    @property
    def _population_sizes(self) -> dict[str, int | None] | None:
        """Neurons of each population; None where a file that cannot be read would say it."""
        with contextlib.suppress(RunFolderError):
            return self._topology.all_sizes
        with contextlib.suppress(RunFolderError):  # without the weights, hidden layers are known
            one, other = (Topology(self.model, Stimuli(n, n, 1.0)).all_sizes for n in (1, 2))
            return {name: size if size == other[name] else None for name, size in one.items()}
        return None

    def recording(self, name: str = TRACES) -> Recording:
        """A recording that was made on demand under this name.

        Raises
        ------
        RunFolderError
            There is no such recording.
        """
        self.check_folder()
        folder = self.folder / RECORDINGS
        if not (folder / name / ABOUT).is_file():
            there = sorted(path.parent.name for path in folder.glob(f"*/{ABOUT}"))
            has = f"recordings are {', '.join(there)}" if there else "nothing was recorded yet"
            raise RunFolderError(f"{self.folder} has no recording {name!r}: {has}")
        return Recording(folder / name, self._population_sizes)

    def _weights_in(self, path: Path, kept: bool = False) -> dict[str, np.ndarray]:
        """Weights of a file, as the model has them; `kept` ones are of the size of `weights`."""
        arrays = read_numbers(path)
        topology = self._topology if kept else topology_in(self.model, arrays)
        check_arrays(arrays, state_schema(topology) | feedback_schema(topology))
        return arrays

    def check_folder(self) -> None:
        """See that the folder still holds this run.

        Raises
        ------
        RunFolderError
            It is gone, or another run has taken its place.
        """
        if not self.folder.is_dir():
            raise RunFolderError(f"the run folder {self.folder} is no longer there: was it moved?")
        now = identity_of(self.folder)
        if None not in (now, self._identity) and now != self._identity:
            raise RunFolderError(
                f"the run in {self.folder} was replaced by another since it was opened: give each"
                " run a folder of its own (out=, --out), or open the folder again"
            )

    def _read(self, name: str, reader):
        self.check_folder()
        path = self.folder / name
        with readable(path):  # also of another file that it goes by
            try:
                content = reader(path)
            except FileNotFoundError:
                raise RunFolderError(f"{self.folder} has no {name}") from None
        self.check_folder()  # it may have been replaced meanwhile
        return content


def as_run(run: Run | str | Path) -> Run:
    """The run itself, or the one in this folder; see `open_run`."""
    return run if isinstance(run, Run) else open_run(run)


def spikes_of(source: Spikes | Run | Recording | str | Path) -> Spikes:
    """The spikes themselves, or those of a run, of the run in this folder, or of a recording."""
    if isinstance(source, Spikes):
        return source
    return (source if isinstance(source, Recording) else as_run(source)).spikes


def read_now(run: Run) -> Run:
    """The run, with what is small read at once, so that it stays whatever becomes of the folder."""
    for name in ("model", "data", "metrics", "history", "versions"):
        with contextlib.suppress(RunFolderError):  # of what is damaged it is said when asked for
            getattr(run, name)
    return run


def open_run(folder: str | Path) -> Run:
    """Open a run folder.

    Raises
    ------
    RunFolderError
        The folder does not hold a run, or one in a format that came later.
    """
    if not isinstance(folder, str | os.PathLike):
        raise RunFolderError(f"needs a run, or the folder of one, got {shown(folder)}")
    folder = Path(folder)
    if not (folder / "model.toml").is_file():
        what = "is a file" if folder.is_file() else "does not exist"
        what = "holds no run (no model.toml)" if folder.is_dir() else what
        raise RunFolderError(f"the run folder {folder} {what}")
    if (number := format_of(folder)) > FORMAT:
        raise RunFolderError(
            f"the run folder {folder} has format {number}, and this version of spikingfa"
            f" ({version('spikingfa')}) reads formats up to {FORMAT}: read it with a later one"
        )
    return Run(folder)


def format_of(folder: Path) -> int:
    """The number of a run folder's format; 0 where nothing tells it."""
    try:
        number = read_json(Versions, folder / "versions.json").root.get("format", 0)
    except (OSError, ValueError):  # the rest may be read
        return 0
    return number if isinstance(number, int) else 0
