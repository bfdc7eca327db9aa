"""Izhikevich's simple model of a neuron."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from spikingfa.model.distribution import (
    EachCapacitance,
    EachCurrent,
    EachRate,
    EachSignedConductance,
    EachSlope,
    EachVoltage,
)
from spikingfa.model.neurons.neuron import Neuron, Soma


class Izhikevich(Neuron):
    """Izhikevich's simple model, in its form with units.

    ::

        c_m dv/dt = k (v - v_rest) (v - v_thresh) - u + i_syn + i_bias
        du/dt = a_u (b_u (v - v_rest) - u),    tau_syn di_syn/dt = -i_syn

    A spike when v passes v_peak; then v = v_reset, and u rises by d_u. The book's a, b, c and d are
    a_u, b_u, v_reset and d_u; the defaults are those of its regular spiking pyramidal neuron. The
    book computes with dt = 1 ms; rates are accurate to a few percent with dt = 0.1 ms. Far below
    rest (by twice v_thresh - v_rest) the parabola goes on as a straight line, so that strong
    inhibition cannot make a long step jump over the threshold.
    """

    reference: ClassVar = (
        "Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, chapter 8; rheobase: there,"
        " 8.1.4"
    )
    in_role: ClassVar = {
        "hidden": {"i_init": "35 pA"},
        "output": {"i_bias": "41 pA", "i_init": "0.7 pA"},
    }
    below: ClassVar = (("v_rest", "v_thresh"), ("v_thresh", "v_peak"), ("v_reset", "v_peak"))
    drive_by_rheobase: ClassVar = True

    model: Literal["izhikevich"] = Field("izhikevich", description="neuron model")
    c_m: EachCapacitance = Field("100 pF", description="membrane capacitance")
    k: EachSlope = Field("0.7 nS/mV", description="curvature of the parabola")
    v_rest: EachVoltage = Field("-60 mV", description="resting potential")
    v_thresh: EachVoltage = Field("-40 mV", description="instantaneous threshold")
    v_peak: EachVoltage = Field("35 mV", description="top of a spike")
    a_u: EachRate = Field("30 Hz", description="rate of the recovery")
    b_u: EachSignedConductance = Field("-2 nS", description="recovery current per potential")
    v_reset: EachVoltage = Field("-50 mV", description="potential after a spike")
    d_u: EachCurrent = Field("100 pA", description="rise of the recovery current at a spike")

    @model_validator(mode="after")
    def _rest_is_stable(self):
        least = -float(self.k) * (float(self.v_thresh) - float(self.v_rest))
        if float(self.b_u) <= least:
            raise ValueError(
                f"b_u must be above k (v_rest - v_thresh) = {1e9 * least:.6g} nS, or v_rest is not"
                f" stable, got {self.b_u}"
            )
        return self

    def soma(self) -> Soma:
        """Equations of the soma."""
        return Soma(
            equations="""
dv/dt = (k*(v - v_rest)*(v_low - v_thresh) - u + {current}) / c_m      : volt
v_low = clip(v, 3*v_rest - 2*v_thresh, v_peak)                         : volt
du/dt = a_u*(b_u*(v - v_rest) - u)                                         : amp
di_syn/dt = -i_syn / tau_syn                                           : amp
""",
            threshold="v > v_peak",
            reset="v = v_reset\nu += d_u",
            onset="v = v_rest\nu = 0*amp\ni_syn = 0*amp",
            drive="(i_syn + i_bias) / i_rheo",
        )

    def time_constants(self) -> dict[str, float]:
        """Time constants of its fields, of the recovery, and of the potential at rest."""
        slope = float(self.k) * (float(self.v_thresh) - float(self.v_rest))
        own = {
            "1/a_u": 1 / float(self.a_u),
            "c_m/(k (v_thresh - v_rest))": float(self.c_m) / slope,
        }
        return super().time_constants() | own

    def rheobase(self) -> float:
        """The current at which rest vanishes as a state or, for large b_u, loses its stability."""
        names = ("c_m", "k", "v_rest", "v_thresh", "a_u", "b_u")
        c_m, k, v_rest, v_thresh, a, b = (float(getattr(self, name)) for name in names)
        depth = k * (v_thresh - v_rest)
        if b <= a * c_m:  # saddle-node bifurcation
            return (b + depth) ** 2 / (4 * k)
        above_rest = (a * c_m + depth) / (2 * k)
        return above_rest * (b + depth - k * above_rest)
