"""Node perturbation: one scalar tells how bad it is, and noise who changed it."""

from typing import ClassVar

import numpy as np

from spikingfa.rules.feedback.rule import FeedbackRule, Matrices


class Scalar(FeedbackRule):
    """teaching = sensitivity (L - <L>) xi, L = sum of |e_k|, xi a trace of the neuron's own noise.

    All error neurons, on and off alike, excite every hidden neuron equally (B = 1 / sqrt(3)), so
    that its apical current says how large the error is, and nothing else; <L> is its mean over
    the last 200 ms. A neuron whose noise went with more error than usual learns to fire less. The
    trace, of 40 ms and in units of i_noise, lasts as long as it takes an error to come back.
    """

    kind: ClassVar = "scalar"
    reference: ClassVar = (
        "node perturbation: Williams 1992, Mach Learn 8:229; Fiete & Seung 2006,"
        " Phys Rev Lett 97:048104"
    )
    local: ClassVar = True
    path: ClassVar = "direct"
    signed: ClassVar = False
    needs_noise: ClassVar = True
    teaching: ClassVar = "sensitivity*(i_apical - i_usual)*perturbation"
    hidden: ClassVar = """
# node perturbation
dperturbation/dt = noise/(i_noise*sqrt(40*ms*1*ms/2)) - perturbation/(40*ms) : 1
di_usual/dt = (i_apical - i_usual)/(200*ms)         : amp
"""
    hidden_rest: ClassVar = "perturbation = 0"  # what is usual goes on from trial to trial

    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """Matrices whose entries are all the same."""
        return {name: np.full_like(b, 1 / np.sqrt(3)) for name, b in random.items()}
