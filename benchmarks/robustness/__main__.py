"""Train on data for which nobody chose a setting, beside three plain learners.

    python -m benchmarks.robustness                  # what is missing in the stored results
    python -m benchmarks.robustness --runs DIR       # keep the runs, go on with stopped ones
    python -m benchmarks.robustness --table          # only the table and the figure

Each row of `benchmarks/results/robustness.csv` is one learner on one task with one seed, which
draws the data, the split, and what is random in the learner. Rows that are there are kept. The
table is printed as it stands in `docs/robustness.md`; the figure is `docs/figures/robustness.png`.
"""

import argparse
import csv
import tempfile
from itertools import product
from pathlib import Path

from benchmarks.robustness.figure import draw
from benchmarks.robustness.learners import LEARNERS
from benchmarks.robustness.summary import RESULTS, errors_of, markdown, stored
from benchmarks.robustness.tasks import TASKS

SEEDS = (201, 202, 203, 204, 205)


def measure(folder: Path) -> None:
    """Add the rows that are missing, each as soon as it is there."""
    there = {(row["task"], row["learner"], int(row["seed"])) for row in stored()}
    for task, seed, learner in product(TASKS, SEEDS, LEARNERS):
        if (task, learner, seed) not in there:
            data = TASKS[task](seed)
            out = folder / f"{task}-{learner}-{seed}".replace(" ", "_").replace("%", "")
            error = LEARNERS[learner](data, seed, out)
            _add((task, learner, seed, len(data.y), len(data.y_test), f"{error:.6g}"))


def _add(row: tuple) -> None:
    new = not RESULTS.exists()
    with open(RESULTS, "a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(("task", "learner", "seed", "n_train", "n_test", "test_error"))
        writer.writerow(row)
    print(*row, flush=True)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=Path, metavar="DIR", help="keep the run folders there")
    parser.add_argument("--table", action="store_true", help="measure nothing")
    options = parser.parse_args()
    if not options.table:
        with tempfile.TemporaryDirectory() as scratch:
            measure(options.runs or Path(scratch))
    errors = errors_of(stored())
    print(markdown(errors))
    draw(errors)


if __name__ == "__main__":
    main()
