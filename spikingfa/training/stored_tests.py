"""Tests of ``spikingfa test`` in a run folder, or one that is made for the page."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from spikingfa.base.errors import RunFolderError
from spikingfa.base.reading import readable
from spikingfa.run_folder.held_out import VALIDATION, error_in, part_in
from spikingfa.run_folder.tables import EvaluationTable, read_json
from spikingfa.training.evaluation import Evaluation
from spikingfa.training.evaluation_files import CONFUSION, NAME, read_counts
from spikingfa.training.metrics import label_of

PLAIN = "unperturbed"
MAX_CLASSES = 100  # classes up to which confusions are written out, as a table of so many squared


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
        True class by row, predicted class by column.
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
        error = 100 * self.error
        percent = f"{error:.2f}" if error < 1e6 else f"{error:.3g}"
        return f"{self.name}: {self.label} {percent} % of {self.n_stimuli} stimuli"

    @property
    def has_table(self) -> bool:
        """Whether there are classes, and few enough for a table of confusions."""
        return 0 < len(self.classes) <= MAX_CLASSES

    @property
    def left_out(self) -> str:
        """Why there is no table, if it has classes."""
        n = len(self.classes)
        return f"Of {n} classes there is no table here: {CONFUSION} has it." if n else ""

    @property
    def rows(self) -> list[tuple[str, list[tuple[int, int | None]], str]]:
        """True class; count and shade of each prediction (None on the diagonal); error in %."""
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


def tests_of(folder: Path) -> tuple[list[StoredTest], dict[str, str]]:
    """Tests in ``tests/`` that can be read, and reasons against the others by name.

    The test of the network as it is comes first.
    """
    paths = (folder / "tests").glob(f"*/{NAME}")
    names = sorted((path.parent.name for path in paths), key=lambda name: (name != PLAIN, name))
    tests, unreadable = [], {}
    for name in names:
        try:
            with readable(folder / "tests" / name):
                tests.append(_read(folder / "tests" / name))
        except RunFolderError as error:
            unreadable[f"tests/{name}"] = str(error)
    return tests, unreadable


def made_now(evaluation: Evaluation) -> StoredTest:
    """A test as `evaluate` returns it."""
    n = len(evaluation.targets)
    label = _label(evaluation.part, evaluation.label)
    return StoredTest(
        PLAIN, label, evaluation.error, n, list(evaluation.classes), evaluation.confusion
    )


def _label(part: str, label: str) -> str:
    """The name of a test's error among tests."""
    return f"{part} {label}" if part == VALIDATION else label


def _read(folder: Path) -> StoredTest:
    about = read_json(EvaluationTable, folder / NAME)
    has_classes = (folder / CONFUSION).exists()
    counts, classes = (
        read_counts(folder / CONFUSION) if has_classes else (np.zeros((0, 0), int), ())
    )
    numbers = about.numbers()
    label, error = _label(part_in(numbers), label_of(numbers)), error_in(numbers)
    return StoredTest(folder.name, label, error, about.n_stimuli, list(classes), counts)
