"""Compiles a blueprint: ``python -m spikingfa.engine.build FOLDER < blueprint.json``.

It runs in a process of its own, so that a user's Brian2 session keeps its device and preferences.
The folder then holds the program ``main``, its C++ source, and ``manifest.json``, which says in
which file the program leaves each array.
"""

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from brian2 import device, get_device, second, set_device
from brian2.core.variables import ArrayVariable, DynamicArrayVariable
from filelock import FileLock

from spikingfa.blueprint import Blueprint
from spikingfa.engine import traced
from spikingfa.engine.compilation import compile_program
from spikingfa.engine.construct import RUN_VARIABLES, Constructed, Targets, construct, precision_of
from spikingfa.engine.lookup import compiled_functions, write_header
from spikingfa.engine.vectorised import VectorisedCodeObject, stride

_ADDED = re.compile(r"network\.add\(&(\w+), _run_(\w+)\);")


def build(blueprint: Blueprint, folder: Path) -> None:
    """Generate and compile the program for `blueprint` in `folder`."""
    set_device("cpp_standalone", build_on_run=False, directory=str(folder))
    targets = Targets(vectorised=VectorisedCodeObject, traces=True)
    parts = construct(blueprint, compiled_functions(), targets)
    device.apply_run_args()
    seed = _array(parts.run, "seed")
    device.insert_code("main", f"for (auto& g : _random_generators) g.seed({seed}[0]);")
    parts.network.run(1 * second)
    _write_loop(parts)
    device.build(directory=str(folder), compile=False, run=False)
    sizes = {p.name: p.size for p in blueprint.populations}
    write_header(folder, sizes["input"], sizes.get("teacher", 0))
    shutil.copy(traced.HEADER, folder)
    compile_program(folder)
    (folder / "manifest.json").write_text(json.dumps(_manifest(parts), indent=1))


def _array(group, name: str) -> str:
    return device.get_array_name(group.variables[name])


def _write_loop(parts: Constructed) -> None:
    """Write the loop over steps that calls the code objects in Brian2's order.

    Brian2's own has the length of the run and of a trial compiled in; here they are chosen when
    it runs, and so is whether anything is recorded. The trial clock is replaced by counting steps:
    two clocks drift apart by rounding in long runs.
    """
    position = [task for task, _ in device.main_queue].index("run_network")
    task, (network, lines) = device.main_queue[position]
    run = {name: f"{_array(parts.run, name)}[0]" for name in RUN_VARIABLES}
    step, t, dt = (f"{_array(parts.run.clock, name)}[0]" for name in ("timestep", "t", "dt"))
    recorders = {part.codeobj.name for part in (*parts.spikes.values(), *parts.traces)}
    at = {"run_clock": f"{step} == 0", "trial_clock": f"{step} % {run['steps_per_trial']} == 0"}
    loop = [
        f"for ({step} = 0; {step} < {run['n_steps']}; {step}++) {{",
        f"{t} = {step}*{dt};",
        f"if ({step} % {run['steps_per_report']} == 0)",
        f'std::cout << "progress " << (double){step}/{run["n_steps"]} << std::endl;',
    ]
    added = _ADDED.findall("\n".join(lines))
    if len(added) != sum("network.add" in line for line in lines):
        raise NotImplementedError(
            "this Brian2 writes the objects of a network in a way unknown here"
        )
    for clock, function in added:
        condition = f"if ({run['recording']}) " if function in recorders else ""
        condition = f"if ({at[clock]}) " if clock in at else condition
        loop.append(f"{condition}_run_{function}();")
    loop += ["}", f"{t} = {step}*{dt};"]
    device.main_queue[position] = (task, (network, loop))


def _manifest(parts: Constructed) -> dict[str, dict]:
    """Of each array, by ``group.variable``: what the program calls it, and where it leaves it.

    The size is None where it grows; the stride is that of rows of synapses, None elsewhere.
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
            "stride": None,
        }
    for synapses in parts.synapses.values():
        if hasattr(synapses, "pre"):  # Brian2 2.11 calls it _pre_delay
            delay = synapses.pre.variables["delay"]
            found[f"{synapses.name}.delay"] = found[f"{synapses.name}.{delay.name}"]
        if synapses.codeobj_class is VectorisedCodeObject:
            for variable in synapses._registered_variables:
                found[f"{synapses.name}.{variable.name}"]["stride"] = stride(len(synapses.target))
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
