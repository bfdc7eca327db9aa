"""The backprop control: feedback weights are the forward ones."""

from typing import ClassVar

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices, as_large_as_random


class Transport(FeedbackRule):
    """B = W.T / (sqrt(3) rms(W)), layer by layer: weight transport, which no synapse could do.

    Only directions differ from random feedback, not the size.
    """

    kind: ClassVar = "transport"
    reference: ClassVar = "Rumelhart, Hinton & Williams 1986, Nature 323:533"
    local: ClassVar = False
    path: ClassVar = "layerwise"
    follows: ClassVar = True

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """Forward weights transposed."""
        return {name: as_large_as_random(w.T) for name, w in forward.items()}
