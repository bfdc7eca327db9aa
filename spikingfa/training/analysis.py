"""Numbers from arrays: decisions, errors, alignment. Nothing here simulates."""

import numpy as np

N_DRAWS = 2000  # of the bootstrap


def decisions(count: np.ndarray, charge: np.ndarray) -> np.ndarray:
    """The class that each trial was given: most output spikes, ties by synaptic charge.

    Parameters
    ----------
    count, charge : ndarray, shape (n_trials, n_classes)
        Spikes of each output neuron in a trial, and the integral of its synaptic current.

    Returns
    -------
    ndarray of int, shape (n_trials,)
    """
    tied = count == count.max(axis=1, keepdims=True)
    return np.where(tied, charge, -np.inf).argmax(axis=1)


def confusion_matrix(targets: np.ndarray, predictions: np.ndarray, n_classes: int) -> np.ndarray:
    """Count what each class was taken for.

    Parameters
    ----------
    targets, predictions : ndarray of int, shape (n_trials,)
        True class, and the one predicted.
    n_classes : int

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        True class by row, predicted class by column.
    """
    pairs = np.bincount(n_classes * targets + predictions, minlength=n_classes**2)
    return pairs.reshape(n_classes, n_classes)


def alignment_angle(w: np.ndarray, b: np.ndarray) -> float:
    """Angle in degrees between forward weights and the feedback weights that stand for them.

    Both are taken as vectors: ``cos(angle) = sum(w * b.T) / (|w| |b|)``. 90 degrees is chance,
    0 would be backpropagation (Lillicrap et al. 2016, Fig. 1).

    Parameters
    ----------
    w : ndarray, shape (n_hidden, n_outputs)
        Forward weights; for a deep layer the product of all matrices from it to the output.
    b : ndarray, shape (n_outputs, n_hidden)
    """
    largest = np.abs(w).max()
    if largest == 0 or not b.any():
        return float("nan")
    w = w / largest  # weights that ran away would overflow in a square
    cosine = np.sum(w * b.T) / (np.linalg.norm(w) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def layer_angles(
    forward: dict[str, np.ndarray], feedback: dict[str, np.ndarray]
) -> dict[str, float]:
    """Alignment angle of every hidden layer that errors reach, in degrees, by its name.

    Parameters
    ----------
    forward : dict of ndarray, shape (n_hidden, n_source)
        Weights to the layer that the errors come from, by hidden layer.
    feedback : dict of ndarray, shape (n_source, n_hidden)
        Feedback weights.
    """
    return {name: alignment_angle(forward[name], b) for name, b in feedback.items()}


def population_rate(n_spikes: int, size: int, duration: float) -> float:
    """Mean rate of a population's neurons in Hz, over `duration` seconds."""
    return n_spikes / (size * duration)


def mean_interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The 95 % interval of the mean over runs, by the bootstrap's percentiles.

    As many runs are drawn with replacement as there are, 2000 times, and always the same ones
    (Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 13). Of two or three runs
    it reaches from the least to the most, and of one it is that run's value.

    Parameters
    ----------
    values : ndarray, shape (n_runs, ...)
        A number, or a curve, of each run. Where one is NaN, the interval is.

    Returns
    -------
    low, high : ndarray, shape (...)
    """
    values = np.asarray(values, float)
    draws = np.random.default_rng(0).integers(len(values), size=(N_DRAWS, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), (2.5, 97.5), axis=0)
    return low, high
