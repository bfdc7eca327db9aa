"""The stochastic sigmoid neuron."""

from typing import ClassVar, Literal

from pydantic import Field

from spikingfa.model.distribution import (
    EachRate,
    EachResistance,
    EachTime,
    EachVoltage,
    EachVoltageWidth,
)
from spikingfa.model.neurons.neuron import Neuron, Soma


class StochasticSigmoid(Neuron):
    """Leaky integration, then spikes drawn with a probability given by a sigmoid.

    ::

        tau_m dv/dt = v_rest - v + r_m (i_syn + i_bias),    tau_syn di_syn/dt = -i_syn
        s = 1 / (1 + exp(-(v - v_half) / v_slope))

    In every step a spike with the probability rate_max s dt, whatever came before: no threshold,
    no reset, no refractory period. Its rate is rate_max s for any dt; rate_max dt may be 1 at most.
    Its rheobase is the current that brings half of rate_max. The sensitivity is the derivative of
    the sigmoid, 4 s (1 - s), which is 1 at its steepest.
    """

    reference: ClassVar = (
        "Lillicrap, Cownden, Tweed & Akerman 2016, Nat Commun 7:13276 (the spiking network there);"
        " escape noise: Gerstner et al. 2014, Neuronal Dynamics, 9.1"
    )
    in_role: ClassVar = {
        "hidden": {"i_init": "100 pA"},
        "output": {"i_bias": "0 pA", "i_init": "2 pA"},
    }
    below: ClassVar = (("v_rest", "v_half"),)

    model: Literal["stochastic_sigmoid"] = Field("stochastic_sigmoid", description="neuron model")
    v_rest: EachVoltage = Field("-65 mV", description="resting potential")
    v_half: EachVoltage = Field("-50 mV", description="potential of half the greatest rate")
    v_slope: EachVoltageWidth = Field("4 mV", description="width of the sigmoid")
    rate_max: EachRate = Field("200 Hz", description="greatest rate")
    tau_m: EachTime = Field("20 ms", description="membrane time constant")
    r_m: EachResistance = Field("100 Mohm", description="membrane resistance")

    def soma(self) -> Soma:
        """Equations of the soma; clipped where the sigmoid is 0 or 1, lest exp overflow."""
        return Soma(
            equations="""
dv/dt = (v_rest - v + r_m*({current})) / tau_m           : volt
di_syn/dt = -i_syn / tau_syn                             : amp
s = 1 / (1 + exp(clip((v_half - v) / v_slope, -80, 80))) : 1
""",
            threshold="rand() < rate_max*s*dt",
            reset="",
            onset="v = v_rest\ni_syn = 0*amp",
            drive="r_m*(i_syn + i_bias) / (v_half - v_rest)",
            sensitivity="4*s*(1 - s)",
        )

    def rheobase(self) -> float:
        """(v_half - v_rest) / r_m."""
        return (float(self.v_half) - float(self.v_rest)) / float(self.r_m)
