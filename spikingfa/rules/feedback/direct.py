"""Fixed random feedback from the output: the rule that this package is about."""

from typing import ClassVar

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class Direct(FeedbackRule):
    """B random, U[-1, 1] by default, and fixed: from the output straight to every hidden layer."""

    kind: ClassVar = "direct"
    reference: ClassVar = (
        "Lillicrap et al. 2016, Nat Commun 7:13276; to every layer: Nokland 2016, arXiv:1609.01596"
    )
    local: ClassVar = True
    path: ClassVar = "direct"

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """The random matrices."""
        return random
