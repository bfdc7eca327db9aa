"""Time what comes before the first simulated step.

    python benchmarks/startup.py

Five of each, the median printed, all stored in `benchmarks/results/startup.json`: the command's
help, importing the package, a run of `digits_fa` until its simulation begins with the program in
the cache, and building that program with an empty cache.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from report import machine

RESULTS = Path(__file__).parent / "results" / "startup.json"
REPEATS = 5

#: Runs `digits_fa` and tells when its first chunk is handed to the simulator.
RUN = """
import sys, time
from spikingfa.engine.compiled.standalone import StandaloneEngine
simulate = StandaloneEngine.run
def told(self, *arguments):
    print(time.time(), self.build_seconds, flush=True)
    StandaloneEngine.run = simulate
    return simulate(self, *arguments)
StandaloneEngine.run = told
import spikingfa
model = spikingfa.load_model("digits_fa").but({"training.epochs": 1, "recording.trials": 0})
spikingfa.train(model, out=sys.argv[1], progress=False)
"""


def seconds(*arguments: str) -> float:
    """How long a command of this Python takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def run_begins(cache: Path, out: Path) -> tuple[float, float]:
    """Seconds until a run simulates, and how many of them it compiled."""
    start = time.time()
    told = subprocess.run(
        [sys.executable, "-c", RUN, out],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"SPIKINGFA_CACHE": str(cache)},
    ).stdout
    began, build = (float(word) for word in told.split())
    return began - start, build


def measure(scratch: Path) -> dict[str, list[float]]:
    """All times, in seconds."""
    cold = [run_begins(scratch / f"cache{k}", scratch / f"cold{k}")[1] for k in range(REPEATS)]
    cached = [run_begins(scratch / "cache0", scratch / f"run{k}")[0] for k in range(REPEATS)]
    return {
        "help": [seconds("-m", "spikingfa", "--help") for _ in range(REPEATS)],
        "import": [seconds("-c", "import spikingfa") for _ in range(REPEATS)],
        "cached_run_simulates": cached,
        "cold_build": cold,
    }


def main() -> None:
    """Measure, print and store."""
    with tempfile.TemporaryDirectory() as scratch:
        times = measure(Path(scratch))
    for name, values in times.items():
        print(f"{name:<22}{np.median(values):6.2f} s   ({min(values):.2f} to {max(values):.2f})")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine(), "seconds": times}, indent=1) + "\n")


if __name__ == "__main__":
    main()
