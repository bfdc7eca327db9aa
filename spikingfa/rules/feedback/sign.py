"""Sign symmetry: feedback weights agree with the forward ones in sign alone."""

from typing import ClassVar

import numpy as np

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class Sign(FeedbackRule):
    """B = |R| sign(W.T), R random as for `layerwise`: random sizes, transported signs."""

    kind: ClassVar = "sign"
    reference: ClassVar = (
        "Liao, Leibo & Poggio 2016, arXiv:1510.05067; Moskovitz et al. 2018, arXiv:1812.06488"
    )
    local: ClassVar = False
    path: ClassVar = "layerwise"
    follows: ClassVar = True

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """Sizes as drawn, signs of the forward weights."""
        return {name: np.abs(random[name]) * np.sign(w.T) for name, w in forward.items()}
