"""Activations of a unit, and their derivatives as functions of the output."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit


@dataclass(frozen=True)
class Activation:
    """f(a), and f'(a) in terms of y = f(a)."""

    f: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


LINEAR = Activation(lambda a: a, np.ones_like)
TANH = Activation(np.tanh, lambda y: 1 - y**2)
LOGISTIC = Activation(expit, lambda y: y * (1 - y))
