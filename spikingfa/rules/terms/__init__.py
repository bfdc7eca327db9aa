"""Terms that any plasticity rule may be combined with, one in each file.

A new term is a class in a file of its own, and a name in the table here: see
:class:`spikingfa.rules.terms.term.PlasticityTerm`.
"""

from spikingfa.rules.terms.bound import Bound
from spikingfa.rules.terms.dale import DalesLaw
from spikingfa.rules.terms.decay import WeightDecay
from spikingfa.rules.terms.homeostasis import Homeostasis
from spikingfa.rules.terms.noise import UpdateNoise
from spikingfa.rules.terms.sparsity import Sparsity
from spikingfa.rules.terms.term import PlasticityTerm

__all__ = ["TERMS", "PlasticityTerm"]

#: Every term by the fields of a model file that switch it on.
TERMS: dict[str, PlasticityTerm] = {
    "hidden.sparsity, output.sparsity, hidden.receptive_field": Sparsity(),
    "input.excitatory, hidden.excitatory": DalesLaw(),
    "plasticity.homeostasis": Homeostasis(),
    "plasticity.update_noise": UpdateNoise(),
    "plasticity.w_max": Bound(),
    "plasticity.weight_decay": WeightDecay(),
}
