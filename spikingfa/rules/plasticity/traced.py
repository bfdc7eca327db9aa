"""Three factors, in every step."""

from typing import ClassVar

from spikingfa.rules.plasticity.rule import EXPONENTIAL, PlasticityRule, Trace


class Traced(PlasticityRule):
    """dw/dt = -eta x_pre sensitivity_post i_apical_post, with tau_decay dx/dt = -x + spikes.

    The trace keeps a presynaptic spike in mind for about tau_decay, so that an error that arrives
    later is blamed on it too. Its area is 1 (x in Hz), so that eta means what it does for
    ``three_factor``.
    """

    kind: ClassVar = "traced"
    reference: ClassVar = (
        "Fremaux & Gerstner 2016, Front Neural Circuits 9:85; the trace: Morrison, Diesmann &"
        " Gerstner 2008, Biol Cybern 98:459"
    )
    trace: ClassVar[Trace] = EXPONENTIAL
    change: ClassVar = "x_pre*teaching_post"
