"""Parity of bits, and XOR, its case of two: the smallest tasks that need a hidden layer.

No single layer can tell an even number of ones from an odd one (Minsky & Papert 1969,
*Perceptrons*).
"""

import numpy as np

from spikingfa.model.model import Task
from spikingfa.tasks.data import Data

CLASSES = ("even", "odd")


def load_bits(task: Task) -> Data:
    """`n_train` and `n_test` stimuli that go through all patterns of bits in a random order.

    Each bit is two features, of which the first is 1 where the bit is 1 and the second where it
    is 0, so that a zero has spikes as well. The test shows the patterns that were learnt, unless
    `n_train` is smaller than their number.
    """
    bits = 2 if task.name == "xor" else task.bits
    patterns = np.random.default_rng(task.seed).permutation(2**bits)
    shown = np.resize(patterns, task.n_train + task.n_test)
    ones = shown[:, None] >> np.arange(bits) & 1
    x = np.stack([ones, 1 - ones], axis=2).reshape(len(shown), -1).astype(np.float32)
    y, n = ones.sum(axis=1) % 2, task.n_train
    return Data(x[:n], y[:n], x[n:], y[n:], CLASSES)
