"""Noise of the updates."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class UpdateNoise(PlasticityTerm):
    """dw = -eta update_noise xi, with a xi anew for every update: learning is not exact.

    xi has the mean 0 and the SD 1, and is uniform in 256 steps, which takes a quarter of the time
    of normal numbers; the sum of a few is nearly normal. `update_noise` is the SD, in amp, of a
    current that is added to the teaching current. Where w changes in every step it is
    eta update_noise sqrt(dt x_pre) xi: the same variance for each presynaptic spike.
    """

    kind: ClassVar = "plasticity.update_noise"
    reference: ClassVar = (
        "Neelakantan et al. 2015, arXiv:1511.06807; in synapses: Kappel et al. 2015,"
        " PLoS Comput Biol 11:e1004485"
    )
    fluctuation: ClassVar = "update_noise*sqrt(12)*(rand8() - 0.5)"
    parameters: ClassVar = ("update_noise",)

    def used(self, path, section) -> bool:
        """Whether there is noise."""
        return float(section.update_noise) > 0
