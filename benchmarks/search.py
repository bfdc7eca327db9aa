"""Try settings of a model on a validation split, several at a time, and keep what came out.

    python benchmarks/search.py mnist_fa --out FILE.jsonl --base "task.validation=10000" \\
        --try "plasticity.eta_output=0.8" --try "plasticity.eta_output=1.6 hidden.dropout=0.2"

Each `--try` is one variant: settings as for `spikingfa run --set`, apart by spaces. Errors are
those on the held-out training stimuli, never on the test set. Every run adds a line to FILE, with
all its settings, so that the search is on record. MNIST is looked for as `spikingfa run` does.
"""

import argparse
import json
import shlex
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import spikingfa
from spikingfa.base.cores import n_cores
from spikingfa.model.changes import parse_setting


def trained(model: spikingfa.Model, seed: int) -> dict:
    """Train once; errors in percent, of the last epoch where there is one number."""
    with tempfile.TemporaryDirectory() as folder:
        run = spikingfa.train(model, seed=seed, out=Path(folder) / "run", progress=False)
        history, seconds = run.history, run.metrics["train_seconds"]
    last = {key: round(float(column[-1]), 2) for key, column in history.items() if key != "epoch"}
    errors = ("train_error", "validation_error")
    last |= {key: round(100 * float(history[key][-1]), 2) for key in errors}
    by_epoch = (100 * history["validation_error"]).round(2).tolist()
    return last | {"by_epoch": by_epoch, "seconds": round(seconds)}


def line(options: argparse.Namespace, settings: list[str], seed: int) -> str:
    """What one run was, and what came out."""
    tried = {"model": options.model, "base": options.base, "try": settings, "seed": seed}
    model = spikingfa.load_model(options.model)
    model = model.but(dict(parse_setting(text) for text in options.base + settings))
    if not model.task.validation:
        raise SystemExit("search.py: needs task.validation=N: the test set picks nothing")
    try:
        return json.dumps(tried | trained(model, seed))
    except spikingfa.SimulationError as error:
        return json.dumps(tried | {"failed": str(error)})


def parse() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", metavar="MODEL", help="a shipped model's name, or a TOML file")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="lines go there")
    parser.add_argument("--base", type=shlex.split, default=[], metavar="SETTINGS")
    parser.add_argument(
        "--try", type=shlex.split, action="append", required=True, metavar="SETTINGS", dest="tries"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1], metavar="N")
    return parser.parse_args()


def main() -> None:
    """Try all variants with all seeds."""
    options = parse()
    variants = product(options.tries, options.seeds)
    with ThreadPoolExecutor(n_cores()) as pool, open(options.out, "a", encoding="utf-8") as file:
        for found in pool.map(lambda variant: line(options, *variant), variants):
            print(found, file=file, flush=True)
            print(found, flush=True)


if __name__ == "__main__":
    main()
