"""Run models over several seeds and keep what they reached.

    python benchmarks/measure.py                           # all that models/README.md tells
    python benchmarks/measure.py digits_fa digits_fa_50    # these variants
    python benchmarks/measure.py mnist_fa --runs DIR       # keep the runs, go on with stopped ones
    python benchmarks/measure.py mnist_fa --add            # only the seeds that are not stored yet
    python benchmarks/measure.py --times                   # how long they take, on an idle machine
    python benchmarks/measure.py --tables                  # only print what is stored
    python benchmarks/measure.py --write                   # and put it into models/README.md

The seed of a run is that of its weights, order, phases and noise, and of its data where these are
drawn: the split of the digits, and generated tasks. MNIST is split as published. Each variant
leaves `models/results/<variant>.csv`, one row a run, and the learning curves of MNIST and of deep
networks in `<variant>_history.csv`; the tables are printed as they stand in `models/README.md`.
Times are taken apart from the errors, in shorter runs, so that what else the machine does matters
to nothing but them: `times.csv`. MNIST is looked for as `spikingfa run` does.
"""

import argparse
import csv
import os
import re
import tempfile
from pathlib import Path

import numpy as np

import spikingfa
from spikingfa.tasks import load_data

MODELS = Path(__file__).parents[1] / "models"
RESULTS = MODELS / "results"

FROZEN = {"plasticity.eta_hidden": 0.0}
STRONG = {"hidden.i_init": "400 pA"}
#: The article's neurons in place of LIF ones.
STOCHASTIC = {
    "hidden.model": "stochastic_sigmoid",
    "hidden.i_bias": "0 pA",
    "output.model": "stochastic_sigmoid",
    "output.i_bias": "-60 pA",
    "output.rate_max": "400 Hz",
    "output.teacher_rate": "200 Hz",
    "plasticity.eta_output": 0.4,
}

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
    "digits_fa_deep": ("digits_fa_deep", {}),
    "digits_fa_continuous": ("digits_fa_continuous", {}),
    "digits_fa_continuous_frozen": ("digits_fa_continuous", FROZEN),
    "digits_fa_continuous_frozen_strong": ("digits_fa_continuous", FROZEN | STRONG),
    "digits_lif_cond": ("digits_lif_cond", {}),
    "digits_alif": ("digits_alif", {}),
    "digits_adex": ("digits_adex", {}),
    "digits_izhikevich": ("digits_izhikevich", {}),
    "digits_stochastic": ("digits_stochastic", {}),
    "digits_equations": ("digits_equations", {}),
    "digits_own_rule": ("digits_own_rule", {}),
    "mnist_fa_quick": ("mnist_fa_quick", {}),
    "mnist_fa_quick_double": ("mnist_fa_quick", {"training.precision": "double"}),
    "mnist_fa_quick_dt_0.5": ("mnist_fa_quick", {"training.dt": "0.5 ms"}),
    "mnist_fa_quick_dt_0.1": ("mnist_fa_quick", {"training.dt": "0.1 ms"}),
    "mnist_fa": ("mnist_fa", {}),
    "mnist_fa_graded": ("mnist_fa", {"feedback.error": "graded"}),
    "mnist_bp": ("mnist_bp", {}),
    "mnist_shallow": ("mnist_shallow", {}),
    "mnist_shallow_weak": ("mnist_shallow", {"hidden.i_init": "75 pA"}),
    "mnist_fa_deep": ("mnist_fa_deep", {}),
    "mnist_fa_shifts": ("mnist_fa_shifts", {}),
    "mnist_fa_best": ("mnist_fa_best", {}),
    "mnist_fa_best_unshifted": ("mnist_fa_best", {"task.shift": 0, "training.epochs": 10}),
    "mnist_fa_256": ("mnist_fa", {"hidden.size": 256, "training.epochs": 20}),
    "mnist_bp_256": ("mnist_bp", {"hidden.size": 256, "training.epochs": 20}),
    "mnist_fa_receptive_fields": ("mnist_fa_receptive_fields", {}),
    "mnist_shallow_receptive_fields": (
        "mnist_shallow",
        {"hidden.receptive_field": 10, "hidden.size": 2000, "hidden.i_init": "800 pA"},
    ),
}
VARIANTS |= {
    f"mnist_stochastic{end}": ("mnist_fa", STOCHASTIC | settings)
    for end, settings in {"": {}, "_transport": {"feedback.kind": "transport"}}.items()
}
VARIANTS |= {
    f"{name}{end}": (name, settings)
    for name in ("xor_fa", "parity_fa", "linear_fa", "nonlinear_fa", "evidence_fa")
    for end, settings in {
        "": {},
        "_transport": {"feedback.kind": "transport"},
        "_frozen": FROZEN,
        "_frozen_strong": FROZEN | STRONG,
    }.items()
    if name != "evidence_fa" or end in ("", "_frozen")
}
VARIANTS |= {
    f"spike_pattern_fa{end}": ("spike_pattern_fa", settings)
    for end, settings in {
        "": {},
        "_three_factor": {"plasticity.rule": "three_factor"},
        "_frozen": FROZEN,
        "_frozen_strong": FROZEN | STRONG,
    }.items()
}
VARIANTS["folded_fa"] = ("folded_fa", {})
VARIANTS |= {
    f"cortex{end}": ("cortex", settings)
    for end, settings in {
        "": {},
        "_transport": {"feedback.kind": "transport"},
        "_frozen": FROZEN,
    }.items()
}
VARIANTS |= {
    f"{name}{end}": (name, settings)
    for name in ("digits_five", "digits_ten")
    for end, settings in {
        "": {"recording.depth": True},
        "_direct": {"feedback.kind": "direct"},
        "_transport": {"feedback.kind": "transport"},
        "_sign": {"feedback.kind": "sign"},
        "_kolen_pollack": {"feedback.kind": "kolen_pollack"},
    }.items()
}
VARIANTS |= {
    f"digits_twenty{end}": ("digits_ten", settings | {"hidden.layers": 20})
    for end, settings in {
        "": {"recording.depth": True},
        "_direct": {"feedback.kind": "direct"},
        "_kolen_pollack": {"feedback.kind": "kolen_pollack"},
    }.items()
}
BASELINE = "digits_logistic_regression"
DEEP = ("digits_five", "digits_ten", "digits_twenty")
#: Beginnings of the names in each table; a variant is in that of its longest one.
TABLES = {
    "digits": ("digits",),
    "mnist": ("mnist",),
    "depth": DEEP,
    "folded": ("folded",),
    "bits": ("xor", "parity"),
    "functions": ("linear", "nonlinear"),
    "evidence": ("evidence",),
    "spike_pattern": ("spike_pattern",),
    "cortex": ("cortex",),
}
SEEDS, SEEDS_OF_LONG = 10, 5  # of runs that take less than a minute, and more
LONG = tuple(
    variant
    for variant in VARIANTS
    if (variant.startswith("mnist") and "quick" not in variant)
    or variant.startswith((*DEEP, "folded", "cortex"))
)
#: The seed that draws the data of a task, of those that are drawn.
DATA_SEED = {"digits": "task.split_seed", "mnist": None, "spikes": None}
#: The recording that `cortex` learns, beneath the folder that $SPIKINGFA_DATA names.
CORTEX = Path("cortex", "D_E_I.csv")
COLUMNS = (
    *("seed", "task_seed", "test_error", "train_error", "angle_deg", "rate_hidden_hz"),
    "epochs",
)
TIMES = RESULTS / "times.csv"
#: Of a run that is timed: epochs at most, images of MNIST, and how often.
TIMED_EPOCHS, TIMED_IMAGES, REPEATS = 5, 10_000, 3


def n_seeds(variant: str) -> int:
    """How many runs of a variant are made."""
    return SEEDS_OF_LONG if variant in LONG else SEEDS


def seeded(variant: str, seed: int) -> tuple[spikingfa.Model, int | None]:
    """The model of a variant with data drawn by the seed, and that seed if they are."""
    name, settings = VARIANTS[variant]
    model = spikingfa.load_model(name).but(_file(name) | settings)
    key = DATA_SEED.get(model.task.name, "task.seed")
    return (model.but({key: seed}), seed) if key else (model, None)


def _file(name: str) -> dict:
    """The file of a model whose data are a recording of others."""
    if name != "cortex":
        return {}
    return {"task.file": str(Path(os.environ.get("SPIKINGFA_DATA", ".")) / CORTEX)}


def there(variants: list[str]) -> list[str]:
    """Those whose data are there; of the others it is said."""
    files = {variant: _file(VARIANTS[variant][0]).get("task.file") for variant in variants}
    missing = [variant for variant, file in files.items() if file and not Path(file).exists()]
    if missing:
        print(f"left out: {', '.join(missing)} (no {CORTEX} in the folder $SPIKINGFA_DATA)")
    return [variant for variant in variants if variant not in missing]


def measure(variant: str, seed: int, folder: Path) -> tuple[dict, list[dict]]:
    """Train once, or finish what is in `folder`; return a row of results and the history."""
    model, task_seed = seeded(variant, seed)
    out = folder / f"{variant}-{seed}"
    run = spikingfa.train(model, seed=seed, out=out, resume=True, progress=False)
    rates = [c for c in run.history if c.startswith("rate_hidden")]
    row = {key: run.metrics[key] for key in COLUMNS if key in run.metrics}
    row["task_seed"] = task_seed
    row["rate_hidden_hz"] = np.mean([run.history[rate][-1] for rate in rates])
    history = [
        {"seed": seed} | dict(zip(run.history, (f"{value:.6g}" for value in values)))
        for values in zip(*run.history.values())
    ]
    return {key: "" if row[key] is None else f"{row[key]:.6g}" for key in COLUMNS}, history


def timed(variant: str, folder: Path) -> dict[str, str]:
    """Milliseconds that a stimulus takes in training, median of some runs, and minutes of a run."""
    name, settings = VARIANTS[variant]
    model = spikingfa.load_model(name).but(_file(name) | settings)
    epochs = min(model.training.epochs, TIMED_EPOCHS)
    shorter = model.but({"training.epochs": epochs})
    if model.task.name == "mnist":
        shorter = model.but({"training.epochs": 1, "task.limit": TIMED_IMAGES})
    times = [
        spikingfa.train(shorter, out=folder / f"{variant}-{k}", progress=False).metrics
        for k in range(REPEATS)
    ]
    ms = np.median([metrics["ms_per_trial"] for metrics in times])
    n_stimuli = model.training.epochs * len(load_data(model.task).x_train)
    minutes = ms * n_stimuli / 60_000
    return {"variant": variant, "ms_per_stimulus": f"{ms:.2g}", "minutes": f"{minutes:.2g}"}


def keep_times(rows: list[dict]) -> None:
    """Write how long variants take, beside those that are stored."""
    rows = {row["variant"]: row for row in [*stored(TIMES), *rows]}
    order = [variant for variant in VARIANTS if variant in rows]
    keep("times", [rows[variant] for variant in order], list(rows[order[0]]))


def stored(path: Path) -> list[dict]:
    """Rows of a table, none if there is none."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def baseline(seed: int) -> dict[str, str]:
    """Logistic regression on the same split, for comparison."""
    from sklearn.linear_model import LogisticRegression

    data = load_data(seeded("digits_fa", seed)[0].task)
    fitted = LogisticRegression(max_iter=5000).fit(data.x_train, data.y_train)
    errors = {
        "test_error": 1 - fitted.score(data.x_test, data.y_test),
        "train_error": 1 - fitted.score(data.x_train, data.y_train),
    }
    return {"seed": "", "task_seed": seed} | {key: f"{value:.6g}" for key, value in errors.items()}


def keep(name: str, rows: list[dict], columns=COLUMNS) -> None:
    """Write the rows of a variant."""
    RESULTS.mkdir(exist_ok=True)
    with open(RESULTS / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def table(task: str) -> str:
    """The stored results of a task's models as a Markdown table: mean and sd over seeds."""
    metric = {"functions": "NSE", "spike_pattern": "distance"}.get(task, "error")
    lines = [
        f"| variant | test {metric} (%) | train {metric} (%) | angle (deg) | hidden rate (Hz) "
        "| epochs | ms per stimulus | minutes | n |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    times = {row["variant"]: row for row in stored(TIMES)}
    for variant in [*VARIANTS, BASELINE]:
        rows = stored(RESULTS / f"{variant}.csv")
        if not (_table_of(variant) == task and rows):
            continue
        time = times.get(variant, {"ms_per_stimulus": "", "minutes": ""})
        cells = [
            _mean_sd([100 * float(row["test_error"]) for row in rows], 2),
            _mean_sd([100 * float(row["train_error"]) for row in rows], 2),
            _mean_sd([float(row["angle_deg"] or "nan") for row in rows], 1),
            _mean_sd([float(row["rate_hidden_hz"] or "nan") for row in rows], 1),
            rows[0]["epochs"],
            time["ms_per_stimulus"],
            time["minutes"],
            str(len(rows)),
        ]
        lines.append(f"| `{variant}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _table_of(variant: str) -> str:
    matches = {name: task for task, names in TABLES.items() for name in names}
    return matches[max((name for name in matches if variant.startswith(name)), key=len)]


def write_tables(path: Path) -> None:
    """Put the tables in place of those in a file, which stand there in this order."""
    text = path.read_text("utf-8")
    tables = iter(TABLES)
    old = re.compile(r"^\| variant \| test .*\n(?:\|.*\n)+", re.MULTILINE)
    assert len(old.findall(text)) == len(TABLES), f"{path} has other tables"
    text = old.sub(lambda _: table(next(tables)) + "\n", text)
    path.write_text(text, "utf-8")


def _mean_sd(values: list[float], digits: int) -> str:
    if np.isnan(values).any():
        return ""
    spread = f" ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else ""
    return f"{np.mean(values):.{digits}f}{spread}"


def main() -> None:
    """Measure what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("variants", nargs="*", default=list(VARIANTS), metavar="VARIANT")
    parser.add_argument("--seeds", type=int, metavar="N", help="seeds 1 to N (10, 5 of long runs)")
    parser.add_argument("--runs", type=Path, metavar="DIR", help="keep the run folders there")
    parser.add_argument("--add", action="store_true", help="keep the seeds that are stored")
    parser.add_argument("--times", action="store_true", help="measure how long they take instead")
    parser.add_argument("--tables", action="store_true", help="measure nothing")
    parser.add_argument("--write", action="store_true", help="and write models/README.md")
    options = parser.parse_args()
    if options.times:
        with tempfile.TemporaryDirectory() as scratch:
            keep_times([timed(variant, Path(scratch)) for variant in there(options.variants)])
    elif not (options.tables or options.write):
        with tempfile.TemporaryDirectory() as scratch:
            for variant in there(options.variants):
                seeds = range(1, (options.seeds or n_seeds(variant)) + 1)
                _measure_all(variant, seeds, options.runs or Path(scratch), options.add)
    measured = not (options.tables or options.times or options.write)
    if options.variants == list(VARIANTS) and measured:
        keep(BASELINE, [baseline(seed) for seed in range(1, SEEDS + 1)])
    print(*(table(task) for task in TABLES), sep="\n\n")
    if options.write:
        write_tables(MODELS / "README.md")


def _measure_all(variant: str, seeds: range, folder: Path, add: bool) -> None:
    names = (variant, f"{variant}_history")
    rows, history = (stored(RESULTS / f"{name}.csv") if add else [] for name in names)
    there = {row["seed"] for row in rows}
    for seed in seeds:
        if str(seed) not in there:
            row, epochs = measure(variant, seed, folder)
            rows, history = [*rows, row], [*history, *epochs]
    keep(variant, rows)
    if variant.startswith(("mnist", *DEEP)):
        keep(names[1], history, list(history[0]))


if __name__ == "__main__":
    main()
