"""Neuron models, one in each file; each is found by itself.

A new one is a file with a class: see :class:`spikingfa.neuron_models.neuron.Neuron`.
"""

from importlib import import_module
from pkgutil import iter_modules

from spikingfa.neuron_models.neuron import Neuron, Soma

__all__ = ["NEURONS", "Neuron", "Soma"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def _all(neuron: type[Neuron]):
    for kind in neuron.__subclasses__():
        yield kind
        yield from _all(kind)


def _lif_first(neuron: type[Neuron]):
    return neuron.__name__ != "LIF", neuron.__name__


#: Every neuron model by its name in a model file.
NEURONS: dict[str, type[Neuron]] = {
    neuron.model_fields["model"].default: neuron for neuron in sorted(_all(Neuron), key=_lif_first)
}
