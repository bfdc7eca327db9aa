"""e-prop for leaky integrate-and-fire neurons."""

from typing import ClassVar

from spikingfa.rules.plasticity.eligibility import Eligible
from spikingfa.rules.plasticity.rule import EXPONENTIAL, Trace


class EProp(Eligible):
    """dw/dt = -eta e i_apical_post, with tau_eligibility de/dt = -e + psi(v_post) x_pre.

    The learning signal is i_apical (amp), which random feedback brings. psi v is the triangle
    max(0, 1 - |v - v_thresh| / (v_thresh - v_rest)), x the presynaptic spikes filtered as the
    membrane does (Hz, decay tau_decay, area 1). The output, a readout, has psi = 1.
    """

    kind: ClassVar = "eprop"
    reference: ClassVar = (
        "Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein & Maass 2020, Nat Commun 11:3625"
        " (random e-prop)"
    )
    trace: ClassVar[Trace] = EXPONENTIAL
    sensitivity: ClassVar = "clip(1 - abs(v - v_thresh)/(v_thresh - v_rest), 0, 1)"
    output_sensitivity: ClassVar = "1"
