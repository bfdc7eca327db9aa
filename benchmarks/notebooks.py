"""How long each notebook takes, as for its reader: the first time, and with the programs kept.

    python benchmarks/notebooks.py                         # all of them
    python benchmarks/notebooks.py 10_ten_layers_deep      # these, beside those that are stored

Seconds by the clock of all cells of a notebook, by a kernel of its own, without its start. The
first time each begins with an empty cache, so that all of its networks are compiled. Stored in
`benchmarks/results/notebooks.json`; needs `jupyter_client` and `ipykernel` (the extra `test-all`).
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

from jupyter_client.manager import run_kernel
from report import machine

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
RESULTS = Path(__file__).parent / "results" / "notebooks.json"
LIMIT = 1800  # seconds that a cell may take


def seconds(name: str, cache: Path) -> float:
    """Carry out all cells of a notebook in a folder of their own."""
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))["cells"]
    environment = os.environ | {"SPIKINGFA_CACHE": str(cache)}
    with (
        tempfile.TemporaryDirectory() as folder,
        run_kernel(cwd=folder, env=environment, startup_timeout=LIMIT) as client,
    ):
        start = time.perf_counter()
        for cell in cells:
            if cell["cell_type"] == "code":
                carry_out(client, "".join(cell["source"]))
        return time.perf_counter() - start


def carry_out(client, code: str) -> None:
    """Carry out a cell, and end where it fails."""
    done = client.execute_interactive(
        code, timeout=LIMIT, allow_stdin=False, output_hook=lambda output: None
    )["content"]
    if done["status"] != "ok":
        raise SystemExit("\n".join([code, *done["traceback"]]))


def measure(name: str) -> dict[str, float]:
    """Seconds of the first time and of the second."""
    cache = Path(tempfile.mkdtemp())
    try:
        return {kind: round(seconds(name, cache), 1) for kind in ("first", "again")}
    finally:
        shutil.rmtree(cache)


def stored() -> dict[str, dict[str, float]]:
    """What was measured before."""
    return json.loads(RESULTS.read_text("utf-8"))["seconds"] if RESULTS.exists() else {}


def main() -> None:
    """Measure, print and store."""
    names = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=names, metavar="NOTEBOOK")
    times = stored()
    for name in parser.parse_args().names:
        times[name] = measure(name)
        print(f"{name:<45}{times[name]['first']:7.1f} s{times[name]['again']:7.1f} s", flush=True)
        kept = {"machine": machine(), "seconds": dict(sorted(times.items()))}
        RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
