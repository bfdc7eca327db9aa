"""Neuron models, one in each file.

A new one is a class in a file of its own, and a name in the table here: see
:class:`spikingfa.model.neurons.neuron.Neuron`.
"""

from spikingfa.model.neurons.adex import AdEx
from spikingfa.model.neurons.alif import AdaptiveLIF
from spikingfa.model.neurons.equations import Equations
from spikingfa.model.neurons.izhikevich import Izhikevich
from spikingfa.model.neurons.lif import LIF
from spikingfa.model.neurons.lif_cond import ConductanceLIF
from spikingfa.model.neurons.neuron import Neuron, Soma
from spikingfa.model.neurons.stochastic_sigmoid import StochasticSigmoid

__all__ = ["NEURONS", "Neuron", "Soma"]

#: Every neuron model by its name in a model file, the default first.
NEURONS: dict[str, type[Neuron]] = {
    "lif": LIF,
    "adex": AdEx,
    "alif": AdaptiveLIF,
    "lif_cond": ConductanceLIF,
    "equations": Equations,
    "izhikevich": Izhikevich,
    "stochastic_sigmoid": StochasticSigmoid,
}
