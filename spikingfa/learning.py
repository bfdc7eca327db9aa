"""The record of how synapses learn."""

from typing import Literal

from pydantic import Field

from spikingfa.plasticity_rules import PLASTICITY
from spikingfa.schedules import PLATEAU, SCHEDULES
from spikingfa.section import Count, Factor, Part, Section
from spikingfa.units import Rate, Scale, Time


class Plasticity(Section):
    """How the forward synapses learn."""

    rule: Literal[tuple(PLASTICITY)] = Field(
        "three_factor", description="plasticity rule of the forward synapses"
    )
    eta_hidden: Factor = Field(0.8, description="learning rate into the hidden layers")
    eta_output: Factor = Field(0.8, description="learning rate into the output")
    eta_recurrent: Factor = Field(0.05, description="learning rate of recurrent synapses")
    schedule: Literal[(*SCHEDULES, PLATEAU)] = Field(
        "exponential", description="how learning rates fall over the run"
    )
    eta_final: Part = Field(0.02, description="part of the learning rates left at the end")
    patience: Count = Field(
        3, description="epochs without a better validation error (schedule plateau)"
    )
    plateau_factor: Part = Field(0.3, description="by which learning rates fall then")
    reference_rate: Rate = Field("40 Hz", description="hidden rate the output's rate is scaled for")
    weight_decay: Factor = Field(0.0, description="pull of a weight towards zero")
    w_max: Scale | None = Field(None, description="bound on the size of a weight")
    update_noise: Scale = Field("0 pA", description="SD of a current that is added in every update")
    homeostasis: Scale = Field("0 pA", description="teaching current at twice the target rate")
    target_rate: Rate = Field("20 Hz", description="of hidden neurons under homeostasis")
    tau_homeostasis: Time = Field("1 second", description="filter of their mean rate")
    tau_decay: Time = Field("10 ms", description="decay of the presynaptic trace")
    tau_rise: Time = Field("5 ms", description="its rise (rule superspike)")
    tau_eligibility: Time = Field("10 ms", description="filter of the eligibility")
