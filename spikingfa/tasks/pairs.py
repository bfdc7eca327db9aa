"""Signed numbers as pairs of neurons: one fires for what is above zero, one for what is below."""

import numpy as np


def on_off(values: np.ndarray) -> np.ndarray:
    """The pairs of neurons that stand for signed values, in their order.

    Parameters
    ----------
    values : ndarray, shape (n, d)

    Returns
    -------
    ndarray of float32, shape (n, 2 * d)
        max(value, 0) and max(-value, 0), one beside the other.
    """
    pairs = np.stack([np.maximum(values, 0), np.maximum(-values, 0)], axis=2)
    return pairs.reshape(len(values), -1).astype(np.float32)


def signed(pairs: np.ndarray) -> np.ndarray:
    """The values that pairs of neurons stand for, shape (n, d): the first minus the second."""
    return pairs[:, 0::2] - pairs[:, 1::2]
