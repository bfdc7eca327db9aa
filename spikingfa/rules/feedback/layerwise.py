"""Fixed random feedback through every layer."""

from typing import ClassVar

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class Layerwise(FeedbackRule):
    """B random, U[-1, 1] by default, and fixed: to each hidden layer from the one above it.

    Each hidden layer but the first has error neurons of its own, driven by the error that reached
    it and gated by its sensitivity: e_l = sensitivity_l * (B e_(l+1)).
    """

    kind: ClassVar = "layerwise"
    reference: ClassVar = "Lillicrap et al. 2016, Nat Commun 7:13276 (its deeper networks)"
    local: ClassVar = True
    path: ClassVar = "layerwise"

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """The random matrices."""
        return random
