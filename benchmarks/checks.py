"""Whether contestants do the same work and come to the same result."""

from dataclasses import dataclass

import numpy as np

from spikingfa.engine import Outcome
from spikingfa.training.analysis import decisions

FEW = 20  # images over which rounding does not yet grow into other spikes
#: Difference that rounding may grow to until then. In single precision a spike may already flip.
ROUNDING = {"double": 1e-9, "single": 1e-2}
SAME_WORK = {"input": 0.001, "hidden": 0.05}  # relative difference of spike counts


@dataclass(frozen=True)
class Check:
    """What was looked at, what was found, and whether that is right."""

    text: str
    passed: bool

    def __str__(self) -> str:
        return f"{'ok  ' if self.passed else 'FAIL'}  {self.text}"


def identical(name: str, outcome: Outcome, reference: Outcome) -> Check:
    """Weights, phases, charges and read-out are the same, bit for bit."""
    pairs = [
        *((outcome.state[key], array) for key, array in reference.state.items()),
        *((outcome.readout[key], array) for key, array in reference.readout.items()),
    ]
    same = all(np.array_equal(a, b) for a, b in pairs)
    return Check(f"{name}: {'the same' if same else 'not the same'}, bit for bit", same)


def close(name: str, outcome: Outcome, reference: Outcome, precision: str = "double") -> Check:
    """Weights differ by no more than rounding."""
    differences = [
        np.abs(outcome.state[key] - w).max() / np.abs(w).max()
        for key, w in reference.state.items()
        if key.endswith(".w")
    ]
    largest = float(max(differences))
    text = f"{name}: weights differ by {largest:.1e} of the largest"
    return Check(text, largest <= ROUNDING[precision])


def same_work(name: str, outcome: Outcome, reference: Outcome) -> Check:
    """As many spikes, so that times can be compared."""
    off = {
        population: outcome.n_spikes[population] / reference.n_spikes[population] - 1
        for population in SAME_WORK
    }
    text = ", ".join(f"{100 * part:+.2f} % {population}" for population, part in off.items())
    passed = all(abs(off[population]) <= most for population, most in SAME_WORK.items())
    return Check(f"{name}: spikes {text}", passed)


def same_curve(name: str, outcome: Outcome, reference: Outcome, y, block: int) -> Check:
    """The training error falls alike: no block of images is more than 4 standard errors off.

    The standard error is that of the difference of two independent binomial counts. Single bits
    grow into other spikes after some dozens of images, so no closer agreement can be asked for.
    """
    a, b = (_curve(each, y, block) for each in (outcome, reference))
    p = np.maximum((a + b) / 2, 1 / block)
    deviations = (a - b) / np.sqrt(2 * p * (1 - p) / block)
    furthest = float(deviations[np.abs(deviations).argmax()])
    errors = " ".join(f"{100 * error:.1f}" for error in a)
    text = (
        f"{name}: training error {errors} % in blocks of {block}, {furthest:+.1f} standard errors"
    )
    return Check(text, abs(furthest) <= 4)


def _curve(outcome: Outcome, y: np.ndarray, block: int) -> np.ndarray:
    wrong = decisions(**outcome.readout) != y[: len(outcome.readout["count"])]
    return np.array([part.mean() for part in np.split(wrong, range(block, len(wrong), block))])
