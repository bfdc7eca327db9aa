"""The command ``python -m benchmarks.fuzz``."""

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

from report import machine

from benchmarks.fuzz import idx_inputs, model_inputs, run_folder_inputs
from benchmarks.fuzz.running import Counts, Failed, fed

RESULTS = Path(__file__).parents[1] / "results" / "reliability"
APART = 10**6  # seeds of the processes
READERS = {"model": model_inputs, "idx": idx_inputs, "run-folder": run_folder_inputs}


def keep(name: str, counts: Counts, command: str, seconds: float) -> Path:
    """Store what became of the inputs."""
    found = {
        "fault": "hostile or damaged file",
        "in": READERS[name].DURING,
        "times": counts.all,
        "lost": str(counts),
        "command": command,
        "seconds": round(seconds, 1),
        "versions": machine(),
    }
    RESULTS.mkdir(exist_ok=True, parents=True)
    path = RESULTS / f"fuzz-{name}.json"
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return path


def fed_by(name: str, n: int, seed: int, jobs: int) -> Counts:
    """What became of so many inputs in so many processes, each with seeds of its own."""
    sizes = [n // jobs + (k < n % jobs) for k in range(jobs)]
    seeds = [seed + k * APART for k in range(jobs)]
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(_fed, repeat(name), sizes, seeds))
    return Counts(sum(one.read for one in found), sum(one.refused for one in found))


def _fed(name: str, n: int, seed: int) -> Counts:
    failed = Path(f"fuzz-{name}-failed.pickle").absolute()
    return fed(READERS[name], n, seed, failed, progress=True)


def main() -> int:
    """Feed a reader and store what became of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--inputs", type=int, default=100_000, metavar="N", help="how many")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the inputs (1)")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (1)")
    parser.add_argument("--not-kept", action="store_true", help="store no result")
    options = parser.parse_args()
    start = time.perf_counter()
    try:
        counts = fed_by(options.reader, options.inputs, options.seed, options.jobs)
    except Failed as error:
        print(f"{options.reader} --seed {options.seed}: {error}", file=sys.stderr)
        return 1
    seconds = time.perf_counter() - start
    if not options.not_kept:
        command = f"python -m benchmarks.fuzz {options.reader}"
        command += f" --inputs {options.inputs} --seed {options.seed} --jobs {options.jobs}"
        print(keep(options.reader, counts, command, seconds))
    print(counts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
