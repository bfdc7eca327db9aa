"""Feedback weights that learn from noise what the forward weights do."""

from typing import ClassVar

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class WeightMirror(FeedbackRule):
    """dB = eta (gain (response_pre - <response>) - B), 20 ms after each spike of its neuron.

    In phases without input and teacher, noise makes hidden neurons fire. What the output does a
    little later than a neuron's spike, more than usually, is what that neuron causes: B comes to
    mirror the forward weights on all ways to the output. The response is the trace of output
    spikes in the error neuron, usual is its mean over the last 200 ms. While the network learns, B
    does not.
    """

    kind: ClassVar = "weight_mirror"
    reference: ClassVar = "Akrout et al. 2019, arXiv:1904.05391 (there: rate neurons)"
    local: ClassVar = True
    path: ClassVar = "direct"
    mirrors: ClassVar = True
    needs_noise: ClassVar = True
    synapse: ClassVar = """b : 1
eta   : 1 (shared, constant)
gain  : 1 (shared, constant)
"""
    learn: ClassVar = "b = b + eta*(gain*(trace_pre - usual_pre) - b)"
    learn_after: ClassVar = 20e-3
    output_error: ClassVar = """
dusual/dt = (trace - usual)/(200*ms) : 1
"""

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """The random matrices, which the synapses change."""
        return random
