"""Event-driven random backpropagation."""

from typing import ClassVar

from spikingfa.rules.plasticity.rule import PlasticityRule

#: 1 while the synaptic current lies within this many times the rheobase of zero.
_BOXCAR = "int(abs(r_m*i_syn) < 6*(v_thresh - v_rest))"


class EventDrivenRandomBackpropagation(PlasticityRule):
    """dw = -eta theta(i_syn_post) i_apical_post, at every presynaptic spike.

    theta is a boxcar, 1 while the synaptic current (amp) is within 6 rheobases of zero, at the
    output as in the hidden layers: additions and two comparisons are all that learning takes.
    """

    kind: ClassVar = "erbp"
    reference: ClassVar = "Neftci, Augustine, Paul & Detorakis 2017, Front Neurosci 11:324 (eRBP)"
    change: ClassVar = "teaching_post"
    needs: ClassVar = ("i_syn", "r_m", "v_rest", "v_thresh")
    sensitivity: ClassVar = _BOXCAR
    output_sensitivity: ClassVar = _BOXCAR
