"""The same error for every neuron."""

from typing import ClassVar

import numpy as np

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class Uniform(FeedbackRule):
    """B = 1 / sqrt(3): every hidden neuron hears the sum of the output's errors, a scalar.

    As large as random feedback. What a scalar can do that knows nothing of who was to blame.
    """

    kind: ClassVar = "uniform"
    reference: ClassVar = (
        "a global scalar, as of a neuromodulator: Mazzoni, Andersen & Jordan 1991, PNAS 88:4433"
    )
    local: ClassVar = True
    path: ClassVar = "direct"

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """Matrices whose entries are all the same."""
        return {name: np.full_like(b, 1 / np.sqrt(3)) for name, b in random.items()}
