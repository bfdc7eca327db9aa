"""How long the program of a deep network takes to build, by its number of hidden layers.

    python benchmarks/building.py

Networks as `digits_five` and `digits_ten`, with 2 to 20 hidden layers. Seconds by the clock, and
of processor time, which Brian2 takes to write the C++ and the compiler to compile it; the least of
three, stored in `benchmarks/results/building.json`.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import machine

import spikingfa
from spikingfa.network.build import blueprint
from spikingfa.tasks import load_data
from spikingfa.training.data_fit import topology_of

RESULTS = Path(__file__).parent / "results" / "building.json"
DEPTHS, REPEATS = (2, 5, 10, 20), 3


def text_of(depth: int) -> str:
    """What is compiled, as the building process reads it."""
    model = spikingfa.load_model("digits_five").but({"hidden.layers": depth})
    return blueprint(topology_of(model, load_data(model.task))).to_json()


def seconds(text: str) -> tuple[float, float]:
    """Seconds by the clock and of processor time, from nothing to a program."""
    command = [sys.executable, "-P", "-m", "spikingfa.engine.compiled.build"]
    with tempfile.TemporaryDirectory() as folder:
        before, start = os.times(), time.perf_counter()
        program = Path(folder) / "program"
        subprocess.run([*command, str(program)], input=text, text=True, check=True)
        wall, after = time.perf_counter() - start, os.times()
    times = (
        after.children_user - before.children_user,
        after.children_system - before.children_system,
    )
    return wall, sum(times)


def main() -> None:
    """Measure, print and store."""
    rows = []
    for depth in DEPTHS:
        text = text_of(depth)
        wall, processor = map(min, zip(*(seconds(text) for _ in range(REPEATS))))
        rows.append({"hidden_layers": depth, "seconds": wall, "processor_seconds": processor})
        print(f"{depth:3} hidden layers: {wall:5.1f} s, {processor:5.1f} s of processor time")
    results = {"machine": machine(), "programs": rows}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
