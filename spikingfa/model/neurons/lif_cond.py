"""The leaky integrate-and-fire neuron with synaptic conductances."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from spikingfa.model.distribution import EachVoltage
from spikingfa.model.neurons.lif import LIF
from spikingfa.model.neurons.neuron import Soma


class ConductanceLIF(LIF):
    """LIF neuron whose synapses open excitatory and inhibitory conductances.

    ::

        tau_m dv/dt = v_rest - v + r_m (g_e (e_rev_e - v) + g_i (e_rev_i - v) + i_bias)
        tau_syn dg_e/dt = -g_e,    tau_syn dg_i/dt = -g_i

    A spike when v passes v_thresh; then v = v_reset for the time tau_refrac.

    Weights stay currents: w is what the synapse's spike brings where v is at the threshold. So
    g_e rises by w / (e_rev_e - v_thresh) where w > 0, and g_i by w / (e_rev_i - v_thresh) where
    w < 0. Then i_syn, the sum of those currents, is linear in the weights, and the neuron has the
    rheobase of a LIF neuron whatever its conductances.
    """

    reference: ClassVar = (
        "PyNN's IF_cond_exp; Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, 3.1 and"
        " 13.6"
    )
    below: ClassVar = (*LIF.below, ("v_thresh", "e_rev_e"), ("e_rev_i", "v_thresh"))

    model: Literal["lif_cond"] = Field("lif_cond", description="neuron model")
    e_rev_e: EachVoltage = Field("0 mV", description="reversal potential of excitation")
    e_rev_i: EachVoltage = Field("-80 mV", description="reversal potential of inhibition")

    def soma(self) -> Soma:
        """Equations of the soma; `i_exc` and `i_inh` are the currents at threshold."""
        return replace(
            super().soma(),
            equations="""
dv/dt = (v_rest - v + r_m*({current})) / tau_m       : volt (unless refractory)
di_exc/dt = -i_exc / tau_syn                         : amp
di_inh/dt = -i_inh / tau_syn                         : amp
g_e = i_exc / (e_rev_e - v_thresh)                   : siemens
g_i = i_inh / (e_rev_i - v_thresh)                   : siemens
i_syn = i_exc + i_inh                                : amp
""",
            synaptic="g_e*(e_rev_e - v) + g_i*(e_rev_i - v)",
            onset="v = v_rest\ni_exc = 0*amp\ni_inh = 0*amp",
            deliver="i_exc_post += ({w})*int(({w}) > 0*amp)\n"
            "i_inh_post += ({w})*int(({w}) < 0*amp)",
        )
