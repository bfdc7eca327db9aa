"""Variables written to disk while the network runs.

Every population, and every projection with variables of its own, has a code object that goes
through what was asked for when the program is run. So other variables, neurons and synapses need no
compiler, and nothing is lost where nothing is traced. Values are appended to files step by step: a
recording needs disk and not memory.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from brian2 import Equations, NeuronGroup, Synapses
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.equations.equations import PARAMETER
from brian2.groups.group import CodeRunner
from brian2.units.fundamentalunits import DIMENSIONLESS, get_unit

from spikingfa.base.errors import ModelError
from spikingfa.engine.vectorised import VectorisedCodeObject, line, stride_of
from spikingfa.network.blueprint import Blueprint

HEADER = Path(__file__).parent / "templates" / "traced" / "traces.h"


@dataclass(frozen=True)
class Traced:
    """A variable that is to be traced.

    Attributes
    ----------
    name : str
        Such as ``"hidden.v"``.
    which : ndarray of int, shape (n,) or (n, 2)
        The neurons, or the synapses as pairs of presynaptic and postsynaptic neuron.
    every : int
        Steps from one value to the next.
    path : Path
        Where an ``.npy`` file (n_times, n) is left.
    """

    name: str
    which: np.ndarray
    every: int
    path: Path

    def n_times(self, n_steps: int) -> int:
        """Number of values in so many steps."""
        return -(-n_steps // self.every)


def traceable(blueprint: Blueprint) -> dict[str, str]:
    """Symbols of the units of all variables that change in time, by ``group.variable``.

    Those of populations may be computed from others; those of synapses are their states.
    """
    units = {}
    for group in (*blueprint.populations, *blueprint.projections):
        synaptic = group in blueprint.projections
        if synaptic and group.connect != "all":
            continue
        for name, equation in Equations(group.equations).items():
            if _changes(equation, synaptic):
                units[f"{group.name}.{name}"] = _symbol(equation.dim)
    return units


def check_device(device: str) -> None:
    """Refuse to trace on a device that cannot.

    Raises
    ------
    ModelError
    """
    if device == "cuda_standalone":
        raise ModelError(
            "training.device=cuda_standalone records spikes, but no variables over time"
            " (cpp_standalone does)"
        )


def _changes(equation, synaptic: bool) -> bool:
    if equation.type == PARAMETER:
        return not {"shared", "constant"} & set(equation.flags)
    return not (synaptic and equation.type == "subexpression") and "summed" not in equation.flags


def _symbol(dim) -> str:
    return "" if dim is DIMENSIONLESS else str(get_unit(dim))


class TracedCodeObject(CPPStandaloneCodeObject):
    """Code generation target that traces instead of computing."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "spikingfa.engine", templates_dir="templates/traced"
    )


def trace(group: NeuronGroup, names: list[str]) -> CodeRunner:
    """A runner that traces these variables of `group`, where and when the program is asked to."""
    return _runner(group, names, n=0, stride=0)


def trace_synapses(synapses: Synapses, names: list[str]) -> CodeRunner:
    """The same for all-to-all synapses, whichever way they are compiled."""
    n = line(synapses)
    by_line = synapses.codeobj_class is VectorisedCodeObject
    return _runner(synapses, names, n, stride_of(synapses) if by_line else n)


def _runner(group, names: list[str], n: int, stride: int) -> CodeRunner:
    # when everything has been put to rest for the trial that begins
    runner = group.run_regularly(
        "\n".join(f"_traced_{name} = {name}" for name in names),
        when="start",
        name=f"{group.name}_traces",
        codeobj_class=TracedCodeObject,
    )
    runner.template = "trace"
    runner.template_kwds = {"names": names, "n": n, "stride": stride}
    return runner
