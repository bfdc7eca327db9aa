"""Feedback weights that learn as the forward weights do."""

from typing import ClassVar

from spikingfa.feedback_rules.rule import FeedbackRule, Matrices


class KolenPollack(FeedbackRule):
    """dB = -eta (error_pre + decay B) at each spike of its hidden neuron; B is random at first.

    The same product, the same decay and the same moments as those of the forward synapse between
    the same two layers, so that what differs between W.T and B decays away. Nothing is read from
    that synapse: a feedback synapse joins the error neuron above, which knows the error, and the
    hidden neuron below, whose spikes are the other factor.
    """

    kind: ClassVar = "kolen_pollack"
    reference: ClassVar = (
        "Kolen & Pollack 1994, IEEE Int Conf Neural Networks 3:1375; Akrout et al. 2019,"
        " arXiv:1904.05391"
    )
    local: ClassVar = True
    path: ClassVar = "layerwise"
    learns: ClassVar = True

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """What was drawn; the synapses change it."""
        return random
