"""CSV: what everything reads."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

import numpy as np

from spikingfa.export.format import Format
from spikingfa.recording import Spikes
from spikingfa.run_folder import Run


class Csv(Format):
    """Two tables with a header: spikes, and beside it trials (``..._trials.csv``), for anything.

    Columns of spikes: population, neuron, trial, time_s (from the first onset), time_in_trial_s;
    of trials: trial, onset_s, duration_s, label, prediction.
    """

    name: ClassVar = "csv"
    ending: ClassVar = ".csv"

    def files(self, path: Path) -> list[Path]:
        """Spikes, trials."""
        return [path, path.with_name(f"{path.stem}_trials{path.suffix}")]

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """A table each."""
        spikes = run.spikes
        return [
            _table(("population", "neuron", "trial", "time_s", "time_in_trial_s"), _spikes(spikes)),
            _table(("trial", "onset_s", "duration_s", "label", "prediction"), _trials(spikes)),
        ]


def _table(header: tuple[str, ...], rows: Iterable[tuple]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)

    return write


def _spikes(spikes: Spikes) -> Iterable[tuple]:
    trial = spikes.trial_of(spikes.t)
    names = np.array(spikes.populations)[spikes.population]
    times = ([f"{t:.9g}" for t in all_] for all_ in (spikes.t, spikes.t - spikes.onsets[trial]))
    return zip(names, spikes.i, trial, *times)


def _trials(spikes: Spikes) -> Iterable[tuple]:
    told = zip(spikes.onsets, spikes.labels, spikes.predictions, strict=True)
    for k, (onset, label, prediction) in enumerate(told):
        yield k, f"{onset:.9g}", f"{spikes.duration:.9g}", label, prediction
