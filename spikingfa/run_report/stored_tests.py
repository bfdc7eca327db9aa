"""What ``spikingfa test`` left in a run folder, or a test that is made for the page."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikingfa.evaluation import Evaluation
from spikingfa.evaluation_files import NAME
from spikingfa.metrics import label_of
from spikingfa.reading import ordinary, read_text

PLAIN = "unperturbed"


@dataclass(frozen=True)
class StoredTest:
    """A test of the stored weights: what was done to the network, and what came out.

    Attributes
    ----------
    name : str
        What was done to the network.
    label : str
        What the error is called.
    error : float
        As a fraction.
    n_stimuli : int
    classes : list of str
        Empty where answers are no classes.
    counts : ndarray of int, shape (n_classes, n_classes)
        Right class by row, given class by column.
    """

    name: str
    label: str
    error: float
    n_stimuli: int
    classes: list[str]
    counts: np.ndarray

    @property
    def summary(self) -> str:
        """In one line."""
        return f"{self.name}: {self.label} {100 * self.error:.2f} % of {self.n_stimuli} stimuli"

    @property
    def rows(self) -> list[tuple[str, list[tuple[int, int | None]], str]]:
        """Right class; count and shade of each given class (None on the diagonal); error in %."""
        totals = np.maximum(self.counts.sum(axis=1), 1)
        shares = 100 * self.counts / totals[:, None]
        errors = 100 - np.diag(shares)
        off = ~np.eye(len(self.classes), dtype=bool)
        most = shares[off].max(initial=0) or 1
        shades = np.round(60 * shares / most).astype(int)  # percent of the colour: stays readable
        return [
            (
                name,
                [
                    (int(count), None if j == k else int(shades[k, j]))
                    for j, count in enumerate(self.counts[k])
                ],
                f"{errors[k]:.1f}",
            )
            for k, name in enumerate(self.classes)
        ]


def tests_of(folder: Path) -> list[StoredTest]:
    """Those in ``tests/`` that can be read; the one of the network as it is comes first."""
    paths = (folder / "tests").glob(f"*/{NAME}")
    names = sorted((path.parent.name for path in paths), key=lambda name: (name != PLAIN, name))
    found = (_read(folder / "tests" / name) for name in names)
    return [test for test in found if test]


def made_now(found: Evaluation) -> StoredTest:
    """A test as `evaluate` returns it."""
    n = len(found.targets)
    return StoredTest(PLAIN, found.label, found.error, n, list(found.classes), found.confusion)


def _read(folder: Path) -> StoredTest | None:
    try:
        about = json.loads(read_text(folder / NAME))
        counts = folder / "confusion.csv"
        table = _table(counts) if counts.exists() else ([], np.zeros((0, 0), int))
        error, n = float(about["test_error"]), int(about["n_stimuli"])
        return StoredTest(folder.name, label_of(about), error, n, *table)
    except (OSError, ValueError, KeyError, TypeError):  # not whole: `spikingfa test` makes it again
        return None


def _table(path: Path) -> tuple[list[str], np.ndarray]:
    with open(path, newline="", encoding="utf-8", opener=ordinary) as file:
        (_, *classes), *rows = csv.reader(file)
    counts = np.array([[int(count) for count in row[1:]] for row in rows])
    if counts.shape != (len(classes), len(classes)):
        raise ValueError("the table is not complete")
    return classes, counts
