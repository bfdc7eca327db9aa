"""Handwritten digits of 8 x 8 pixels (Alpaydin & Kaynak 1998, UCI), those of scikit-learn.

``digits.npz`` holds the test set of the *Optical Recognition of Handwritten Digits* data set, which
is licensed CC BY 4.0 (https://doi.org/10.24432/C50P49).
"""

from pathlib import Path

import numpy as np

from spikingfa.base.reading import read_arrays
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.parts import split


def load_digits(task: Task) -> Data:
    """1797 images with intensities 0 to 16, scaled to [0, 1]; a stratified part is the test."""
    images, classes = bundled()
    *parts, _ = split((images / 16).astype(np.float32), classes, task, "digits")
    return Data(*parts, classes=tuple("0123456789"), image=(8, 8))


def bundled() -> tuple[np.ndarray, np.ndarray]:
    """All images, shape (1797, 64), intensities from 0 to 16, and their classes."""
    digits = read_arrays(Path(__file__).with_name("digits.npz"))
    return digits["images"].astype(float), digits["classes"].astype(int)
