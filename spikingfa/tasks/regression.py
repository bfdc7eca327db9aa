"""The article's function approximation: a linear map, and a network of tanh units.

Lillicrap et al. 2016, Nat Commun 7:13276; inputs and answers are signed, so that each is a pair
of neurons.
"""

from itertools import pairwise

import numpy as np

from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.encoding import Encoding
from spikingfa.tasks.pairs import on_off

N_INPUTS, N_OUTPUTS = 30, 10
HIDDEN = (20, 10)  # of the network that is approximated
FULL = 4  # standard deviations of an input at full intensity


def load_regression(task: Task) -> Data:
    """Inputs x ~ N(0, I) and answers y* = T(x), scaled so that the largest answer is 1.

    An input of four standard deviations has the intensity 1.
    """
    rng = np.random.default_rng(task.seed)
    function = linear(rng) if task.name == "linear" else nonlinear(rng)
    x = rng.normal(size=(task.n_train + task.n_test, N_INPUTS))
    y = function(x)
    return regression(x / FULL, y / np.abs(y).max(), task.n_test)


def regression(x: np.ndarray, y: np.ndarray, n_test: int) -> Data:
    """Data of signed inputs (n, d) and answers (n, k), the first `n_test` for the test.

    These stay the same when more are generated for training, and so apart from what is held out
    of them for validation.
    """
    rows, x = np.arange(len(x)), on_off(x)
    parts = x[n_test:], rows[n_test:], x[:n_test], rows[:n_test]
    # not checked: a few inputs are beyond four standard deviations
    encoding = Encoding(n_features=x.shape[1])
    return Data.encoded(*parts, encoding, answers=on_off(y), metric="nse")


def linear(rng: np.random.Generator):
    """y = T x with T ~ U[-1, 1]."""
    t = rng.uniform(-1, 1, (N_INPUTS, N_OUTPUTS))
    return lambda x: x @ t


def nonlinear(rng: np.random.Generator):
    """A 30-20-10-10 network, tanh in both hidden layers, linear at the output, with biases.

    Weights and biases are normal with variance 1 / n_pre, which is our choice: it drives the units
    into the bend of tanh. The best linear map is left with a normalised squared error of 11 %.
    """
    sizes = (N_INPUTS, *HIDDEN, N_OUTPUTS)
    layers = [rng.normal(0, n_pre**-0.5, (n_pre + 1, n_post)) for n_pre, n_post in pairwise(sizes)]

    def function(x: np.ndarray) -> np.ndarray:
        for layer in layers[:-1]:
            x = np.tanh(x @ layer[:-1] + layer[-1])
        return x @ layers[-1][:-1] + layers[-1][-1]

    return function
