"""Claims about networks of several hidden layers, by their errors and angles."""

import numpy as np

from spikingfa.paper.experiment import Claim
from spikingfa.paper.tables import Table, picked

NAMES = {"shallow": "shallow", "top": "top layer", "BP": "BP", "FA": "FA", "DFA": "direct FA"}
BY_FEEDBACK = ("FA", "DFA")
Means = dict[str, dict[int, float]]  # errors by rule and number of hidden layers


def error_column(rule: str) -> str:
    """Column in the table of errors."""
    return f"error_{rule.lower()}"


def angle_column(rule: str) -> str:
    """Column in the table of angles."""
    return f"angle_{rule.lower()}_deg"


def have_learnt(table: Table, quick: bool) -> list[Claim]:
    """Errors against those of networks whose lower layers are fixed, and of BP."""
    depths = sorted({int(n) for n in table["hidden_layers"]})
    of_depth = {n: picked(table, hidden_layers=n) for n in depths}
    mean = {
        rule: {n: float(of_depth[n][error_column(rule)].mean()) for n in depths} for rule in NAMES
    }
    below = [_reaches_below(mean, rule, depths[1:], quick) for rule in BY_FEEDBACK]
    return [*below, _near_backpropagation(mean, depths, quick)]


def are_aligned(table: Table) -> list[Claim]:
    """The angle of each hidden layer."""
    return [_aligned(rule, table[angle_column(rule)]) for rule in BY_FEEDBACK]


def _reaches_below(mean: Means, rule: str, depths: list[int], quick: bool) -> Claim:
    lower = all(mean[rule][n] < min(mean["top"][n], mean["shallow"][n]) for n in depths)
    return Claim(
        f"Teaching by {NAMES[rule]} reaches the lower hidden layers: the error is lower than with"
        " these fixed.",
        f"mean test error {_listed(mean[rule], depths)} with {_counts(depths)} hidden layers; with"
        f" all but the highest fixed {_listed(mean['top'], depths)}, with all fixed"
        f" {_listed(mean['shallow'], depths)}",
        None if quick else lower,
        {f"{r}, {n}": mean[r][n] for r in (rule, "top", "shallow") for n in depths},
    )


def _near_backpropagation(mean: Means, depths: list[int], quick: bool) -> Claim:
    worst = {rule: max(mean[rule][n] - mean["BP"][n] for n in depths) for rule in BY_FEEDBACK}
    errors = (f"{NAMES[rule]} {_listed(mean[rule], depths)}" for rule in ("BP", *BY_FEEDBACK))
    return Claim(
        "At every depth both are within half a point of backpropagation.",
        f"mean test error with {_counts(depths)} hidden layers: {'; '.join(errors)}",
        None if quick else max(worst.values()) < 0.5,
        {f"{rule} - BP, at most": value for rule, value in worst.items()},
    )


def _aligned(rule: str, angles: np.ndarray) -> Claim:
    mean, largest = float(angles.mean()), float(angles.max())
    return Claim(
        f"What {NAMES[rule]} tells every hidden layer is under 90 degrees from what backpropagation"
        " would.",
        f"mean {mean:.0f}, at most {largest:.0f} degrees, over all depths, layers and seeds",
        largest < 90,
        {"mean": mean, "largest": largest},
    )


def _listed(values: dict[int, float], depths: list[int]) -> str:
    return ", ".join(f"{values[n]:.2f}" for n in depths) + " %"


def _counts(depths: list[int]) -> str:
    return ", ".join(map(str, depths))
