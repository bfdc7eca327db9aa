"""Handwritten digits, learnt by networks of one to five hidden layers."""

from itertools import pairwise
from typing import ClassVar

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.deeper_claims import (
    BY_FEEDBACK,
    NAMES,
    angle_column,
    are_aligned,
    error_column,
    have_learnt,
    part_of,
)
from spikingfa.paper.rate.mnist_curves import degrees, percent
from spikingfa.paper.rate.mnist_task import N_DIGITS, Digits, feedback, student
from spikingfa.paper.rate_network.activations import TANH
from spikingfa.paper.rate_network.rules import (
    Backpropagation,
    DirectFeedbackAlignment,
    FeedbackAlignment,
    Shallow,
    angles_to_backpropagation,
)
from spikingfa.paper.rate_network.training import Training
from spikingfa.paper.tables import Table, Tables
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, ORANGE, PURPLE, STYLE, VERMILLION

DEPTHS, N_HIDDEN, N_EPOCHS = (1, 2, 3, 5), 300, 12
B_SIZE = 0.5  # of feedback from the output
TRAINING = Training(eta=3e-3, decay=1e-6, batch=20)
COLOURS = dict(zip(NAMES, (GREY, ORANGE, BLUE, VERMILLION, PURPLE)))


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

    name: ClassVar = "deeper"
    shows: ClassVar = "networks of several hidden layers"
    seeds: ClassVar = 3
    few: ClassVar = 1

    def one(self, seed: int, quick: bool) -> Tables:
        """Errors at the end by depth, and angles of each hidden layer."""
        n_train, n_hidden, n_epochs = (10_000, 100, 2) if quick else (None, N_HIDDEN, N_EPOCHS)
        digits, errors, angles = Digits.load(n_train), [], []
        for depth in DEPTHS:
            found = _one(digits, [n_hidden] * depth, n_epochs, seed)
            errors.append((depth, *(found[rule][0] for rule in COLOURS)))
            to_bp = zip(*(found[rule][1] for rule in BY_FEEDBACK))
            angles += [(depth, 1 + k, *both) for k, both in enumerate(to_bp)]
        return {
            "errors": _table(["hidden_layers", *map(error_column, COLOURS)], errors),
            "angles": _table(["hidden_layers", "layer", *map(angle_column, BY_FEEDBACK)], angles),
        }

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        return [*have_learnt(tables["errors"], quick), *are_aligned(tables["angles"])]

    def figure(self, tables: Tables) -> Figure:
        """Errors by depth; angles by layer."""
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 2.6))
            errors = figure.add_axes((0.09, 0.16, 0.33, 0.78))
            _draw_errors(errors, tables["errors"])
            for k, rule in enumerate(BY_FEEDBACK):
                ax = figure.add_axes((0.62 + 0.2 * k, 0.16, 0.16, 0.72))
                _draw_angles(ax, tables["angles"], rule)
        return figure


def _one(digits: Digits, n_hidden: list[int], n_epochs: int, seed: int) -> dict[str, tuple]:
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
    found = {}
    top = FeedbackAlignment([b_top])
    for name, layer, rule in (("shallow", depth, Shallow()), ("top", depth - 1, top)):
        fixed = digits.seen_by(start, layer)
        *_, network = fixed.taught(start.above(layer).copy(), rule, n_epochs, seed, TRAINING)
        found[name] = fixed.error(network), []
    for name, rule in rules.items():
        *_, network = digits.taught(start.copy(), rule, n_epochs, seed, TRAINING)
        to_bp = angles_to_backpropagation(network, rule, *digits.judged())
        found[name] = digits.error(network), to_bp
    return found


def _table(names: list[str], rows: list[tuple]) -> Table:
    return dict(zip(names, np.array(rows).T))


def _draw_errors(ax: Axes, table: Table) -> None:
    percent(ax, np.concatenate([table[error_column(rule)] for rule in COLOURS]))
    ends = {}
    for rule, colour in COLOURS.items():
        values = np.array([part_of(table, error_column(rule), hidden_layers=n) for n in DEPTHS])
        ax.fill_between(DEPTHS, values.min(1), values.max(1), color=colour, alpha=0.15, lw=0)
        ax.plot(DEPTHS, values.mean(1), color=colour, marker="o", ms=2)
        ends[NAMES[rule]] = values[-1].mean(), colour
    ax.set(xlim=(0.8, DEPTHS[-1] + 0.2), xticks=DEPTHS)
    ax.set_xlabel("hidden layers", fontsize="medium")
    name_ends(ax, ends)


def _draw_angles(ax: Axes, table: Table, rule: str) -> None:
    degrees(ax)
    for depth, shade in zip(DEPTHS, np.linspace(0.35, 1, len(DEPTHS))):
        layers = range(1, depth + 1)
        values = [
            part_of(table, angle_column(rule), hidden_layers=depth, layer=k).mean() for k in layers
        ]
        ax.plot(layers, values, color=COLOURS[rule], alpha=shade, marker="o", ms=2)
    ax.set(xlim=(0.7, DEPTHS[-1] + 0.3), xticks=range(1, DEPTHS[-1] + 1))
    ax.set_title(NAMES[rule], color=COLOURS[rule], fontsize="medium")
    ax.set_ylabel("angle to the BP update" if rule == BY_FEEDBACK[0] else "")
    ax.set_xlabel("hidden layer", fontsize="medium")
