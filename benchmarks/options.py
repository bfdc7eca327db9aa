"""What each option costs: time of a trial against the plain network, on one core.

    python benchmarks/options.py                  # about five minutes; MNIST as for compare.py
    python benchmarks/options.py --only noise     # options whose names have this word
    python benchmarks/options.py --json FILE

The plain network is 784-500-10 in single precision, 60 ms an image, learning on; each option is
switched on in it by itself. All take turns, and a ratio is of the same turn. Times are of the
simulation alone: see timing.py. Hidden neurons that fire more cost more, so their rate is given.
Rules that change every weight in every step are bound by memory: `bound` is the time of reading and
writing as many singles as there are weights and eligibilities, once a step. The results are stored
in `benchmarks/results/options.json`.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_data import mnist
from report import machine
from timing import interleaved, one_core, ratio, spread

from spikingfa.base.errors import DataError
from spikingfa.engine import Chunk, Outcome
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.model.model import Model
from spikingfa.tasks import Data
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights

RESULTS = Path(__file__).parent / "results" / "options.json"
PLAIN = {
    "hidden.size": 500,
    "training.dt": "1 ms",
    "training.trial": "60 ms",
    "training.precision": "single",
}
#: Three hidden layers, whose feedback is what is compared.
DEEP = {"hidden.layers": 3, "hidden.i_init": "300 pA", "feedback.kind": "direct"}
BASES = {"plain": {}, "three layers": DEEP}

#: By name: what it is compared with, and what is set.
OPTIONS = {
    "noise current": ("plain", {"hidden.i_noise": "50 pA", "output.i_noise": "50 pA"}),
    "Poisson input": ("plain", {"input.coding": "poisson"}),
    "stochastic sigmoid": (
        "plain",
        {"hidden.model": "stochastic_sigmoid", "output.model": "stochastic_sigmoid"},
    ),
    "update noise": ("plain", {"plasticity.update_noise": "10 pA"}),
    "dropout": ("plain", {"hidden.dropout": 0.5}),
    "Dale's law": ("plain", {"hidden.excitatory": 0.8}),
    "homeostasis by weights": ("plain", {"plasticity.homeostasis": "2 pA"}),
    "homeostasis by bias": ("plain", {"plasticity.intrinsic": "2 pA"}),
    "weight decay": ("plain", {"plasticity.weight_decay": 1e-4}),
    "sparsity 0.9": ("plain", {"hidden.sparsity": 0.9}),
    "recurrence, fixed": ("plain", {"hidden.recurrent": "fixed"}),
    "recurrence, plastic": ("plain", {"hidden.recurrent": "plastic"}),
    "delay": ("plain", {"hidden.delay": "3 ms"}),
    "distributed delays": (
        "plain",
        {"hidden.delay": {"dist": "uniform", "low": "1 ms", "high": "5 ms"}},
    ),
    "traced": ("plain", {"plasticity.rule": "traced"}),
    "erbp": ("plain", {"plasticity.rule": "erbp"}),
    "superspike": ("plain", {"plasticity.rule": "superspike"}),
    "eprop": ("plain", {"plasticity.rule": "eprop"}),
    "conductances": ("plain", {"hidden.model": "lif_cond", "output.model": "lif_cond"}),
    "adaptive threshold": ("plain", {"hidden.model": "alif", "output.model": "alif"}),
    "layerwise": ("three layers", {"feedback.kind": "layerwise"}),
    "kolen_pollack": ("three layers", {"feedback.kind": "kolen_pollack"}),
}


class Network:
    """A network with one option, which trains on the first images."""

    def __init__(self, changes: dict, data: Data, scratch: Path):
        model = Model()
        for key in ("hidden.layers", "hidden.model", "output.model"):
            model = model.but({key: changes[key]}) if key in changes else model
        topology = topology_of(model.but(PLAIN | changes), data)
        self.state, b = initial_weights(topology)
        self.session = Session(topology, data, b)
        scratch.mkdir()
        self.engine = self.session.engine = StandaloneEngine(self.session.blueprint, scratch)

    def run(self, n: int) -> Outcome:
        """Train on the first `n` images."""
        return self.engine.run(self._chunk(n))

    def hidden_rate(self, outcome: Outcome) -> float:
        """Mean rate of the hidden neurons in Hz."""
        rates = self.session.rates(outcome.n_spikes, outcome.n_trials)
        return float(np.mean([rate for name, rate in rates.items() if "_hidden" in name]))

    def _chunk(self, n: int) -> Chunk:
        return self.session.learning_chunk(self.state, np.arange(n), 0.0, 1)


def memory_bound(network: Network) -> float:
    """Milliseconds an image to change all weights and eligibilities once a step."""
    weights = network.state["input_to_hidden.w"].astype(np.float32)
    eligibilities, n_steps = weights + 1, 60
    best = np.inf
    for _ in range(20):
        start = time.perf_counter()
        np.multiply(weights, np.float32(0.999), out=weights)
        np.multiply(eligibilities, np.float32(0.999), out=eligibilities)
        best = min(best, time.perf_counter() - start)
    return 1e3 * n_steps * best


def measure(names: list[str], data: Data, images: int, repeats: int, scratch: Path) -> dict:
    """Time the options and what they are compared with, in turns."""
    bases = [base for base in BASES if any(OPTIONS[name][0] == base for name in names)]
    wanted = {base: BASES[base] for base in bases}
    wanted |= {name: BASES[OPTIONS[name][0]] | OPTIONS[name][1] for name in names}
    networks = {}
    for k, (name, changes) in enumerate(wanted.items()):
        print(f"building: {name}", file=sys.stderr, flush=True)
        networks[name] = Network(changes, data, scratch / str(k))
    with one_core():
        times, outcomes = interleaved(networks, dict.fromkeys(networks, images), repeats)
        bound = memory_bound(networks[bases[0]])
    rates = {name: networks[name].hidden_rate(outcome) for name, outcome in outcomes.items()}
    return {
        "plain": {base: spread(times[base]) | {"hidden_hz": rates[base]} for base in bases},
        "memory_bound_ms_per_image": bound,
        "options": {
            name: {
                "against": OPTIONS[name][0],
                "ms_per_image": spread(times[name]),
                "hidden_hz": rates[name],
                "ratio": ratio(times[name], times[OPTIONS[name][0]]),
            }
            for name in names
        },
    }


def table(results: dict) -> str:
    """Ratios, in Markdown."""
    lines = ["| option | against | times as long (least - most) | hidden rate (Hz) |"]
    lines.append("|---|---|---|---|")
    for name, each in results["plain"].items():
        lines.append(f"| {name} | | {each['median']:.3f} ms an image | {each['hidden_hz']:.0f} |")
    for name, each in results["options"].items():
        r = each["ratio"]
        spread_of_it = f"**{r['median']:.2f}** ({r['min']:.2f} - {r['max']:.2f})"
        rate = f"{each['hidden_hz']:.0f}"
        lines.append(f"| {name} | {each['against']} | {spread_of_it} | {rate} |")
    bound = results["memory_bound_ms_per_image"]
    lines.append(f"\nbound by memory: {bound:.2f} ms an image")
    return "\n".join(lines)


def main() -> int:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=1000, metavar="N")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument("--only", default="", metavar="WORD", help="options that have this word")
    parser.add_argument("--json", type=Path, metavar="FILE", help="store the results there")
    options = parser.parse_args()
    names = [name for name in OPTIONS if options.only in name]
    try:
        x, y = mnist()
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    x, y = x[:2000], y[:2000]
    data = Data(x, y, x[:10], y[:10], tuple(map(str, range(10))))
    results = {"machine": machine()}
    with tempfile.TemporaryDirectory() as scratch:
        results |= measure(names, data, options.images, options.repeats, Path(scratch))
    path = options.json or (None if options.only else RESULTS)
    if path:
        path.write_text(json.dumps(results, indent=1) + "\n")
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
