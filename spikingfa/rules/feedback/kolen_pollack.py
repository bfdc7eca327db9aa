"""Feedback weights that learn as the forward weights do."""

from typing import ClassVar

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class KolenPollack(FeedbackRule):
    """dB = -eta (gain error_signal_pre + decay B) at each spike of its hidden neuron.

    B is random at first.

    The same product, the same decay and the same moments as those of the forward synapse between
    the same two layers, so that what differs between W.T and B decays away; `gain` is what unit
    error teaches the layer above, in units of B. Nothing is read from the forward synapse: a
    feedback synapse joins the error neuron above, which knows the error, and the hidden neuron
    below, whose spikes are the other factor. If that never fires, B stays as it is.
    """

    kind: ClassVar = "kolen_pollack"
    reference: ClassVar = (
        "Kolen & Pollack 1994, IEEE Int Conf Neural Networks 3:1375; Akrout et al. 2019,"
        " arXiv:1904.05391"
    )
    local: ClassVar = True
    path: ClassVar = "layerwise"
    synapse: ClassVar = """b : 1
eta   : 1 (shared, constant)
gain  : 1 (shared, constant)
decay : 1 (shared, constant)
"""
    learn: ClassVar = "b = b - eta*(gain*error_signal_pre + decay*b)"
    # the error as it teaches the layer itself: filtered by its apical compartment
    output_error: ClassVar = """
dfiltered/dt = (error - filtered)/tau_apical : 1
error_signal = filtered : 1 (constant over dt)
tau_apical : second (shared, constant)
"""
    error_rest: ClassVar = "filtered = 0"
    hidden_error: ClassVar = """
error_signal = error : 1
"""

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """The random matrices, which the synapses change."""
        return random
