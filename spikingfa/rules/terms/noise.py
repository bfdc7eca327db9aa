"""Noise of the updates."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class UpdateNoise(PlasticityTerm):
    """dw = -eta update_noise xi, xi ~ N(0, 1) anew for every update: learning is not exact.

    `update_noise` is the SD, in amp, of a current that is added to the teaching current. Where w
    changes in every step it is eta update_noise sqrt(dt x_pre) xi: the same variance for each
    presynaptic spike.
    """

    kind: ClassVar = "plasticity.update_noise"
    reference: ClassVar = (
        "Neelakantan et al. 2015, arXiv:1511.06807; in synapses: Kappel et al. 2015,"
        " PLoS Comput Biol 11:e1004485"
    )
    fluctuation: ClassVar = "update_noise*randn()"
    parameters: ClassVar = ("update_noise",)

    def used(self, path, section) -> bool:
        """Whether there is noise."""
        return float(section.update_noise) > 0
