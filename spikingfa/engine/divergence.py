"""Variables that become infinite or no number while a network runs.

They would be hidden otherwise: a neuron whose membrane potential is no number never fires again,
and the next onset puts it to rest. The compiled network looks at the end of each trial at what its
differential equations describe, and says in which trial the first of a population was lost; it
goes on, and all other numbers stay as they are.
"""

import numpy as np
from brian2 import Equations, NeuronGroup
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject
from brian2.groups.group import CodeRunner

from spikingfa.network.blueprint import Blueprint, Population


class DivergenceCodeObject(CPPStandaloneCodeObject):
    """Code generation target that looks instead of computing."""

    templater = CPPStandaloneCodeObject.templater.derive(
        "spikingfa.engine", templates_dir="templates/divergence"
    )


def described(population: Population) -> list[str]:
    """Variables that its differential equations describe."""
    return sorted(Equations(population.equations).diff_eq_names)


def watch(
    population: Population, group: NeuronGroup, trial_clock, before_onset: dict
) -> CodeRunner | None:
    """A runner that looks at `group`, to be called once more at the end; None if none is needed.

    `before_onset` is when: before the next trial puts everything to rest.
    """
    names = described(population)
    if not names:
        return None
    runner = group.run_regularly(
        "\n".join(f"_seen_{name} = {name}" for name in names),
        clock=trial_clock,
        **before_onset,
        name=f"{group.name}_divergence",
        codeobj_class=DivergenceCodeObject,
    )
    runner.template = "divergence"
    runner.template_kwds = {"names": names}
    return runner


def lost(blueprint: Blueprint, value_of) -> list[str]:
    """Variables, as ``group.variable``, of which `value_of` gives what is no finite number."""
    names = [f"{p.name}.{name}" for p in blueprint.populations for name in described(p)]
    return [name for name in names if not np.isfinite(value_of(name)).all()]
