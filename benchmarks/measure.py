"""Run models over several seeds and keep what they reached.

    python benchmarks/measure.py                           # all that models/README.md tells
    python benchmarks/measure.py digits_fa digits_fa_50    # these variants

Each variant leaves `models/results/<variant>.csv`, one row a run, and the tables are printed as
they stand in `models/README.md`. MNIST is looked for as `spikingfa run` does.
"""

import argparse
import csv
import tempfile
from pathlib import Path

import numpy as np

import spikingfa
from spikingfa.tasks import load_data

RESULTS = Path(__file__).parents[1] / "models" / "results"

FROZEN = {"plasticity.eta_hidden": 0.0}
STRONG = {"hidden.i_init": "400 pA"}

#: variant: (model, settings)
VARIANTS = {
    "digits_fa": ("digits_fa", {}),
    "digits_fa_graded": ("digits_fa", {"feedback.error": "graded"}),
    "digits_fa_poisson": ("digits_fa", {"input.coding": "poisson"}),
    "digits_fa_frozen": ("digits_fa", FROZEN),
    "digits_fa_frozen_strong": ("digits_fa", FROZEN | STRONG),
    "digits_fa_50": ("digits_fa", {"hidden.size": 50}),
    "digits_fa_50_frozen": ("digits_fa", FROZEN | {"hidden.size": 50}),
    "digits_fa_50_frozen_strong": ("digits_fa", FROZEN | STRONG | {"hidden.size": 50}),
    "mnist_fa_quick": ("mnist_fa_quick", {}),
    "mnist_fa_quick_double": ("mnist_fa_quick", {"training.precision": "double"}),
}
BASELINE = "digits_logistic_regression"
COLUMNS = ("seed", "test_error", "train_error", "angle_deg", "rate_hidden_hz", "epochs", "seconds")


def measure(name: str, settings: dict, seed: int) -> dict[str, float]:
    """Train once and return a row of results."""
    with tempfile.TemporaryDirectory() as folder:
        model = spikingfa.load_model(name).but(settings)
        run = spikingfa.train(model, seed=seed, out=Path(folder) / "run", progress=False)
        row = {key: run.metrics[key] for key in COLUMNS if key in run.metrics}
        row["rate_hidden_hz"] = run.history["rate_hidden_hz"][-1]
        row["seconds"] = run.metrics["train_seconds"]
    return {key: f"{row[key]:.6g}" for key in COLUMNS}


def baseline() -> dict[str, str]:
    """Logistic regression on the same split, for comparison."""
    from sklearn.linear_model import LogisticRegression

    data = load_data(spikingfa.load_model("digits_fa").task)
    fitted = LogisticRegression(max_iter=5000).fit(data.x_train, data.y_train)
    errors = {
        "test_error": 1 - fitted.score(data.x_test, data.y_test),
        "train_error": 1 - fitted.score(data.x_train, data.y_train),
    }
    return {"seed": "-"} | {key: f"{value:.6g}" for key, value in errors.items()}


def keep(variant: str, rows: list[dict]) -> None:
    """Write the rows of a variant."""
    RESULTS.mkdir(exist_ok=True)
    with open(RESULTS / f"{variant}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def table(task: str) -> str:
    """The stored results of a task's models as a Markdown table: mean and sd over seeds."""
    lines = [
        "| variant | test error (%) | train error (%) | angle (deg) | hidden rate (Hz) | time (s) "
        "| seeds |",
        "|---|---|---|---|---|---|---|",
    ]
    for variant in [*VARIANTS, BASELINE]:
        path = RESULTS / f"{variant}.csv"
        if not (variant.startswith(task) and path.exists()):
            continue
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        cells = [
            _mean_sd([100 * float(row["test_error"]) for row in rows], 2),
            _mean_sd([100 * float(row["train_error"]) for row in rows], 2),
            _mean_sd([float(row["angle_deg"] or "nan") for row in rows], 1),
            _mean_sd([float(row["rate_hidden_hz"] or "nan") for row in rows], 1),
            _mean_sd([float(row["seconds"] or "nan") for row in rows], 0),
            ", ".join(row["seed"] for row in rows),
        ]
        lines.append(f"| `{variant}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean_sd(values: list[float], digits: int) -> str:
    if np.isnan(values).any():
        return ""
    spread = f" ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else ""
    return f"{np.mean(values):.{digits}f}{spread}"


def main() -> None:
    """Measure what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("variants", nargs="*", default=list(VARIANTS), metavar="VARIANT")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="seeds 1 to N")
    options = parser.parse_args()
    for variant in options.variants:
        rows = [measure(*VARIANTS[variant], seed) for seed in range(1, options.seeds + 1)]
        keep(variant, rows)
    if options.variants == list(VARIANTS):
        keep(BASELINE, [baseline()])
    print(table("digits"), table("mnist"), sep="\n\n")


if __name__ == "__main__":
    main()
