"""Time training on a GPU against one core, over the size of the network.

    python benchmarks/cuda_scaling.py     # with a GPU, nvcc and the extra cuda

Both train the same networks on the same random images, in single precision, and take turns. Stored
in `benchmarks/results/cuda_scaling.json`: milliseconds per image, without the start of a process;
seconds of such a start, with the synapses that it makes, which a training pays for every 5000
images; what both take for so many; and from which size on the GPU was the faster in all repeats.
Where there is no CUDA it says so in one line, and stores nothing.
"""

import argparse
import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from bench_data import Case, make_case
from report import machine
from timing import SHORT, interleaved, one_core, spread

from spikingfa.base.errors import SpikingFAError
from spikingfa.engine import Engine, Outcome
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.cuda.engine import CudaEngine
from spikingfa.engine.cuda.toolkit import find_toolkit
from spikingfa.training.chunks import CHUNK

RESULTS = Path(__file__).parent / "results" / "cuda_scaling.json"
HIDDEN = (250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000)
ENGINES = {"core": StandaloneEngine, "gpu": CudaEngine}
REPEATS = 5
N_PIXELS, N_CLASSES = 784, 10
BRIGHT = 0.2  # part of the pixels that are not dark, much as in MNIST


class Contestant:
    """A network on one of the devices."""

    def __init__(self, engine: Engine, case: Case):
        self.engine, self.case = engine, case

    def run(self, n: int) -> Outcome:
        """Train on the first `n` images."""
        return self.engine.run(self.case.chunk(n))


def images(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Random images and classes."""
    rng = np.random.default_rng(0)
    x = rng.random((n, N_PIXELS), dtype=np.float32) * (rng.random((n, N_PIXELS)) < BRIGHT)
    return x, np.arange(n) % N_CLASSES


def measured(case: Case, n: int, repeats: int, engines: dict) -> dict:
    """One network on all devices: times per image, of a start, and of a chunk of a training."""
    with tempfile.TemporaryDirectory() as folder:
        made = {name: make(case.blueprint, Path(folder)) for name, make in engines.items()}
        both = {name: Contestant(engine, case) for name, engine in made.items()}
        times, outcomes = interleaved(both, dict.fromkeys(both, n), repeats)
        starts = {name: [_seconds(one) for _ in range(repeats)] for name, one in both.items()}
    found = {}
    for name in both:
        per_image, start = np.array(times[name]), np.array(starts[name])
        found[name] = {
            "ms_per_image": spread(per_image),
            "start_s": spread(start),
            "s_per_chunk": spread(start + 1e-3 * per_image * (CHUNK - SHORT)),
            "spikes_per_image": {k: v / n for k, v in outcomes[name].n_spikes.items()},
        }
    return {"images": n, "n_hidden": case.n_hidden, **found}


def _seconds(one: Contestant) -> float:
    start = time.perf_counter()
    one.run(SHORT)
    return time.perf_counter() - start


def overtakes(points: list[dict], what: str) -> int | None:
    """The number of hidden neurons from which on the GPU was faster in all repeats; None: never."""
    found = None
    for point in sorted(points, key=lambda point: -point["n_hidden"]):
        if point["gpu"][what]["max"] >= point["core"][what]["min"]:
            break
        found = point["n_hidden"]
    return found


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--hidden", type=int, nargs="+", default=HIDDEN)
    parser.add_argument("--json", type=Path, default=RESULTS)
    options = parser.parse_args()
    toolkit, points = find_toolkit(), []
    x, y = images(500)
    with one_core():  # the GPU needs no more of them
        for n_hidden in options.hidden:
            n = max(20, min(len(x), 500_000 // n_hidden))
            points.append(measured(make_case(x, y, n_hidden, len(x)), n, REPEATS, ENGINES))
            told = (
                f"{name} {points[-1][name]['ms_per_image']['median']:.3f} ms" for name in ENGINES
            )
            print(f"{n_hidden:>7} hidden neurons:", *told, flush=True)
    measures = ("ms_per_image", "s_per_chunk")
    found = {
        "machine": machine() | asdict(toolkit),
        "repeats": REPEATS,
        "points": points,
        "overtakes_at_hidden": {what: overtakes(points, what) for what in measures},
    }
    options.json.write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found["overtakes_at_hidden"]))


if __name__ == "__main__":
    try:
        main()
    except SpikingFAError as error:
        print(f"cuda_scaling.py: {error}", file=sys.stderr)
        sys.exit(2)
