"""The files of a test: ``test.json``, tables as CSV, figures.

=======================  ==========================================================
``test.json``            error, error of each class, what was done to the network
``confusion.csv``        true class by row, predicted class by column
``answers.csv``          what was answered and wanted, where there are no classes
``error_over_time.csv``  error of answers given at several times since onset
``confusion.png``        the same as figures
``error_over_time.png``
=======================  ==========================================================
"""

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType

import numpy as np

from spikingfa.base.errors import RunFolderError
from spikingfa.base.files import writable, write_csv, write_json, written_whole
from spikingfa.base.reading import read_text, readable
from spikingfa.base.text import shown
from spikingfa.run_folder.held_out import error_column
from spikingfa.run_folder.tables import checked_name
from spikingfa.tasks.events import Events
from spikingfa.training.evaluation import Evaluation
from spikingfa.training.perturbation import Perturbation

NAME = "test.json"
CONFUSION = "confusion.csv"
_COUNT = re.compile("[0-9]{1,15}")


class EvaluationWriter:
    """Writes the files of a test; those of an earlier test are replaced.

    Parameters
    ----------
    folder : Path
        A folder that does not exist yet, is empty, or holds another test.

    Raises
    ------
    RunFolderError
        The folder holds something else, or cannot be written.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        with writable(folder):
            if folder.exists() and any(folder.iterdir()) and not (folder / NAME).exists():
                raise RunFolderError(f"{folder} is not empty and holds no test: choose another")
            folder.mkdir(parents=True, exist_ok=True)

    def write(
        self,
        evaluation: Evaluation,
        perturbation: Perturbation,
        source: str | None = None,
        figures: Mapping[str, Callable[[Path], None]] = MappingProxyType({}),
    ) -> None:
        """Write all files; ``test.json`` comes last.

        `source` names other data than the run's, `figures` are what writes each file of that name.
        """
        if evaluation.classes:
            counts = (
                [name, *row] for name, row in zip(evaluation.classes, evaluation.confusion.tolist())
            )
            self._table(CONFUSION, ["right \\ given", *evaluation.classes], counts)
        elif isinstance(evaluation.targets, Events):
            self._table("answers.csv", ["train", "trial", "output", "time_ms"], _spikes(evaluation))
        else:
            columns = range(evaluation.targets.shape[1])
            names = [f"{what}_{k}" for what in ("wanted", "answered") for k in columns]
            values = np.hstack([evaluation.targets, evaluation.predictions]).round(6)
            self._table("answers.csv", names, values.tolist())
        if len(evaluation.durations) > 1:
            errors = zip((1e3 * evaluation.durations).round(6).tolist(), evaluation.errors.tolist())
            self._table("error_over_time.csv", ["time_ms", "error"], errors)
        for name, draw in figures.items():
            written_whole(self.folder / name, draw)
        summary = _summary(evaluation, perturbation, source)
        written_whole(self.folder / NAME, lambda path: write_json(path, summary))

    def _table(self, name: str, header: list[str], rows: Iterable[Iterable]) -> None:
        written_whole(self.folder / name, lambda path: write_csv(path, header, rows))


def read_confusion(folder: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """Counts, shape (n_classes, n_classes), and classes of the test in a folder.

    Raises
    ------
    RunFolderError
        There is no test, there were no classes, or its table cannot be read.
    """
    if not (folder / NAME).is_file():
        raise RunFolderError(f"{folder} holds no test: spikingfa test makes one")
    if not (folder / CONFUSION).is_file():
        raise RunFolderError(f"the test in {folder} has no confusions, as there are no classes")
    with readable(folder / CONFUSION):
        return read_counts(folder / CONFUSION)


def read_counts(path: Path) -> tuple[np.ndarray, tuple[str, ...]]:
    """Counts, shape (n_classes, n_classes), and classes of a table of confusions.

    Raises
    ------
    OSError, ValueError, csv.Error
        It cannot be read, or is no such table.
    """
    header, *rows = list(csv.reader(io.StringIO(read_text(path, newline=""), newline=""))) or [[]]
    classes = tuple(map(checked_name, header[1:]))
    if not classes or [row[:1] for row in rows] != [[name] for name in classes]:
        raise ValueError("it needs a row for each class of its header, in the same order")
    if any(len(row) != 1 + len(classes) for row in rows):
        raise ValueError("the table is not complete")
    for row in rows:
        if wrong := [cell for cell in row[1:] if not _COUNT.fullmatch(cell)]:
            raise ValueError(f"{shown(wrong[0])} is no count")
    return np.array([row[1:] for row in rows], int), classes


def _summary(evaluation: Evaluation, perturbation: Perturbation, source: str | None) -> dict:
    by_class = {k: None if math.isnan(e) else e for k, e in evaluation.error_by_class.items()}
    done = {
        name: str(v) if name in ("noise", "presentation") else v
        for name, v in asdict(perturbation).items()
        if v is not None
    }
    return {
        "metric": evaluation.metric,
        error_column(evaluation.part): evaluation.error,
        "n_stimuli": len(evaluation.targets),
        "error_by_class": by_class,
        "perturbation": done,
        "data": {"source": source, "held_out_in_training": evaluation.held_out},
    }


def _spikes(evaluation: Evaluation) -> Iterator[list]:
    """Every spike of the trains that were wanted and answered."""
    for what, trains in (("wanted", evaluation.targets), ("answered", evaluation.predictions)):
        for trial in range(len(trains)):
            for time, output in zip(*trains.of(trial)):
                yield [what, trial, output, round(1e3 * float(time), 3)]
