"""The default: three factors, when a presynaptic spike arrives."""

from typing import ClassVar

from spikingfa.rules.plasticity.rule import PlasticityRule


class ThreeFactor(PlasticityRule):
    """dw = -eta sensitivity_post i_apical_post, at every presynaptic spike."""

    kind: ClassVar = "three_factor"
    reference: ClassVar = (
        "Fremaux & Gerstner 2016, Front Neural Circuits 9:85; on presynaptic spikes only:"
        " Neftci et al. 2017, Front Neurosci 11:324"
    )
    change: ClassVar = "teaching_post"
