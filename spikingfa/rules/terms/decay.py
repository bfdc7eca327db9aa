"""Weight decay."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class WeightDecay(PlasticityTerm):
    """dw = -eta weight_decay w: a pull of every weight towards zero (L2).

    `weight_decay` is dimensionless: the teaching current (amp) that stands up to a weight of 1 amp.
    """

    kind: ClassVar = "plasticity.weight_decay"
    reference: ClassVar = "Lillicrap et al. 2016, Nat Commun 7:13276; Krogh & Hertz 1991, NIPS 4"
    change: ClassVar = "weight_decay*w"
    parameters: ClassVar = ("weight_decay",)

    def used(self, path, section) -> bool:
        """Always: with a decay of zero nothing happens, and nothing is compiled anew."""
        return True
