"""A run: what its folder holds, read when it is asked for."""

import contextlib
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from brian2.units.fundamentalunits import Quantity

import spikingfa
from spikingfa.base.array_files import read_numbers
from spikingfa.base.errors import RunFolderError
from spikingfa.base.html import html_table
from spikingfa.base.reading import readable
from spikingfa.model.files import load_stored
from spikingfa.model.model import Model
from spikingfa.model.summary import sizes
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.run_folder.data_record import DataRecord
from spikingfa.run_folder.held_out import renamed
from spikingfa.run_folder.history import History, result_of
from spikingfa.run_folder.identity import identity_of
from spikingfa.run_folder.layout import DATA, KEPT, RECORDINGS, START, TRACES
from spikingfa.run_folder.recording import ABOUT, Recording
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.state_schema import (
    FEEDBACK,
    check_arrays,
    feedback_schema,
    fitting,
    state_schema,
    topology_in,
    with_units,
)
from spikingfa.run_folder.tables import Metrics, Versions, read_history, read_json

Content = TypeVar("Content")


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
        return "\n  ".join([f"Run({str(self.folder)!r})", *self._in_short().values()])

    def _repr_html_(self) -> str:
        return html_table(f"Run {self.folder}", ("", ""), self._in_short().items())

    @cached_property
    def model(self) -> Model:
        """The model that was run."""
        return self._read("model.toml", load_stored)

    @property
    def trained_model(self) -> Model:
        """The model as it is after the last epoch, where its parameters change in between."""
        epochs = self.metrics["epochs"] if self.model.training.stages else None
        return self.model.at_epoch(epochs)

    @cached_property
    def data(self) -> DataRecord | None:
        """Record of the data: their source, classes, scaling, sizes and fingerprints.

        None of a run that was left by an older version.
        """
        return self._read(DATA, DataRecord.read) if (self.folder / DATA).exists() else None

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Results: ``test_error``, ``train_error``, ``angle_deg``, ...

        The errors are fractions: of wrong answers, or whatever ``metric`` says, as those of
        `history` are. Where the model holds training stimuli out (``task.validation``), there is
        a ``validation_error`` and no ``test_error``, also of a run of an older version.
        ``train_error`` is that of a sample of the training stimuli.
        """
        numbers = self._read("metrics.json", lambda path: read_json(Metrics, path).numbers())
        return self._named(numbers)

    @cached_property
    def history(self) -> History:
        """Columns of ``history.csv``, each (n_epochs + 1,); what is not known is NaN."""
        return History(self._named(self._read("history.csv", read_history)))

    @cached_property
    def versions(self) -> dict[str, str | int]:
        """Versions of what made it, under ``command`` the command that was given, and under
        ``format`` the number of the folder's format."""
        return self._read("versions.json", lambda path: read_json(Versions, path).root)

    @cached_property
    def weights(self) -> dict[str, Quantity | np.ndarray]:
        """Forward weights ``<pre>_to_<post>.w`` (n_pre, n_post), Brian2 quantities of current, and
        feedback weights ``feedback_to_<layer>.b`` (n_classes, n_hidden), arrays without unit.

        What else is carried from trial to trial is there too, with its unit if it has one.
        ``np.asarray`` gives the numbers in SI units, as `arrays` has them, ``w / pA`` those in pA.
        """
        return with_units(self._topology, self.arrays)

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The numbers of `weights` in SI units, as they lie in ``weights.npz``."""
        return self._read("weights.npz", self._arrays_in)

    @property
    def state(self) -> dict[str, np.ndarray]:
        """The state carried from trial to trial: `arrays` without the feedback matrices."""
        return {name: a for name, a in self.arrays.items() if not name.startswith(FEEDBACK)}

    @property
    def feedback(self) -> dict[str, np.ndarray]:
        """The feedback matrices B (n_classes, n_hidden) among `arrays`, by layer."""
        return {
            name.removeprefix(FEEDBACK).removesuffix(".b"): b
            for name, b in self.arrays.items()
            if name.startswith(FEEDBACK)
        }

    @property
    def kept_epochs(self) -> list[int]:
        """Epochs whose weights were kept (``recording.weights``); 0 is before learning."""
        self.check_folder()
        names = (path.stem for path in (self.folder / KEPT).parent.glob("epoch_*.npz"))
        numbers = (name.removeprefix("epoch_") for name in names)
        return sorted(int(number) for number in numbers if number.isdecimal())

    def weights_after(self, epoch: int) -> dict[str, Quantity | np.ndarray]:
        """`weights` after this epoch, which is one of `kept_epochs`."""
        return with_units(self._topology, self.arrays_after(epoch))

    def arrays_after(self, epoch: int) -> dict[str, np.ndarray]:
        """`arrays` after this epoch, which is one of `kept_epochs`."""
        return self._read(KEPT.format(epoch), lambda path: self._arrays_in(path, kept=True))

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

    def _named(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Metrics or history; an older version called the error in validation that of the test."""
        with contextlib.suppress(RunFolderError):  # without the model, it has the name it had
            return renamed(columns, self.model.task)
        return columns

    @property
    def _topology(self) -> Topology:
        """The network, of the size that the weights have."""
        return topology_in(self.model, self.arrays)

    @property
    def _population_sizes(self) -> dict[str, int | None] | None:
        """Neurons of each population; None where a file that cannot be read would say it."""
        with contextlib.suppress(RunFolderError):
            return dict(self._topology.all_sizes)
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

    def _in_short(self) -> dict[str, str]:
        """What is said of it in a line or two; nothing of what cannot be read."""
        lines = {}
        with contextlib.suppress(RunFolderError):
            lines["model"] = sizes(self.model)
        with contextlib.suppress(RunFolderError):
            lines["result"] = result_of(self.metrics)
        return lines

    # functions of the package itself, which stand above this room

    def test(
        self, perturbation: "spikingfa.Perturbation | None" = None, **how: Any
    ) -> "spikingfa.Evaluation":
        """Test the stored weights; see `spikingfa.evaluate`."""
        return spikingfa.evaluate(self, perturbation, **how)

    def predict(self, x: Any, **how: Any) -> "spikingfa.Prediction":
        """Answer other stimuli; see `spikingfa.predict`."""
        return spikingfa.predict(self, x, **how)

    def record(self, variables: str | Iterable[str] = (), **how: Any) -> Recording:
        """Record spikes and variables; see `spikingfa.record`."""
        return spikingfa.record(self, variables, **how)

    def report(self, path: str | Path | None = None, **how: Any) -> Path:
        """Write the report; see `spikingfa.report`."""
        return spikingfa.report(self, path, **how)

    def export(self, to: str, path: str | Path | None = None, **how: Any) -> list[Path]:
        """Write it for other programs; see `spikingfa.export_run`."""
        return spikingfa.export_run(self, to, path, **how)

    def resume(self, epochs: int | None = None, **how: Any) -> "Run":
        """Go on with a run that was stopped, or train its network further.

        Parameters
        ----------
        epochs : int, optional
            So many epochs more, as another run, with its own schedule of learning rates, which
            begins with the weights of this one. By default this run is finished, in its folder; if
            it is finished already, nothing is done.
        **how
            As for `spikingfa.train`: `data` where they were given in Python, and `out`, the folder
            of the other run.

        Returns
        -------
        Run
        """
        if epochs is None:
            return spikingfa.train(self.model, out=self.folder, resume=True, **how)
        return spikingfa.train(self.model.but({"training.epochs": epochs}), start=self, **how)

    def _arrays_in(self, path: Path, kept: bool = False) -> dict[str, np.ndarray]:
        """Arrays of a file, as the model has them; `kept` ones are of the size of `arrays`."""
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

    def _read(self, name: str, reader: Callable[[Path], Content]) -> Content:
        self.check_folder()
        path = self.folder / name
        with readable(path):  # also of another file that it goes by
            try:
                content = reader(path)
            except FileNotFoundError:
                raise RunFolderError(f"{self.folder} has no {name}") from None
        self.check_folder()  # it may have been replaced meanwhile
        return content
