"""The loop over steps and trials that a compiled network runs.

Brian2's own has the length of the run and of a trial compiled in; here they are chosen when it
runs, and so is whether anything is recorded. The trial clock is replaced by counting steps: two
clocks drift apart by rounding in long runs.
"""

import re
from dataclasses import dataclass

from brian2 import device

from spikingfa.engine.construct import RUN_VARIABLES, Constructed

_ADDED = re.compile(r"network\.add\(&(\w+), _run_(\w+)\);")


@dataclass(frozen=True)
class Additions:
    """Lines that a device needs besides: before the loop, in each step and trial, after it."""

    before: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    trial: tuple[str, ...] = ()
    step_end: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def array(group, name: str) -> str:
    """The program's name of an array."""
    return device.get_array_name(group.variables[name])


def run_values(parts: Constructed) -> dict[str, str]:
    """The program's names of the values that belong to the run."""
    return {name: f"{array(parts.run, name)}[0]" for name in RUN_VARIABLES}


def write_loop(parts: Constructed, added: Additions | None = None) -> None:
    """Write the loop over steps that calls the code objects in Brian2's order."""
    added = added or Additions()
    position = [task for task, _ in device.main_queue].index("run_network")
    task, (network, lines) = device.main_queue[position]
    run = run_values(parts)
    step, t, dt = (f"{array(parts.run.clock, name)}[0]" for name in ("timestep", "t", "dt"))
    recorders = {part.codeobj.name for part in (*parts.spikes.values(), *parts.traces)}
    onset = f"{step} % {run['steps_per_trial']} == 0"
    at = {"run_clock": f"{step} == 0", "trial_clock": onset}
    loop = [
        *_checks(run),
        *added.before,
        f"for ({step} = 0; {step} < {run['n_steps']}; {step}++) {{",
        f"{t} = {step}*{dt};",
        f"if ({step} % {run['steps_per_report']} == 0)",
        f'std::cout << "progress " << (double){step}/{run["n_steps"]} << std::endl;',
        *added.step,
        *((f"if ({onset}) {{", *added.trial, "}") if added.trial else ()),
    ]
    for clock, function in _called(lines):
        condition = f"if ({run['recording']}) " if function in recorders else ""
        condition = f"if ({at[clock]}) " if clock in at else condition
        loop.append(f"{condition}_run_{function}();")
    loop += [*added.step_end, "}", f"{t} = {step}*{dt};"]
    loop += [f"_run_{watch.codeobj.name}();" for watch in parts.watches]
    device.main_queue[position] = (task, (network, [*loop, *added.after]))


def _checks(run: dict[str, str]) -> list[str]:
    """Lines that end the program where it would divide by zero, or read beyond the trials."""
    n_steps, per_trial, per_report = (
        run[name] for name in ("n_steps", "steps_per_trial", "steps_per_report")
    )
    return [
        "{",
        f"bool possible = {n_steps} > 0 && {per_trial} > 0 && {per_report} > 0;",
        'if (const char* trials = std::getenv("SPIKINGFA_TRIALS")) {',
        "std::ifstream file(trials, std::ios::binary | std::ios::ate);",
        "const long long n_trials = file.tellg() / (long long)(3*sizeof(int));",
        f"possible = possible && ({n_steps} - 1)/{per_trial} < n_trials;",
        "}",
        "if (!possible) {",
        'std::cerr << "its numbers of steps do not fit its trials" << std::endl;',
        "std::exit(2);",
        "}",
        "}",
    ]


def _called(lines: list[str]) -> list[tuple[str, str]]:
    """Clocks and code objects that Brian2 calls in each of their steps, in its order."""
    called = _ADDED.findall("\n".join(lines))
    if len(called) != sum("network.add" in line for line in lines):
        raise NotImplementedError(
            "this Brian2 writes the objects of a network in a way unknown here"
        )
    # Brian2CUDA's: once for each clock, where once a step is enough
    return [(clock, name) for clock, name in called if name != "random_number_buffer"]
