"""How time and memory grow with neurons, layers, time steps and images, on one core.

    python benchmarks/scaling.py                  # about 15 minutes; MNIST as for compare.py
    python benchmarks/scaling.py --draw           # only the figure, from the stored results

Every point is the time of training one image, start and end of the process left out (timing.py).
Over all points these costs are fitted: of a synaptic event (a presynaptic spike arriving at one
synapse, which delivers and learns) whose weight is in the second cache, in the third or in
neither, of a neuron in a step, and of a step. The results are stored in
`benchmarks/results/scaling.json`, the figure in `docs/figures/scaling.png`.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from bench_data import Case, make_case, mnist
from contestants import Ours
from report import machine
from scipy.optimize import nnls
from timing import interleaved, one_core, peak_memory

from spikingfa.base.errors import DataError
from spikingfa.engine import Outcome

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "scaling.json"
FIGURE = HERE.parent / "docs" / "figures" / "scaling.png"
REPEATS = 3
CHUNK = 5000  # images in one process, as in training
COSTS = ("event_in_l2", "event_in_l3", "event_in_memory", "neuron_step", "step")

HIDDEN = (125, 250, 500, 1000, 2000, 4000, 8000)
LAYERS = (1, 2, 3, 4, 5)
DT_MS = (1.0, 0.5, 0.2, 0.1)
IMAGES = (1_000, 10_000, 100_000, 600_000)
SILENT = (1000, 2000, 4000)


def cases(x: np.ndarray, y: np.ndarray):
    """What is measured: (sweep, value, case, number of images)."""

    def case(n_hidden: int, changes=None, layers: int = 1) -> Case:
        made = make_case(x, y, n_hidden, 2000 if changes or layers > 1 else len(x))
        hidden = [made.model.hidden[0].model_dump()] * layers
        model = made.model.model_validate(made.model.model_dump() | {"hidden": hidden})
        return made.with_model(model.but(changes or {}))

    for n in HIDDEN:
        yield "hidden", n, case(n), max(200, min(2000, 500_000 // n))
    for n in LAYERS:
        yield "layers", n, case(500, layers=n), 1000
    for dt in DT_MS:
        yield "dt_ms", dt, case(500, {"training.dt": f"{dt} ms"}), round(1000 * dt)
    for n in IMAGES:
        yield "images", n, case(125), n
    # hardly a spike: what the neurons alone cost
    for n in SILENT:
        yield "silent", n, case(n, {"input.rate_max": "0.1 Hz"}), 1000
    # weights that fit into no cache: 70 million synapses
    yield "large", 8000, case(8000, layers=2), 100


def point(case: Case, n: int, scratch: Path) -> dict[str, float]:
    """Measure one network."""
    ours = Ours(case, scratch)
    memory = peak_memory(ours, min(n, CHUNK))
    if n <= CHUNK:
        times, outcomes = interleaved({"ours": ours}, {"ours": n}, REPEATS)
        time, outcome = float(np.median(times["ours"])), outcomes["ours"]
    else:
        time, outcome = in_chunks(ours, n)
    work = work_per_image(case, outcome)
    return {"images": n, "ms_per_image": time, "mib": memory} | work


def in_chunks(ours: Ours, n: int) -> tuple[float, Outcome]:
    """Milliseconds per image of a long run, each chunk beginning with the weights of the last."""
    start, chunk = perf_counter(), ours.case.chunk(CHUNK)
    for _ in range(n // CHUNK):
        outcome = ours.engine.run(chunk)
        chunk = replace(chunk, arrays=chunk.arrays | outcome.state)
    return 1e3 * (perf_counter() - start) / n, outcome


def work_per_image(case: Case, outcome: Outcome) -> dict[str, float]:
    """Synaptic events, the weights they read and write (bytes), neuron steps, and steps."""
    n, network = len(outcome.readout["count"]), case.blueprint
    sizes = {p.name: p.size for p in network.populations}
    rows = [p for p in network.projections if p.connect == "all"]
    steps = round(float(case.model.training.trial) / network.dt)
    return {
        "events": sum(outcome.n_spikes.get(p.pre, 0) * sizes[p.post] for p in rows) / n,
        "weight_bytes": sum(4 * sizes[p.pre] * sizes[p.post] for p in rows),
        "neuron_steps": sum(sizes.values()) * steps,
        "steps": steps,
    }


def caches() -> tuple[int, int]:
    """Bytes in a core's second and in the third cache; usual sizes where Linux does not tell."""
    files = [Path(f"/sys/devices/system/cpu/cpu0/cache/index{k}/size") for k in (2, 3)]
    if not all(file.exists() for file in files):
        return 2 << 20, 32 << 20
    return tuple(1024 * int(file.read_text().strip().removesuffix("K")) for file in files)


def priced(p: dict, l2: int, l3: int) -> list[float]:
    """The amounts of work of a point, in the order of `COSTS`.

    Of weights that are too many for the second cache, a part that just fills it is found there.
    """
    near = min(1.0, l2 / p["weight_bytes"]) * p["events"]
    far = p["events"] - near
    in_l3 = p["weight_bytes"] <= l3
    return [near, far * in_l3, far * (not in_l3), p["neuron_steps"], p["steps"]]


def fit(points: list[dict], sizes: tuple[int, int]) -> dict[str, float]:
    """Costs (ns) that explain the times with the least relative error, none of them negative."""
    work = np.array([priced(p, *sizes) for p in points])
    time = np.array([1e6 * p["ms_per_image"] for p in points])
    costs, _ = nnls(work / time[:, None], np.ones(len(points)))
    deviations = work @ costs / time - 1
    return dict(zip(COSTS, costs)) | {"rms_relative_error": float(np.sqrt(np.mean(deviations**2)))}


def predicted(p: dict, results: dict) -> float:
    """Milliseconds per image by the fitted costs."""
    work = priced(p, *results["cache_bytes"])
    return 1e-6 * sum(w * results["fit"][name] for w, name in zip(work, COSTS))


def measure() -> dict:
    """Measure all points; each is printed as it is done."""
    x, y = mnist()
    points = []
    with tempfile.TemporaryDirectory() as scratch, one_core():
        for k, (sweep, value, case, n) in enumerate(cases(x, y)):
            p = {"sweep": sweep, "value": value} | point(case, n, Path(scratch) / str(k))
            points.append(p)
            print(
                f"{sweep:<8}{value:>8}{p['ms_per_image']:>10.4f} ms{p['mib']:>8.0f} MiB", flush=True
            )
    sizes = caches()
    found = {"machine": machine(), "cache_bytes": sizes, "points": points}
    return found | {"fit": fit(points, sizes)}


def draw(results: dict, path: Path) -> None:
    """Draw measured and fitted time per image over each of what was varied."""
    from scaling_figure import figure

    figure(results, predicted).savefig(path, dpi=150)


def main() -> int:
    """Measure, store, draw; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draw", action="store_true", help="only the figure, from stored results")
    if not parser.parse_args().draw:
        try:
            results = measure()
        except DataError as error:
            print(f"scaling.py: {error}", file=sys.stderr)
            return 2
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    results = json.loads(RESULTS.read_text())
    print("\n".join(f"{name:<20}{value:.4g}" for name, value in results["fit"].items()))
    draw(results, FIGURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
