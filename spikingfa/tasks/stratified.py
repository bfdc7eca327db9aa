"""A random split in which each class has its share.

The indices are those of scikit-learn's ``train_test_split(stratify=y)``, bit for bit, which a test
holds: importing it would take longer than training starts otherwise.
"""

import math

import numpy as np


def stratified(y: np.ndarray, test_fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices for training and test, in random order.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Classes.
    test_fraction : float
        Of all, rounded up.
    seed : int

    Returns
    -------
    train, test : ndarray of int

    Raises
    ------
    ValueError
        A class has one sample only, or a part has room for fewer samples than there are classes.
    """
    classes, which, counts = np.unique(y, return_inverse=True, return_counts=True)
    n_test = math.ceil(test_fraction * len(y))
    n_train = len(y) - n_test
    if counts.min() < 2:
        raise ValueError("a class has one sample, and two are needed")
    for name, n in (("training", n_train), ("the test", n_test)):
        if n < len(classes):
            raise ValueError(f"{n} samples for {name} are fewer than the {len(classes)} classes")
    rng = np.random.RandomState(seed)
    in_train = _shares(counts, n_train, rng)
    in_test = _shares(counts - in_train, n_test, rng)
    train, test = [], []
    for k, n in enumerate(counts):
        members = np.flatnonzero(which == k)[rng.permutation(n)]
        train.append(members[: in_train[k]])
        test.append(members[in_train[k] : in_train[k] + in_test[k]])
    return rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))


def _shares(counts: np.ndarray, n: int, rng: np.random.RandomState) -> np.ndarray:
    """How many of each class are among `n`: the largest remainders get one more, ties drawn."""
    exact = counts / counts.sum() * n
    shares = np.floor(exact)
    missing = int(n - shares.sum())
    remainders = exact - shares
    for remainder in np.unique(remainders)[::-1]:
        if not missing:
            break
        tied = np.flatnonzero(remainders == remainder)
        chosen = rng.choice(tied, size=min(len(tied), missing), replace=False)
        shares[chosen] += 1
        missing -= len(chosen)
    return shares.astype(int)
