"""SuperSpike: a surrogate gradient and two filters."""

from typing import ClassVar

from spikingfa.rules.plasticity.eligibility import Eligible
from spikingfa.rules.plasticity.rule import POSTSYNAPTIC_POTENTIAL, Trace

_SURROGATE = "1/(1 + abs(v - v_thresh)/(v_thresh - v_rest))**2"


class SuperSpike(Eligible):
    """dw/dt = -eta e i_apical_post, with tau_eligibility de/dt = -e + s(v_post) x_pre.

    x is the potential that presynaptic spikes would evoke (Hz; rise tau_rise, decay tau_decay, area
    1), s = 1 / (1 + |v - v_thresh| / (v_thresh - v_rest))**2 the surrogate of the derivative of
    a spike. Its tails are long, so that a silent neuron recovers. SuperSpike-like: one learning
    rate for all synapses, one low-pass filter for the eligibility, and the error is that of the
    filtered spikes, through feedback.
    """

    kind: ClassVar = "superspike"
    reference: ClassVar = "Zenke & Ganguli 2018, Neural Comput 30:1514 (SuperSpike)"
    trace: ClassVar[Trace] = POSTSYNAPTIC_POTENTIAL
    sensitivity: ClassVar = _SURROGATE
    output_sensitivity: ClassVar = _SURROGATE
