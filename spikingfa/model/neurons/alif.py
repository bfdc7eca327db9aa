"""The adaptive leaky integrate-and-fire neuron."""

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from spikingfa.model.distribution import EachTime, EachVoltageStep
from spikingfa.model.neurons.lif import LIF
from spikingfa.model.neurons.neuron import Soma


class AdaptiveLIF(LIF):
    """LIF neuron whose threshold rises at each of its spikes.

    ::

        tau_m dv/dt = v_rest - v + r_m (i_syn + i_bias),    tau_theta dtheta/dt = -theta

    A spike when v passes v_thresh + theta; then v = v_reset, and theta rises by theta_jump.
    """

    reference: ClassVar = (
        "Bellec et al. 2018, arXiv:1803.09574; Gerstner et al. 2014, Neuronal Dynamics, 6.1"
    )

    model: Literal["alif"] = Field("alif", description="neuron model")
    tau_theta: EachTime = Field("100 ms", description="decay of the threshold's rise")
    theta_jump: EachVoltageStep = Field("2 mV", description="rise of the threshold at a spike")

    def soma(self) -> Soma:
        """Equations of the soma."""
        lif = super().soma()
        return replace(
            lif,
            equations=lif.equations + "dtheta/dt = -theta / tau_theta : volt\n",
            threshold="v > v_thresh + theta",
            reset=lif.reset + "\ntheta += theta_jump",
            onset=lif.onset + "\ntheta = 0*volt",
        )
