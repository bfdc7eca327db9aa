"""Plasticity rules of the forward synapses, one in each file.

A new rule is a class in a file of its own, and a name in the table here: see
:class:`spikingfa.rules.plasticity.rule.PlasticityRule`.
"""

from spikingfa.rules.plasticity.eprop import EProp
from spikingfa.rules.plasticity.equations import Equations
from spikingfa.rules.plasticity.erbp import EventDrivenRandomBackpropagation
from spikingfa.rules.plasticity.rule import PlasticityRule
from spikingfa.rules.plasticity.superspike import SuperSpike
from spikingfa.rules.plasticity.three_factor import ThreeFactor
from spikingfa.rules.plasticity.traced import Traced

__all__ = ["PLASTICITY", "PlasticityRule", "rule_of"]

#: Every rule by its name in a model file, the default first.
PLASTICITY: dict[str, PlasticityRule] = {
    "three_factor": ThreeFactor(),
    "eprop": EProp(),
    "equations": Equations(),
    "erbp": EventDrivenRandomBackpropagation(),
    "superspike": SuperSpike(),
    "traced": Traced(),
}


def rule_of(section) -> PlasticityRule:
    """The rule that a section `Plasticity` names, with what it says of it."""
    return PLASTICITY[section.rule].of(section)
