"""Where the time goes: stock Brian2 and spikingfa's code, by kind of work.

    python benchmarks/profiled.py          # Linux, with perf (Debian: linux-perf)

784-500-10 on MNIST as in compare.py. The processor is sampled by `perf record` while the compiled
program runs; functions are told apart by the names that Brian2 gives them. The times are stored in
`benchmarks/results/profile.json`.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench_data import make_case, mnist
from contestants import Ours, Stock
from report import machine
from timing import SHORT

from spikingfa.base.errors import DataError

RESULTS = Path(__file__).parent / "results" / "profile.json"
N_IMAGES = 4000

#: What a function works on, by its name: the first that fits.
KINDS = {
    "synapses, input to hidden": r"input_to_hidden",
    "synapses, hidden to output": r"hidden_to_output",
    "feedback and comparison": r"error_\w+_to_|_to_error_",
    "thresholds": r"thresholder",
    "state updates": r"stateupdater|subexpression|exp",
    "resets and onsets": r"resetter|onset|readout",
    "queues of synapses": r"push|queue|Queue|vector|SynapticPathway",
}
REST = "the rest: loop over steps, memory, start"


def sampled(contestant, n: int, data: Path) -> dict[str, float]:
    """Milliseconds of each kind of work for one image."""
    command = ["perf", "record", "--quiet", "--output", data, "--pid", str(os.getpid())]
    recorder = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    time.sleep(1)  # until it samples
    start = time.perf_counter()
    contestant.run(n)
    seconds = time.perf_counter() - start
    recorder.send_signal(signal.SIGINT)
    recorder.wait()
    report = ["perf", "report", "--input", data, "--stdio", "--comm", "main", "--sort", "sym"]
    said = subprocess.run(report, capture_output=True, text=True, check=True).stdout
    shares = by_kind(re.findall(r"^\s+([\d.]+)%\s+\[.\]\s+(.+)$", said, re.MULTILINE))
    total = sum(shares.values())
    return {kind: 1e3 * seconds / n * share / total for kind, share in shares.items()}


def by_kind(functions: list[tuple[str, str]]) -> dict[str, float]:
    """Sum the shares of functions over kinds of work."""
    shares = Counter(dict.fromkeys([*KINDS, REST], 0.0))
    for share, name in functions:
        kind = next((kind for kind, form in KINDS.items() if re.search(form, name)), REST)
        shares[kind] += float(share)
    return dict(shares)


def main() -> int:
    """Profile both, print and store; return the exit status."""
    if shutil.which("perf") is None:
        print("profiled.py: perf was not found (Debian: apt install linux-perf)", file=sys.stderr)
        return 2
    try:
        case = make_case(*mnist(), 500, N_IMAGES)
    except DataError as error:
        print(f"profiled.py: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        contestants = {
            "stock": Stock(case.double(), scratch / "stock", [SHORT, N_IMAGES]),
            "ours": Ours(case, scratch / "ours"),
        }
        found = {
            name: sampled(each, N_IMAGES, scratch / "perf.data")
            for name, each in contestants.items()
        }
    for kind in [*KINDS, REST]:
        print(f"{kind:<42}" + "".join(f"{times[kind]:10.4f}" for times in found.values()))
    RESULTS.write_text(json.dumps({"machine": machine(), "ms_per_image": found}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
