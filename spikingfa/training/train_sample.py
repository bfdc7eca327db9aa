"""A sample of the training stimuli, by which it is measured what a network knows of them.

They are shown as the stimuli of the test are: before learning and at the end of each epoch, without
teacher, without learning, unshifted. So the training error is one that the error of the test may
be compared with. What is counted while learning is not: the teacher helps to give these answers,
and weights change meanwhile.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from spikingfa.base.seeds import stream

SAMPLE = 2000  # stimuli at most: the error of an epoch costs no more than this


def train_sample(seed: int, n_train: int) -> np.ndarray:
    """Indices of the stimuli in the order in which they are shown, the same ones in every epoch.

    Parameters
    ----------
    seed : int
        The run's seed; the sample has a stream of its own.
    n_train : int
        Number of training stimuli. If there are no more than `SAMPLE`, they are all in it.
    """
    return stream(seed, "sample").permutation(n_train)[:SAMPLE]


def while_learning(history: Mapping[str, Sequence[float]]) -> bool:
    """Whether training errors are those that were counted while learning.

    So it is in runs of older versions, which know none before the first epoch.
    """
    return history["epoch"][0] == 0 and bool(np.isnan(history["train_error"][0]))
