"""Noise of the updates."""

from typing import ClassVar

from spikingfa.plasticity_terms.term import PlasticityTerm


class UpdateNoise(PlasticityTerm):
    """dw = -eta noise xi, xi ~ N(0, 1) anew for every update: learning is not exact.

    `noise` is the SD in amp, of a current that is added to the teaching current. Where w changes
    in every step it is eta noise sqrt(dt x_pre) xi: the same variance for each presynaptic spike.
    """

    kind: ClassVar = "plasticity.noise"
    reference: ClassVar = (
        "Neelakantan et al. 2015, arXiv:1511.06807; in synapses: Kappel et al. 2015,"
        " PLoS Comput Biol 11:e1004485"
    )
    fluctuation: ClassVar = "noise*randn()"
    parameters: ClassVar = ("noise",)

    def used(self, path, section) -> bool:
        """Where there is noise."""
        return float(section.noise) > 0
