"""The stored errors, and their table."""

import csv
from pathlib import Path

import numpy as np

from benchmarks.robustness.learners import LEARNERS
from benchmarks.robustness.tasks import TASKS

RESULTS = Path(__file__).parents[1] / "results" / "robustness.csv"

#: Test errors in percent over seeds, by task and learner.
Errors = dict[str, dict[str, np.ndarray]]


def stored() -> list[dict[str, str]]:
    """All rows; none before anything was measured."""
    if not RESULTS.exists():
        return []
    with open(RESULTS, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def errors_of(rows: list[dict[str, str]]) -> Errors:
    """The errors of complete tasks."""
    errors = {
        task: {
            learner: np.array(
                [
                    100 * float(row["test_error"])
                    for row in rows
                    if (row["task"], row["learner"]) == (task, learner)
                ]
            )
            for learner in LEARNERS
        }
        for task in TASKS
    }
    return {task: of for task, of in errors.items() if all(map(len, of.values()))}


def markdown(errors: Errors) -> str:
    """Mean and sd over seeds; the least mean of a task in bold."""
    lines = [f"| test error (%) | {' | '.join(LEARNERS)} |", "|---|" + "---|" * len(LEARNERS)]
    for task, of in errors.items():
        means = {learner: values.mean() for learner, values in of.items()}
        cells = (_cell(of[name], means[name] == min(means.values())) for name in LEARNERS)
        lines.append(f"| {task} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(values: np.ndarray, best: bool) -> str:
    mean = f"{values.mean():.1f}"
    return f"{f'**{mean}**' if best else mean} ± {values.std(ddof=1):.1f}"
