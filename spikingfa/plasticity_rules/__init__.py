"""Plasticity rules of the forward synapses, one in each file; each is found by itself.

A new rule is a file with a class: see :class:`spikingfa.plasticity_rules.rule.PlasticityRule`.
"""

from importlib import import_module
from pkgutil import iter_modules

from spikingfa.plasticity_rules.rule import PlasticityRule

__all__ = ["PLASTICITY", "PlasticityRule", "rule_of"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def _all(rule: type[PlasticityRule]):
    for kind in rule.__subclasses__():
        if hasattr(kind, "kind"):  # those without are no rules, but what several have in common
            yield kind
        yield from _all(kind)


#: Every rule by its name in a model file, the default first.
PLASTICITY: dict[str, PlasticityRule] = {
    rule.kind: rule()
    for rule in sorted(
        _all(PlasticityRule), key=lambda rule: (rule.kind != "three_factor", rule.kind)
    )
}


def rule_of(section) -> PlasticityRule:
    """The rule that a section `Plasticity` names, with what it says of it."""
    return PLASTICITY[section.rule].of(section)
