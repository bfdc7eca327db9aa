"""Compiles a blueprint for a GPU: ``python -m spikingfa.engine.cuda.build FOLDER CAPABILITY``.

Brian2CUDA generates the network's CUDA, with the loop and the files of the C++ program.
"""

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import brian2cuda  # noqa: F401 - brings the device
from brian2 import device, get_device, prefs, second, set_device

from spikingfa.base.interrupts import keep_ignored
from spikingfa.engine.compiled.build import main
from spikingfa.engine.compiled.main_loop import Additions, array, run_values, write_loop
from spikingfa.engine.compiled.manifest import manifest
from spikingfa.engine.construct import Constructed, construct
from spikingfa.engine.cuda.compilation import compile_cuda
from spikingfa.engine.divergence import described
from spikingfa.engine.lookup import compiled_functions, write_header
from spikingfa.network.blueprint import Blueprint, Population

_HERE = Path(__file__).parent
_LOOKUP = _HERE / "lookup.cuh"


def build_cuda(blueprint: Blueprint, folder: Path, capability: str) -> None:
    """Generate and compile the program for `blueprint` in `folder`."""
    generate(blueprint, folder, capability)
    compile_cuda(folder, capability)


def generate(blueprint: Blueprint, folder: Path, capability: str) -> None:
    """Write the sources and the manifest."""
    blueprint = blueprint.in_brian2()
    cuda = prefs.devices.cuda_standalone.cuda_backend
    cuda.detect_gpus, cuda.gpu_id = False, 0  # of those that CUDA may see
    cuda.compute_capability = float(capability)
    set_device("cuda_standalone", build_on_run=False, directory=str(folder))
    prefs.codegen.cpp.headers = ['"lookup.cuh"', '"divergence.cuh"']
    parts = construct(blueprint, compiled_functions("cuda", _LOOKUP))
    device.apply_run_args()
    device.insert_code("main", "load_tables();")
    device.insert_code("main", f"random_number_buffer.set_seed({array(parts.run, 'seed')}[0]);")
    parts.network.run(1 * second)
    write_loop(parts, _additions(blueprint, parts))
    # makefiles are written for what compiles file by file
    get_device().generate_makefile = lambda *_: None
    device.build(directory=str(folder), compile=False, run=False)
    sizes = {p.name: p.size for p in blueprint.populations}
    write_header(folder, sizes["input"], sizes.get("teacher", 0), _LOOKUP)
    for name in ("lookup.cu", "divergence.cuh"):
        shutil.copy(_HERE / name, folder)
    (folder / "manifest.json").write_text(json.dumps(manifest(parts), indent=1))


def _additions(blueprint: Blueprint, parts: Constructed) -> Additions:
    """Lines of Brian2CUDA's own loop besides calls of code objects, and a look at divergence."""
    run, step_clock, trial_clock = run_values(parts), parts.run.clock, parts.trial_clock
    step, trial = (f"{array(clock, 'timestep')}[0]" for clock in (step_clock, trial_clock))
    n_trials = f"{run['n_steps']} / {run['steps_per_trial']}"
    firing = [p.name for p in blueprint.populations if p.threshold]
    spikes = [array(parts.groups[name], "_spikespace") for name in firing]
    watched = [p for p in blueprint.populations if described(p)]
    looks = [_look(p, name, parts, trial) for p in watched for name in described(p)]
    return Additions(
        before=(
            # for how many steps monitors and random numbers need room
            f"{step_clock.name}.i_end = {run['n_steps']};",
            f"{trial_clock.name}.i_end = {n_trials};",
            *(f"Watch watch_{p.name};" for p in watched),
        ),
        step=("random_number_buffer.next_time_step();",),
        trial=(
            f"{trial} = {step} / {run['steps_per_trial']};",
            f"if ({trial} > 0) {{",
            *looks,
            "}",
        ),
        # spikes wait in a ring of these for as long as they are delayed
        step_end=tuple(f"current_idx{a} = (current_idx{a} + 1) % dev{a}.size();" for a in spikes),
        after=(f"{trial} = {n_trials};", *looks, "CUDA_SAFE_CALL(cudaDeviceSynchronize());"),
    )


def _look(population: Population, name: str, parts: Constructed, trial: str) -> str:
    on_gpu = f"dev{array(parts.groups[population.name], name)}"
    label = f"{population.name}.{name}"
    return f'watch_{population.name}.look("{label}", {on_gpu}, {population.size}, {trial} - 1);'


if __name__ == "__main__":
    keep_ignored()
    _, folder, capability = sys.argv
    main(sys.stdin.read(), Path(folder).absolute(), partial(build_cuda, capability=capability))
