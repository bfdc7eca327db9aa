"""Bounds of the weights."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class Bound(PlasticityTerm):
    """-w_max <= w <= w_max, in amp: hard bounds."""

    kind: ClassVar = "plasticity.w_max"
    reference: ClassVar = "Gerstner et al. 2014, Neuronal Dynamics, 19.2"
    parameters: ClassVar = ("w_max",)

    def used(self, path, section) -> bool:
        """Whether there is a bound."""
        return section.w_max is not None

    def limited(self, w: str) -> str:
        """Clipped."""
        return f"clip({w}, -w_max, w_max)"
