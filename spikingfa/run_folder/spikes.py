"""Recorded spikes of some trials, and their file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from spikingfa.base.array_files import read_checked, write_arrays
from spikingfa.base.extras import needed
from spikingfa.base.html import html_table
from spikingfa.base.text import shown
from spikingfa.run_folder.tables import checked_name

MAX_TIME = 1e9  # s of spikes that are recorded
MAX_SIZE = 2**32  # neurons of a population

#: What a figure says of the teacher, by what `Spikes.teacher` is.
_TEACHER = {
    "": "",
    "apart": "",
    "silent": "recorded without teacher and errors",
    "acts": "recorded with a teacher that acts on the answers",
}

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Spikes:
    """Spikes of several trials, one after another.

    Attributes
    ----------
    t : ndarray of float
        Spike times in seconds from the first trial's onset, sorted.
    i : ndarray of int
        Neuron within its population.
    population : ndarray of int
        Index into `populations`.
    populations : tuple of str
    sizes : tuple of int
        Neurons per population.
    onsets : ndarray of float, shape (n_trials,)
        Onset of each trial in seconds.
    duration : float
        Duration of a trial in seconds.
    labels, predictions : tuple of str, each of length n_trials
        The true class of each trial, and the one predicted; empty texts where there are no
        classes.
    teacher : str
        ``"silent"``, as in a test; ``"apart"`` where it spoke, and no current of it reached an
        answer; ``"acts"`` where it did; empty in a file of an older version.
    """

    t: np.ndarray
    i: np.ndarray
    population: np.ndarray
    populations: tuple[str, ...]
    sizes: tuple[int, ...]
    onsets: np.ndarray
    duration: float
    labels: tuple[str, ...]
    predictions: tuple[str, ...]
    teacher: str = ""

    def __repr__(self) -> str:
        trials = f"{len(self.labels)} trials of {1e3 * self.duration:g} ms"
        rows = [f"  {name:16} {size:6} neurons {n:8} spikes" for name, size, n in self._counts()]
        return "\n".join([f"Spikes({trials})", *rows])

    def _repr_html_(self) -> str:
        caption = f"Spikes of {len(self.labels)} trials of {1e3 * self.duration:g} ms"
        return html_table(caption, ("population", "neurons", "spikes"), self._counts())

    def _counts(self) -> list[tuple[str, int, int]]:
        """Name, neurons and spikes of each population."""
        counts = np.bincount(self.population, minlength=len(self.populations))
        return list(zip(self.populations, self.sizes, counts.tolist()))

    def to_pandas(self) -> "DataFrame":
        """The spikes as a `pandas.DataFrame`: a row each, in time.

        Columns are ``time_s`` from the first trial's onset, ``population``, ``neuron``, ``trial``,
        ``time_in_trial_s``, ``label`` and ``prediction``.

        Raises
        ------
        ModelError
            pandas is not installed.
        """
        pandas = needed("pandas", "sweep", "to_pandas")
        trial = self.trial_of(self.t)
        population = np.array(self.populations, object)[self.population]
        label, prediction = (np.array(of, object)[trial] for of in (self.labels, self.predictions))
        return pandas.DataFrame(
            {
                **{"time_s": self.t, "population": population, "neuron": self.i, "trial": trial},
                "time_in_trial_s": self.t - self.onsets[trial],
                **{"label": label, "prediction": prediction},
            }
        )

    @property
    def note(self) -> str:
        """A figure's note on the teacher; empty where there is none."""
        return _TEACHER[self.teacher]

    @classmethod
    def gather(
        cls,
        by_population: dict[str, tuple[np.ndarray, np.ndarray]],
        sizes: dict[str, int],
        **trials: Any,
    ) -> "Spikes":
        """Put spikes given as ``{population: (t, i)}`` into one list, sorted in time."""
        counts = [len(t) for t, _ in by_population.values()]
        population = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
        t = np.concatenate([np.empty(0), *(t for t, _ in by_population.values())])
        i = np.concatenate([np.empty(0, np.int32), *(i for _, i in by_population.values())])
        order = np.argsort(t, kind="stable")
        names = tuple(by_population)
        return cls(
            t[order], i[order], population[order], names, tuple(sizes[n] for n in names), **trials
        )

    def of(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Times (s) and neurons of one population's spikes."""
        if name not in self.populations:
            raise KeyError(f"{name!r} was not recorded; recorded are {', '.join(self.populations)}")
        chosen = self.population == self.populations.index(name)
        return self.t[chosen], self.i[chosen]

    def trial_of(self, t: np.ndarray) -> np.ndarray:
        """The trial in which each of these times (s) lies, counted from 0."""
        # half a nanosecond: a spike of the first time step lies at the onset, give or take rounding
        return np.searchsorted(self.onsets, t + 0.5e-9, "right") - 1

    def save(self, path: Path) -> None:
        """Write an ``.npz`` file of plain arrays, one per attribute."""
        write_arrays(path, asdict(self), compressed=True)

    @classmethod
    def load(cls, path: Path, expected: Mapping[str, int | None] | None = None) -> "Spikes":
        """Read what `save` wrote.

        Parameters
        ----------
        path : Path
        expected : mapping of str to int, optional
            Neurons of every population that there may be; None where that is not known.

        Raises
        ------
        OSError, ValueError, ...
            It cannot be read, or its arrays cannot be those of spikes.
        """
        stored = read_checked(path)
        stored = {"teacher": np.array("")} | stored
        if missing := [field.name for field in fields(cls) if field.name not in stored]:
            raise ValueError(f"there is no {missing[0]}")
        arrays: dict[str, Any] = {field.name: stored[field.name] for field in fields(cls)}
        for name in ("populations", "labels", "predictions", "sizes"):
            if arrays[name].ndim != 1:
                raise ValueError(f"{name} has the shape {arrays[name].shape}")
        for name in ("populations", "labels", "predictions"):
            arrays[name] = tuple(checked_name(str(value)) for value in arrays[name])
        arrays["sizes"] = tuple(int(size) for size in arrays["sizes"])
        arrays |= {"duration": float(arrays["duration"]), "teacher": str(arrays["teacher"])}
        read = cls(**arrays)
        if wrong := read._problem() or read._unexpected(expected):
            raise ValueError(f"its spikes do not belong together: {wrong}")
        return read

    def _unexpected(self, expected: Mapping[str, int | None] | None) -> str | None:
        """A population that is not the model's."""
        if expected is None:
            return None
        for name, size in zip(self.populations, self.sizes):
            if name not in expected:
                return f"the model has no population {shown(name)}"
            if expected[name] not in (None, size):
                return f"{name} has {size} neurons, the model needs {expected[name]}"
        return None

    def _problem(self) -> str | None:
        """The first impossibility in arrays that someone else may have written."""
        n, n_trials = len(self.t), len(self.labels)
        if self.teacher not in _TEACHER:
            return f"its teacher cannot be {shown(self.teacher)}"
        kinds = (("t", "f", n), ("i", "iu", n), ("population", "iu", n), ("onsets", "f", n_trials))
        for name, kind, length in kinds:
            array = getattr(self, name)
            if array.shape != (length,) or array.dtype.kind not in kind:
                return f"{name} has the shape {array.shape} of {array.dtype}"
        if len(self.predictions) != n_trials or len(self.sizes) != len(self.populations):
            return "there are more of some than of others"
        if len(set(self.populations)) < len(self.populations):
            return "a population is there twice"
        if not all(0 < size <= MAX_SIZE for size in self.sizes):
            return f"a population needs 1 to {MAX_SIZE} neurons"
        if not 0 < self.duration <= MAX_TIME:
            return f"a trial cannot last {self.duration:g} s"
        for name in ("t", "onsets"):
            times = getattr(self, name)
            if not ((times >= 0) & (times <= MAX_TIME)).all():
                return f"a time of {name} is no number from 0 to {MAX_TIME:g}"
            if (np.diff(times) < 0).any():
                return f"{name} is not sorted"
        if n and not 0 <= self.population.min() <= self.population.max() < len(self.sizes):
            return f"there are {len(self.sizes)} populations"
        for k, size in enumerate(self.sizes):
            neurons = self.i[self.population == k]
            if len(neurons) and not 0 <= neurons.min() <= neurons.max() < size:
                return f"{self.populations[k]} has {size} neurons"
        return None
