"""Classification tasks, each drawn anew with a seed: intensities in [0, 1], a part for the test.

The test part is a stratified fifth. Columns of tables are scaled by what is trained on; what lies
outside of it in the test part is clipped.
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import minmax_scale

N_CLASSES = 10  # of the digits
FLIPPED = 0.25  # of the training labels are drawn at random
FEW = 5  # samples a class
RATIO = 20  # of the most frequent class to the rarest one
SIDE = 8  # pixels


class Split(NamedTuple):
    """Stimuli (n, n_features) and classes (n,), to train on and for the test."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


Change = Callable[[Split, np.random.Generator], Split]


def split(x: np.ndarray, y: np.ndarray, seed: int) -> Split:
    """A stratified fifth as the test, and columns scaled by the rest."""
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.2, stratify=y, random_state=seed)
    low, high = x.min(axis=0), x.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    scaled = (np.clip((part - low) / span, 0.0, 1.0) for part in (x, x_test))
    return Split(next(scaled), y, next(scaled), y_test)


def digits(change: Change, seed: int) -> Split:
    """Scikit-learn's digits, changed."""
    x, y = datasets.load_digits(return_X_y=True)
    x, x_test, y, y_test = train_test_split(x / 16, y, test_size=0.2, stratify=y, random_state=seed)
    return change(Split(x, y, x_test, y_test), np.random.default_rng(seed))


def unchanged(data: Split, rng: np.random.Generator) -> Split:
    """Return the digits unchanged."""
    return data


def permuted(data: Split, rng: np.random.Generator) -> Split:
    """Pixels in another order, the same in all images."""
    order = rng.permutation(data.x.shape[1])
    return data._replace(x=data.x[:, order], x_test=data.x_test[:, order])


def inverted(data: Split, rng: np.random.Generator) -> Split:
    """Bright where it was dark."""
    return data._replace(x=1 - data.x, x_test=1 - data.x_test)


def rotated(data: Split, rng: np.random.Generator) -> Split:
    """Images on their side."""
    return data._replace(x=_turned(data.x), x_test=_turned(data.x_test))


def _turned(x: np.ndarray) -> np.ndarray:
    return np.rot90(x.reshape(-1, SIDE, SIDE), axes=(1, 2)).reshape(len(x), -1)


def noisy_labels(data: Split, rng: np.random.Generator) -> Split:
    """A quarter of the training labels drawn at random; the test's stay."""
    wrong = rng.random(len(data.y)) < FLIPPED
    return data._replace(y=np.where(wrong, rng.integers(N_CLASSES, size=len(data.y)), data.y))


def few(data: Split, rng: np.random.Generator) -> Split:
    """Five training samples of each class."""
    return _kept(data, np.full(N_CLASSES, FEW))


def imbalanced(data: Split, rng: np.random.Generator) -> Split:
    """Classes of the training from all there are down to a twentieth, in geometric steps."""
    most = np.bincount(data.y).min()
    share = RATIO ** -(rng.permutation(N_CLASSES) / (N_CLASSES - 1))
    return _kept(data, np.maximum(np.rint(most * share).astype(int), 1))


def _kept(data: Split, n: np.ndarray) -> Split:
    """The first `n` training samples of each class."""
    kept = np.concatenate([np.flatnonzero(data.y == k)[: n[k]] for k in range(N_CLASSES)])
    return data._replace(x=data.x[kept], y=data.y[kept])


def breast_cancer(seed: int) -> Split:
    """30 measures of cell nuclei, 2 classes (Street, Wolberg & Mangasarian 1993)."""
    return split(*datasets.load_breast_cancer(return_X_y=True), seed)


def wine(seed: int) -> Split:
    """13 chemical measures of wines, 3 cultivars (Aeberhard & Forina 1991)."""
    return split(*datasets.load_wine(return_X_y=True), seed)


def gaussians(seed: int) -> Split:
    """Scikit-learn's ``make_classification``: 1000 samples, 8 of 20 columns tell 4 classes."""
    x, y = datasets.make_classification(
        1000, n_features=20, n_informative=8, n_classes=4, random_state=seed
    )
    return split(x, y, seed)


def spirals(seed: int) -> Split:
    """Two spirals of one and a half turns in the plane (Lang & Witbrock 1988), 1000 points."""
    rng = np.random.default_rng(seed)
    y = np.arange(1000) % 2
    turn = 3 * np.pi * np.sqrt(rng.random(len(y)))
    around = turn + np.pi * y
    x = turn[:, None] * np.stack([np.cos(around), np.sin(around)], axis=1)
    return split(minmax_scale(x + rng.normal(0.0, 0.3, x.shape)), y, seed)


#: The tasks by name, each a function of the seed.
TASKS: dict[str, Callable[[int], Split]] = {
    "digits": partial(digits, unchanged),
    "digits, permuted": partial(digits, permuted),
    "digits, inverted": partial(digits, inverted),
    "digits, rotated": partial(digits, rotated),
    "digits, 25 % random labels": partial(digits, noisy_labels),
    "digits, 5 a class": partial(digits, few),
    "digits, imbalanced 20:1": partial(digits, imbalanced),
    "breast cancer": breast_cancer,
    "wine": wine,
    "make_classification": gaussians,
    "two spirals": spirals,
}
