"""CSV: what everything reads."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

import numpy as np

from spikingfa.base.files import write_csv
from spikingfa.export.format import Format
from spikingfa.export.trains import columns_of, traces_of
from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes


class Csv(Format):
    """Tables with a header: spikes, and beside it trials (``..._trials.csv``), for anything.

    Columns of spikes: population, neuron, trial, time_s (from the first onset), time_in_trial_s;
    of trials: trial, onset_s, duration_s, label, prediction. Of a recording there is a table for
    each trace (``..._hidden.v.csv``) as well: trial, time_s, time_in_trial_s, then a column for
    each neuron (``12 (V)``) or synapse (``3 -> 12 (A)``).
    """

    name: ClassVar = "csv"
    ending: ClassVar = ".csv"
    of_recordings: ClassVar = True

    def files(self, path: Path, source: Run) -> list[Path]:
        """Spikes, trials, traces."""
        others = ["trials", *(trace.name for trace in traces_of(source))]
        return [path, *(path.with_name(f"{path.stem}_{name}{path.suffix}") for name in others)]

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """A table each."""
        spikes = run.spikes
        return [
            _table(("population", "neuron", "trial", "time_s", "time_in_trial_s"), _spikes(spikes)),
            _table(("trial", "onset_s", "duration_s", "label", "prediction"), _trials(spikes)),
            *(_table(_header(trace), _values(trace, spikes)) for trace in traces_of(run)),
        ]


def _table(header: tuple[str, ...], rows: Iterable[tuple]) -> Callable[[Path], None]:
    return lambda path: write_csv(path, header, rows, "\n")


def _spikes(spikes: Spikes) -> Iterable[tuple]:
    trial = spikes.trial_of(spikes.t)
    names = np.array(spikes.populations)[spikes.population]
    times = ([f"{t:.9g}" for t in all_] for all_ in (spikes.t, spikes.t - spikes.onsets[trial]))
    return zip(names, spikes.i, trial, *times)


def _trials(spikes: Spikes) -> Iterable[tuple]:
    trials = zip(spikes.onsets, spikes.labels, spikes.predictions, strict=True)
    for k, (onset, label, prediction) in enumerate(trials):
        yield k, f"{onset:.9g}", f"{spikes.duration:.9g}", label, prediction


def _header(trace: Trace) -> tuple[str, ...]:
    unit = f" ({trace.unit})" if trace.unit else ""
    return ("trial", "time_s", "time_in_trial_s", *(f"{c}{unit}" for c in columns_of(trace)))


def _values(trace: Trace, spikes: Spikes) -> Iterable[tuple]:
    trial = spikes.trial_of(trace.t)
    for k, t, since, row in zip(trial, trace.t, trace.t - spikes.onsets[trial], trace.values):
        yield k, f"{t:.9g}", f"{since:.9g}", *(f"{value:.9g}" for value in row)
