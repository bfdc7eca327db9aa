"""Handwritten digits, learnt by networks of one to five hidden layers."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from spikingfa.paper.drawing import Curve, angle_axis, draw_curves, panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.mnist_curves import percent
from spikingfa.paper.rate.mnist_task import N_DIGITS, Digits, feedback, student
from spikingfa.paper.rate_network.activations import TANH
from spikingfa.paper.rate_network.rules import (
    Backpropagation,
    DirectFeedbackAlignment,
    FeedbackAlignment,
    Shallow,
)
from spikingfa.paper.rate_network.training import Training
from spikingfa.paper.tables import Table, Tables, picked, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, ORANGE, PURPLE, VERMILLION

DEPTHS, N_HIDDEN, N_EPOCHS = (1, 2, 3, 5), 300, 12
B_SIZE = 0.5  # of feedback from the output
TRAINING = Training(eta=3e-3, decay=1e-6, batch=20)
NAMES = {"shallow": "shallow", "top": "top layer", "BP": "BP", "FA": "FA", "DFA": "direct FA"}
BY_FEEDBACK = ("FA", "DFA")
COLOURS = dict(zip(NAMES, (GREY, ORANGE, BLUE, VERMILLION, PURPLE)))
Means = dict[str, dict[int, float]]  # errors by rule and number of hidden layers


class Deeper(Experiment):
    """Networks of 1, 2, 3 and 5 hidden layers learn the digits of MNIST, by BP, FA and direct FA.

    FA sends what it tells a layer on to the one below through that layer's own random matrix;
    direct FA (Nokland 2016, arXiv:1609.01596) sends the output's error to each layer. For
    comparison only the output learns (shallow), or also the hidden layer below it, by FA (top
    layer). Test error and angles after training, as in `mnist`. Chosen here: all of it; 300 tanh
    units in a hidden layer; W ~ U[-w, w], w = sqrt(3 / 300), and so FA's matrices between hidden
    layers; those from the output ~ U[-0.5, 0.5]; learning rate 0.003, 12 epochs; else as
    `mnist`. Learning rate and feedback were tested with the last 10 000 training images.
    """

    name, shows = "deeper", "networks of several hidden layers"
    seeds, few = 3, 1

    def one(self, seed: int, quick: bool) -> Tables:
        """Errors at the end by depth, and angles of each hidden layer."""
        n_train, n_hidden, n_epochs = (10_000, 100, 2) if quick else (None, N_HIDDEN, N_EPOCHS)
        digits, errors, angles = Digits.load(n_train), [], []
        for depth in DEPTHS:
            results = _one(digits, [n_hidden] * depth, n_epochs, seed)
            errors.append((depth, *(results[rule][0] for rule in NAMES)))
            to_bp = zip(*(results[rule][1:] for rule in BY_FEEDBACK))
            angles += [(depth, 1 + k, *both) for k, both in enumerate(to_bp)]
        columns = map(_angle, BY_FEEDBACK)
        return {
            "errors": table_of(("hidden_layers", *map(_error, NAMES)), errors),
            "angles": table_of(("hidden_layers", "layer", *columns), angles),
        }

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        return [*have_learnt(tables["errors"], quick), *are_aligned(tables["angles"])]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Errors by depth; angles by layer."""
        errors = panel(figure, (0.09, 0.16, 0.33, 0.78), "test error", "hidden layers")
        curves = {n: Curve(tables["errors"], _error(r), COLOURS[r]) for r, n in NAMES.items()}
        percent(errors, (tables["errors"][curve.column] for curve in curves.values()))
        errors.set(xlim=(0.8, DEPTHS[-1] + 0.2), xticks=DEPTHS)
        draw_curves(errors, "hidden_layers", curves, marker="o", ms=2)
        for left, label, rule in zip((0.62, 0.82), ("angle to the BP update", ""), BY_FEEDBACK):
            ax = panel(figure, (left, 0.16, 0.16, 0.72), label, "hidden layer")
            _draw_angles(ax, tables["angles"], rule)


def _one(
    digits: Digits, n_hidden: list[int], n_epochs: int, seed: int
) -> dict[str, tuple[float, ...]]:
    """Error at the end, and angles to BP of each hidden layer, of each rule."""
    rng, depth = np.random.default_rng([seed, len(n_hidden)]), len(n_hidden)
    size = (3 / n_hidden[0]) ** 0.5  # variance 1 / n_hidden, which keeps activities as large
    start = student(n_hidden, size, rng, TANH)
    (b_top,) = feedback([(n_hidden[-1], N_DIGITS)], B_SIZE, rng)
    rules = {
        "BP": Backpropagation(),
        "FA": FeedbackAlignment([*feedback(pairwise(n_hidden), size, rng), b_top]),
        "DFA": DirectFeedbackAlignment(feedback([(n, N_DIGITS) for n in n_hidden], B_SIZE, rng)),
    }
    results = {}
    top = FeedbackAlignment([b_top])
    for name, layer, rule in (("shallow", depth, Shallow()), ("top", depth - 1, top)):
        fixed = digits.seen_by(start, layer)
        *_, network = fixed.taught(start.above(layer).copy(), rule, n_epochs, seed, TRAINING)
        results[name] = (fixed.error(network),)
    for name, rule in rules.items():
        *_, network = digits.taught(start.copy(), rule, n_epochs, seed, TRAINING)
        results[name] = digits.judge(network, rule)
    return results


def _draw_angles(ax: Axes, table: Table, rule: str) -> None:
    """Means over seeds, the darker the deeper."""
    angle_axis(ax)
    for depth, shade in zip(DEPTHS, np.linspace(0.35, 1, len(DEPTHS))):
        layers = range(1, depth + 1)
        values = [picked(table, hidden_layers=depth, layer=k)[_angle(rule)].mean() for k in layers]
        ax.plot(layers, values, color=COLOURS[rule], alpha=shade, marker="o", ms=2)
    ax.set(xlim=(0.7, DEPTHS[-1] + 0.3), xticks=range(1, DEPTHS[-1] + 1))
    ax.set_title(NAMES[rule], color=COLOURS[rule], fontsize="medium")


def _error(rule: str) -> str:
    """Column in the table of errors."""
    return f"error_{rule.lower()}"


def _angle(rule: str) -> str:
    """Column in the table of angles."""
    return f"angle_{rule.lower()}_deg"


def have_learnt(table: Table, quick: bool) -> list[Claim]:
    """Errors against those of networks whose lower layers are fixed, and of BP."""
    depths = sorted({int(n) for n in table["hidden_layers"]})
    of_depth = {n: picked(table, hidden_layers=n) for n in depths}
    mean = {rule: {n: float(of_depth[n][_error(rule)].mean()) for n in depths} for rule in NAMES}
    below = [_reaches_below(mean, rule, depths[1:], quick) for rule in BY_FEEDBACK]
    return [*below, _near_backpropagation(mean, depths, quick)]


def are_aligned(table: Table) -> list[Claim]:
    """The angle of each hidden layer."""
    claims = []
    for rule in BY_FEEDBACK:
        mean, largest = (float(of(table[_angle(rule)])) for of in (np.mean, np.max))
        claims.append(
            Claim(
                f"What {NAMES[rule]} tells every hidden layer is under 90 degrees from what"
                " backpropagation would.",
                f"mean {mean:.0f}, at most {largest:.0f} degrees, over all depths, layers and"
                " seeds",
                largest < 90,
                {"mean": mean, "largest": largest},
            )
        )
    return claims


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


def _listed(values: dict[int, float], depths: list[int]) -> str:
    return ", ".join(f"{values[n]:.2f}" for n in depths) + " %"


def _counts(depths: list[int]) -> str:
    return ", ".join(map(str, depths))
