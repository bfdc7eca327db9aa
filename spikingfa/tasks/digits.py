"""Handwritten digits of 8 x 8 pixels (Alpaydin & Kaynak 1998, UCI), as bundled in scikit-learn."""

import numpy as np

from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.parts import split


def load_digits(task: Task) -> Data:
    """1797 images with intensities 0 to 16, scaled to [0, 1]; a stratified part is the test."""
    from sklearn.datasets import load_digits as bundled

    digits = bundled()
    x = (digits.data / 16).astype(np.float32)
    parts = split(x, digits.target, task, "digits")
    return Data(*parts, classes=tuple("0123456789"), image=(8, 8))
