"""Stock Brian2 C++ standalone: ``python stock.py FOLDER TRIAL N... < blueprint.json``.

Builds the network that stands in the blueprint with nothing of spikingfa's engine: Brian2's
templates, its flags, its source as it comes, the real length of a trial (TRIAL, s) and of the run
compiled in. It can be left after N images through `device.insert_code`, a part of Brian2's
interface, when SPIKINGFA_STOP says so; so one program serves for several lengths.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from brian2 import device, second, set_device

from spikingfa.engine.compiled.manifest import manifest
from spikingfa.engine.construct import construct
from spikingfa.engine.lookup import compiled_functions, write_header
from spikingfa.network.blueprint import Blueprint

#: No -ffast-math and no fused multiply-add. Little optimisation: it changes no number either.
EXACT_FLAGS = ("-w", "-O1", "-ffp-contract=off", "-std=c++11")

_STOP = """
if (const char* stop = std::getenv("SPIKINGFA_STOP"))
    if (std::atoi(stop) == {n}) {{ brian_end(); return 0; }}
"""


def build(blueprint: Blueprint, folder: Path, trial: float, lengths: list[int]) -> None:
    """Generate and compile the program in `folder`."""
    set_device("cpp_standalone", build_on_run=False, directory=str(folder))
    parts = construct(blueprint, compiled_functions())
    parts.trial_clock.dt = trial * second
    parts.network.remove(*parts.spikes.values())  # no spikes are recorded while a network learns
    device.apply_run_args()
    for done, n in pairwise([0, *lengths]):
        parts.network.run((n - done) * trial * second, namespace={})
        device.insert_code("main", _STOP.format(n=n))
    device.build(directory=str(folder), compile=False, run=False)
    write_header(folder, *(blueprint.population(name).size for name in ("input", "output")))
    subprocess.run(["make", f"-j{os.cpu_count()}"], cwd=folder, check=True, capture_output=True)
    (folder / "manifest.json").write_text(json.dumps(manifest(parts)))


def recompile(folder: Path, to: Path) -> None:
    """Compile the same source without the flags that let the compiler change results."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("*.o", "main"))
    make = ["make", f"-j{os.cpu_count()}", f"OPTIMISATIONS={' '.join(EXACT_FLAGS)}"]
    subprocess.run(make, cwd=to, check=True, capture_output=True)


def stock_blueprint(blueprint: Blueprint) -> Blueprint:
    """The blueprint without what is special to spikingfa's engine."""
    return replace(blueprint, vectorised=False)


if __name__ == "__main__":
    build(
        Blueprint.from_json(sys.stdin.read()),
        Path(sys.argv[1]),
        float(sys.argv[2]),
        [int(n) for n in sys.argv[3:]],
    )
