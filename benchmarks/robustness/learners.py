"""What is compared: each learns from one split and returns its test error.

The networks are `digits_fa` as it is shipped, whatever the data: nothing is chosen for a task. Each
sees as many stimuli as `digits_fa` does with its own, however few there are.
"""

import math
from collections.abc import Callable
from pathlib import Path

import spikingfa
from benchmarks.robustness.tasks import Split

MODEL = "digits_fa"
TRIALS = 20 * 1437  # those of digits_fa
FROZEN_STRONG = {"plasticity.eta_hidden": 0.0, "hidden.i_init": "400 pA"}


def network(settings: dict, data: Split, seed: int, folder: Path) -> float:
    """Train the spiking network, or go on with the run in the folder."""
    epochs = math.ceil(TRIALS / len(data.y))
    model = spikingfa.load_model(MODEL).but({"training.epochs": epochs} | settings)
    run = spikingfa.train(
        model, seed=seed, data=tuple(data), out=folder, resume=True, progress=False, figures=False
    )
    return run.metrics["test_error"]


def feedback_alignment(data: Split, seed: int, folder: Path) -> float:
    """All weights learn."""
    return network({}, data, seed, folder)


def frozen_strong(data: Split, seed: int, folder: Path) -> float:
    """Only the output learns; the hidden layer is random, and driven hard."""
    return network(FROZEN_STRONG, data, seed, folder)


def logistic_regression(data: Split, seed: int, folder: Path) -> float:
    """Scikit-learn's, as it comes."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(max_iter=10_000).fit(data.x, data.y)
    return 1 - fitted.score(data.x_test, data.y_test)


def perceptron(data: Split, seed: int, folder: Path) -> float:
    """Scikit-learn's multilayer perceptron of the same width, trained by backpropagation (Adam)."""
    from sklearn.neural_network import MLPClassifier

    width = spikingfa.load_model(MODEL).hidden[0].size
    learner = MLPClassifier((width,), max_iter=10_000, random_state=seed)
    return 1 - learner.fit(data.x, data.y).score(data.x_test, data.y_test)


#: The learners by name.
LEARNERS: dict[str, Callable[[Split, int, Path], float]] = {
    "feedback alignment": feedback_alignment,
    "hidden layer frozen": frozen_strong,
    "logistic regression": logistic_regression,
    "multilayer perceptron": perceptron,
}
