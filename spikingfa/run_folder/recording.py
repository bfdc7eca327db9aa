"""Recorded variables over time, and the recording that holds them beside its spikes.

=================  =====================================================================
``spikes.npz``     spikes of the recorded trials, see `spikingfa.run_folder.spikes.Spikes`
``traces.json``    of each trace its unit, its neurons or synapses, and its time step
``NAME.npy``       its values, (n_times, n), mapped into memory when they are asked for
=================  =====================================================================
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from spikingfa.base.errors import RunFolderError
from spikingfa.base.reading import read_mapped, readable
from spikingfa.run_folder.identity import file_identity
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.tables import Traces, TraceTable, read_json

ABOUT = "traces.json"

Content = TypeVar("Content")


@dataclass(frozen=True)
class Trace:
    """One variable of some neurons, or of some synapses, over the trials of a recording.

    Attributes
    ----------
    name : str
        Such as ``"hidden.v"`` or ``"input_to_hidden.w"``.
    unit : str
        Symbol of its SI unit, such as ``"V"``; empty if it has none.
    which : ndarray of int, shape (n,) or (n, 2)
        The neurons, or the synapses as pairs of presynaptic and postsynaptic neuron.
    dt : float
        Time between two values in seconds.
    values : ndarray, shape (n_times, n)
        Values at the times 0, dt, 2 dt, ... from the first trial's onset.
    """

    name: str
    unit: str
    which: np.ndarray
    dt: float
    values: np.ndarray

    @property
    def t(self) -> np.ndarray:
        """Times (n_times,) in seconds from the first trial's onset."""
        return np.arange(len(self.values)) * self.dt

    @property
    def group(self) -> str:
        """The population or projection."""
        return self.name.rpartition(".")[0]

    @property
    def variable(self) -> str:
        """The variable alone."""
        return self.name.rpartition(".")[2]

    @property
    def of_synapses(self) -> bool:
        """Whether it is of synapses."""
        return np.ndim(self.which) == 2


class Recording:
    """Spikes and traces of some trials of a run, in a folder of its own.

    Parameters
    ----------
    folder : Path
    sizes : mapping of str to int, optional
        Neurons of every population of the model; None where that is not known.

    Raises
    ------
    RunFolderError
        When something is asked for that is missing or cannot be read.
    """

    def __init__(self, folder: Path, sizes: Mapping[str, int | None] | None = None):
        self.folder, self._sizes = Path(folder).absolute(), sizes
        self._identity = file_identity(self.folder / ABOUT)

    def __repr__(self) -> str:
        return f"Recording({str(self.folder)!r})"

    @cached_property
    def spikes(self) -> Spikes:
        """Spikes of all populations."""
        return self._read(lambda: Spikes.load(self.folder / "spikes.npz", self._sizes))

    @cached_property
    def traces(self) -> dict[str, Trace]:
        """Every trace by its name."""
        return self._read(lambda: {one.name: self._trace(one) for one in self._about()})

    def _about(self) -> list[TraceTable]:
        return read_json(Traces, self.folder / ABOUT).root

    def _trace(self, one: TraceTable) -> Trace:
        path = self.folder / f"{one.name}.npy"
        values = read_mapped(path)
        which = np.array(one.which, int)
        if values.ndim != 2 or values.shape[1] != len(which) or values.dtype.kind != "f":
            raise ValueError(f"{path.name} does not hold {len(which)} columns of numbers")
        self._check_which(one.name, which)
        return Trace(one.name, one.unit, which, one.dt, values)

    def _check_which(self, name: str, which: np.ndarray) -> None:
        """See that there are such neurons, or synapses, in the model."""
        group = name.rpartition(".")[0]
        ends = [group] if which.ndim == 1 else group.split("_to_")
        for end, numbers in zip(ends, np.atleast_2d(which.T)):
            size = (self._sizes or {}).get(end)
            if size is not None and numbers.size and numbers.max() >= size:
                raise ValueError(f"{name} is of {end} {numbers.max()}, and there are {size}")

    def _read(self, reader: Callable[[], Content]) -> Content:
        if file_identity(self.folder / ABOUT) not in (None, self._identity):
            raise RunFolderError(
                f"the recording {self.folder} was replaced by another since it was opened: record"
                " under other names (name=, --name), or open it again"
            )
        with readable(f"the recording {self.folder}"):
            return reader()
