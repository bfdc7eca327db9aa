"""The shallow control: no feedback."""

from typing import ClassVar

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class NoFeedback(FeedbackRule):
    """No B: the error reaches the output alone, and hidden layers do not learn."""

    kind: ClassVar = "none"
    reference: ClassVar = "the shallow network of Lillicrap et al. 2016, Nat Commun 7:13276"
    local: ClassVar = True
    path: ClassVar = "none"

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """Nothing."""
        return {}
