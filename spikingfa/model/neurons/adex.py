"""The adaptive exponential integrate-and-fire neuron."""

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from spikingfa.model.distribution import (
    EachCapacitance,
    EachConductance,
    EachCoupling,
    EachScale,
    EachTime,
    EachVoltage,
    EachVoltageWidth,
)
from spikingfa.model.neurons.neuron import Neuron, Soma


class AdEx(Neuron):
    """Adaptive exponential integrate-and-fire neuron.

    ::

        c_m dv/dt = -g_l (v - v_rest) + g_l delta_t exp((v - v_thresh) / delta_t)
                    - i_adapt + i_syn + i_bias
        tau_w di_adapt/dt = a_w (v - v_rest) - i_adapt,    tau_syn di_syn/dt = -i_syn

    A spike when v passes v_peak; then v = v_reset, and i_adapt rises by b_w. The article's w, a and
    b are i_adapt, a_w and b_w; the defaults are its values. The upstroke is too fast for a step of
    1 ms: spikes come up to a step late, and rates are accurate to a few percent with dt = 0.1 ms.
    The exponent is held under 20, so that no step, however long, overflows.
    """

    reference: ClassVar = (
        "Brette & Gerstner 2005, J Neurophysiol 94:3637; PyNN's EIF_cond_exp_isfa_ista; rheobase:"
        " Touboul & Brette 2008, Biol Cybern 99:319"
    )
    in_role: ClassVar = {
        "hidden": {"i_init": "400 pA"},
        "output": {"i_bias": "500 pA", "i_init": "8 pA"},
    }
    below: ClassVar = (("v_rest", "v_thresh"), ("v_thresh", "v_peak"), ("v_reset", "v_peak"))
    drive_by_rheobase: ClassVar = True

    model: Literal["adex"] = Field("adex", description="neuron model")
    c_m: EachCapacitance = Field("281 pF", description="membrane capacitance")
    g_l: EachConductance = Field("30 nS", description="leak conductance")
    v_rest: EachVoltage = Field("-70.6 mV", description="reversal potential of the leak")
    v_thresh: EachVoltage = Field("-50.4 mV", description="where the upstroke begins")
    delta_t: EachVoltageWidth = Field("2 mV", description="sharpness of the upstroke")
    v_peak: EachVoltage = Field("20 mV", description="top of a spike")
    v_reset: EachVoltage = Field("-70.6 mV", description="potential after a spike")
    tau_w: EachTime = Field("144 ms", description="decay of the adaptation current")
    a_w: EachCoupling = Field("4 nS", description="adaptation to the potential")
    b_w: EachScale = Field("80.5 pA", description="rise of the adaptation current at a spike")

    def soma(self) -> Soma:
        """Equations of the soma."""
        return Soma(
            equations="""
dv/dt = (g_l*(v_rest - v) + i_up - i_adapt + {current}) / c_m          : volt
i_up = g_l*delta_t*exp(clip((v - v_thresh)/delta_t, -100, 20))         : amp
di_adapt/dt = (a_w*(v - v_rest) - i_adapt) / tau_w                       : amp
di_syn/dt = -i_syn / tau_syn                                           : amp
""",
            threshold="v > v_peak",
            reset="v = v_reset\ni_adapt += b_w",
            onset="v = v_rest\ni_adapt = 0*amp\ni_syn = 0*amp",
            drive="(i_syn + i_bias) / i_rheo",
        )

    def time_constants(self) -> dict[str, float]:
        """Time constants of its fields, and that of the leak."""
        return super().time_constants() | {"c_m/g_l": float(self.c_m) / float(self.g_l)}

    def rheobase(self) -> float:
        """The current at which rest vanishes as a state or, for large a_w, loses its stability."""
        names = ("c_m", "g_l", "v_rest", "v_thresh", "delta_t", "tau_w", "a_w")
        c_m, g_l, v_rest, v_thresh, delta_t, tau_w, a = (float(getattr(self, k)) for k in names)
        ratio, speed = a / g_l, c_m / g_l / tau_w  # of conductances, and of time constants
        distance = v_thresh - v_rest - delta_t
        if ratio <= speed:  # saddle-node bifurcation
            return (g_l + a) * (distance + delta_t * np.log1p(ratio))
        hopf = (g_l + a) * (distance + delta_t * np.log1p(speed))
        return hopf + g_l * delta_t * (ratio - speed)
