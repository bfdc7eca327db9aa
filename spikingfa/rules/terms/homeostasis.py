"""Homeostasis of the rates."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class Homeostasis(PlasticityTerm):
    """dw = -eta homeostasis (mean_rate_post / target_rate - 1), in the hidden layers.

    `homeostasis` is a current (amp) that teaches a neuron which fires at twice the target rate;
    its mean rate (Hz) is that of its spikes, filtered with tau_homeostasis, from trial to trial.
    Neither the error nor the sensitivity gates it, so that silent neurons come back.
    """

    kind: ClassVar = "plasticity.homeostasis"
    reference: ClassVar = (
        "Turrigiano 2008, Cell 135:422; van Rossum, Bi & Turrigiano 2000, J Neurosci 20:8812"
    )
    change: ClassVar = "homeostatic_post"
    post: ClassVar = """
# homeostasis
homeostatic = homeostasis*(mean_rate/target_rate - 1) : amp (constant over dt)
"""
    post_parameters: ClassVar = ("homeostasis",)

    def used(self, path, section) -> bool:
        """Into hidden layers, where it is switched on."""
        return float(section.homeostasis) > 0 and path.post != "output"
