"""The leaky integrate-and-fire neuron."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from spikingfa.neuron_models.neuron import REFRACTORY, Neuron, Soma
from spikingfa.units import Delay, Resistance, Time, Voltage


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

    model: Literal["lif"] = Field("lif", description="neuron model")
    v_rest: Voltage = Field("-65 mV", description="resting potential")
    v_reset: Voltage = Field("-65 mV", description="potential after a spike")
    v_thresh: Voltage = Field("-50 mV", description="spike threshold")
    tau_m: Time = Field("20 ms", description="membrane time constant")
    tau_refrac: Delay = Field("2 ms", description="refractory period")
    r_m: Resistance = Field("100 Mohm", description="membrane resistance")

    @model_validator(mode="after")
    def _threshold_above_reset_and_rest(self):
        for name in ("v_reset", "v_rest"):
            if getattr(self, name) >= self.v_thresh:
                raise ValueError(
                    f"{name} must be below v_thresh,"
                    f" got {getattr(self, name)} with v_thresh = {self.v_thresh}"
                )
        return self

    def soma(self) -> Soma:
        """Its equations."""
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
        return float((self.v_thresh - self.v_rest) / self.r_m)
