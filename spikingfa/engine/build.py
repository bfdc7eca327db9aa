"""Compiles a blueprint: ``python -m spikingfa.engine.build FOLDER < blueprint.json``.

It runs in a process of its own, so that a user's Brian2 session keeps its device and preferences.
The folder then holds the program ``main``, its C++ source, and ``manifest.json``, which says in
which file the program leaves each array.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from brian2 import device, get_device, second, set_device
from brian2.core.variables import ArrayVariable, DynamicArrayVariable
from filelock import FileLock

from spikingfa.blueprint import Blueprint
from spikingfa.engine.compiler import COMPILER_FLAGS, compiler
from spikingfa.engine.construct import RUN_VARIABLES, Constructed, Targets, construct, precision_of
from spikingfa.engine.lookup import compiled_functions
from spikingfa.engine.vectorised import VectorisedCodeObject

_HEADERS = (
    '"objects.h"',
    '"brianlib/common_math.h"',
    '"brianlib/stdint_compat.h"',
    "<cmath>",
    "<ctime>",
    "<iostream>",
    "<fstream>",
    "<climits>",
    "<cstring>",
)


def build(blueprint: Blueprint, folder: Path) -> None:
    """Generate and compile the program for `blueprint` in `folder`."""
    set_device("cpp_standalone", build_on_run=False, directory=str(folder))
    functions = compiled_functions(blueprint.population("input").size)
    parts = construct(blueprint, functions, Targets(vectorised=VectorisedCodeObject))
    device.apply_run_args()
    seed = _array(parts.run, "seed")
    device.insert_code("main", f"for (auto& g : _random_generators) g.seed({seed}[0]);")
    parts.network.run(1 * second)
    _free_from_compiled_in_times(parts)
    device.build(directory=str(folder), compile=False, run=False)
    _compile(folder)
    (folder / "manifest.json").write_text(json.dumps(_manifest(parts), indent=1))


def _compile(folder: Path) -> None:
    """Compile with Brian2's makefile, four times faster.

    Most of the time goes into reading the same headers for eighty small files, so they are
    precompiled; and into optimising `objects.cpp`, which only reads and writes files.
    """
    header = folder / "precompiled.h"
    header.write_text("".join(f"#include {name}\n" for name in _HEADERS))
    _edit(folder / "objects.cpp", lambda text: '#pragma GCC optimize("O1")\n' + text)
    # Brian2 2.9 asks the system for the processor's clock in every step, for its report alone
    _edit(folder / "network.cpp", lambda text: text.replace("std::clock()", "0"))
    precompile = [*compiler(), *COMPILER_FLAGS, "-I.", "-x", "c++-header", header.name]
    subprocess.run(precompile, cwd=folder, check=True)
    flags = " ".join([*COMPILER_FLAGS, "-include", header.name])
    # an empty DEPS: no pass over all files to find what depends on what, all are new
    make = ["make", f"-j{os.cpu_count()}", f"OPTIMISATIONS={flags}", "DEPS="]
    subprocess.run(make, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for product in [*folder.rglob("*.o"), *folder.rglob("*.gch"), *folder.rglob("*.d")]:
        product.unlink()


def _edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text()))


def _array(group, name: str) -> str:
    return device.get_array_name(group.variables[name])


def _free_from_compiled_in_times(parts: Constructed) -> None:
    """Let the length of the run and of a trial, and what is recorded, be chosen when it runs.

    Brian2 writes one line of C++ per object and one for the run; these are changed here. The
    trial clock is replaced by counting steps: two clocks drift apart by rounding in long runs.
    Progress is told by counting steps too: Brian2's report reads the clock at every object.
    """
    position = [task for task, _ in device.main_queue].index("run_network")
    task, (network, lines) = device.main_queue[position]
    run = {name: f"{_array(parts.run, name)}[0]" for name in RUN_VARIABLES}
    now, time = (f"{_array(parts.run.clock, name)}[0]" for name in ("timestep", "t"))
    recorders = [f"_run_{monitor.codeobj.name})" for monitor in parts.spikes.values()]
    changed = []
    for line in lines:
        if line.startswith("network.add(&trial_clock, "):
            call = line.split(", ")[1].removesuffix(");")
            line = f"if ({now} % {run['steps_per_trial']} == 0) {call}();"
            line = f"network.add(&step, [] {{ {line} }});"
        elif any(recorder in line for recorder in recorders):
            line = f"if ({run['recording']}) {line}"
        elif line.startswith("network.run("):
            tell = f'std::cout << "progress " << {time}/{run["duration"]} << std::endl;'
            tell = f"if ({now} % {run['steps_per_report']} == 0) {tell}"
            changed.append(f"network.add(&step, [] {{ {tell} }});")
            line = line.replace("network.run(1.0,", f"network.run({run['duration']},")
        changed.append(line)
    device.main_queue[position] = (task, (network, changed))


def _manifest(parts: Constructed) -> dict[str, dict]:
    """Of each array, by ``group.variable``: what the program calls it, and where it leaves it.

    The size is None where it grows.
    """
    found = {}
    for variable in get_device().arrays:
        if not isinstance(variable, ArrayVariable):
            continue
        grows = isinstance(variable, DynamicArrayVariable)
        name = f"{variable.owner.name}.{variable.name}"
        found[name] = {
            "argument": name,
            "file": get_device().get_array_filename(variable),
            "dtype": np.dtype(variable.dtype).name,
            "size": None if grows else int(variable.size),
        }
    for synapses in parts.synapses.values():
        if hasattr(synapses, "pre"):  # Brian2 2.11 calls it _pre_delay
            delay = synapses.pre.variables["delay"]
            found[f"{synapses.name}.delay"] = found[f"{synapses.name}.{delay.name}"]
    return found


def main(text: str, folder: Path) -> None:
    """Build in a folder beside `folder`, which appears complete or not at all."""
    with FileLock(folder.with_suffix(".lock")):
        if folder.is_dir():  # another process was faster
            return
        for abandoned in folder.parent.glob(f"{folder.name}.building-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=f"{folder.name}.building-", dir=folder.parent))
        try:
            (building / "blueprint.json").write_text(text)
            blueprint = Blueprint.from_json(text)
            with precision_of(blueprint):
                build(blueprint, building)
            building.rename(folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)


if __name__ == "__main__":
    main(sys.stdin.read(), Path(sys.argv[1]).absolute())
