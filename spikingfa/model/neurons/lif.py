"""The leaky integrate-and-fire neuron."""

from typing import ClassVar, Literal

from pydantic import Field

from spikingfa.model.distribution import EachDelay, EachResistance, EachTime, EachVoltage
from spikingfa.model.neurons.neuron import REFRACTORY, Neuron, Soma


class LIF(Neuron):
    """Leaky integrate-and-fire neuron with an exponential synaptic current.

    ::

        tau_m dv/dt = v_rest - v + r_m (i_syn + i_bias),    tau_syn di_syn/dt = -i_syn

    A spike when v passes v_thresh; then v = v_reset for the time tau_refrac.
    """

    reference: ClassVar = (
        "PyNN's IF_curr_exp; Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, 1.3"
    )
    in_role: ClassVar = {
        "hidden": {"i_init": "100 pA"},
        "output": {"i_bias": "120 pA", "i_init": "2 pA"},
    }
    below: ClassVar = (("v_reset", "v_thresh"), ("v_rest", "v_thresh"))

    model: Literal["lif"] = Field("lif", description="neuron model")
    v_rest: EachVoltage = Field("-65 mV", description="resting potential")
    v_reset: EachVoltage = Field("-65 mV", description="potential after a spike")
    v_thresh: EachVoltage = Field("-50 mV", description="spike threshold")
    tau_m: EachTime = Field("20 ms", description="membrane time constant")
    tau_refrac: EachDelay = Field("2 ms", description="refractory period")
    r_m: EachResistance = Field("100 Mohm", description="membrane resistance")

    def soma(self) -> Soma:
        """Equations of the soma."""
        return Soma(
            equations="""
dv/dt = (v_rest - v + r_m*({current})) / tau_m       : volt (unless refractory)
di_syn/dt = -i_syn / tau_syn                         : amp
""",
            threshold="v > v_thresh",
            reset="v = v_reset",
            refractory=REFRACTORY,
            onset="v = v_rest\ni_syn = 0*amp",
            drive="r_m*(i_syn + i_bias) / (v_thresh - v_rest)",
        )

    def rheobase(self) -> float:
        """(v_thresh - v_rest) / r_m."""
        return (float(self.v_thresh) - float(self.v_rest)) / float(self.r_m)
