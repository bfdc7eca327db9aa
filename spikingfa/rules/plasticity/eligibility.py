"""The base class of rules that keep an eligibility trace in each synapse."""

from typing import ClassVar

from spikingfa.rules.plasticity.rule import PlasticityRule

#: A low-pass filter of unit area; exact where what it filters is constant over a step.
FILTERED = "eligibility += (1 - exp(-dt/tau_eligibility))*(sensitivity_post*x_pre - eligibility)"


class Eligible(PlasticityRule):
    """dw/dt = -eta e i_apical_post, with tau_eligibility de/dt = -e + sensitivity_post x_pre."""

    synapse: ClassVar = "eligibility : Hz"
    step: ClassVar = FILTERED
    rest: ClassVar = "eligibility = 0*Hz"
    parameters: ClassVar = ("tau_eligibility",)
    change: ClassVar = "eligibility*i_apical_post"
    needs: ClassVar = ("v", "v_rest", "v_thresh")
