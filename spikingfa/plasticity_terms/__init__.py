"""What any plasticity rule may be combined with, one in each file; each is found by itself.

A new term is a file with a class: see :class:`spikingfa.plasticity_terms.term.PlasticityTerm`.
"""

from importlib import import_module
from pkgutil import iter_modules

from spikingfa.plasticity_terms.term import PlasticityTerm

__all__ = ["TERMS", "PlasticityTerm"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

#: Every term by the fields of a model file that switch it on.
TERMS: dict[str, PlasticityTerm] = {
    term.kind: term() for term in sorted(PlasticityTerm.__subclasses__(), key=lambda t: t.kind)
}
