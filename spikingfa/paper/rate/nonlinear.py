"""A nonlinear function learnt by networks of three and of four layers."""

from itertools import pairwise
from typing import ClassVar

import matplotlib
import numpy as np
from scipy.stats import ttest_rel

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate_network.activations import TANH
from spikingfa.paper.rate_network.network import RateNetwork
from spikingfa.paper.rate_network.rules import Backpropagation, FeedbackAlignment, Shallow, learn
from spikingfa.paper.tables import Tables
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, STYLE, VERMILLION, style_axes

TARGET, THREE, FOUR = (30, 20, 10, 10), (30, 20, 10), (30, 20, 10, 10)
N_UPDATES, BATCH, ETA = 20_000, 10, 0.05
W_SIZE, B_SIZE = 0.1, 0.5
N_TEST, EVERY = 5000, 500

STUDENTS = ("shallow", "BP, 3 layers", "FA, 3 layers", "BP, 4 layers", "FA, 4 layers")
LOOKS = dict(zip(STUDENTS, ((GREY, "-"), (BLUE, "--"), (VERMILLION, "--"), (BLUE, "-"),
                            (VERMILLION, "-"))))  # fmt: skip


class Nonlinear(Experiment):
    """A 30 - 20 - 10 - 10 network of tanh units with linear output is what is to be learnt.

    Students of three (30 - 20 - 10) and four layers (30 - 20 - 10 - 10), inputs N(0, I), NSE over
    5000 test points. Chosen here: the target's weights ~ 1.5 U[-1, 1] / sqrt(n / 3) and biases
    ~ U[-1, 1]; initial weights ~ U[-0.1, 0.1], B ~ U[-0.5, 0.5]; 20 000 updates, each by the mean
    over ten new examples, with a learning rate of 0.05.
    """

    name: ClassVar = "nonlinear"
    shows: ClassVar = "the nonlinear function, and depth"
    seeds: ClassVar = 20
    few: ClassVar = 5

    def one(self, seed: int, quick: bool) -> Tables:
        """NSE over updates, of each student."""
        nse = _one(seed)
        curves = {_column(name): nse[:, k] for k, name in enumerate(STUDENTS)}
        return {"curves": {"example": EVERY * BATCH * np.arange(len(nse))} | curves}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the NSE at the end."""
        table = tables["curves"]
        at_end = table["example"] == table["example"].max()
        return _claims({name: table[_column(name)][at_end] for name in STUDENTS})

    def figure(self, tables: Tables) -> Figure:
        """NSE over examples."""
        table = tables["curves"]
        n = len(np.unique(table["seed"]))
        at = table["example"].reshape(n, -1)[0] / 1000
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(5.0, 2.8))
            ax = figure.add_axes((0.11, 0.15, 0.64, 0.8))
            style_axes(ax, "normalised squared error")
            ends = {}
            for name, (colour, line) in LOOKS.items():
                values = table[_column(name)].reshape(n, -1)
                ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.12, lw=0)
                middle = np.median(values, axis=0)
                ax.plot(at, middle, color=colour, linestyle=line)
                ends[name] = middle[-1], colour
            ax.set_yscale("log")
            name_ends(ax, ends)
            ax.set_xlabel("examples (thousands)", fontsize="medium")
        return figure


def _column(student: str) -> str:
    return "nse_" + student.lower().replace(",", "").replace(" ", "_").removesuffix("_layers")


def _one(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    target = _target(rng)
    students = _students(rng)
    x = rng.normal(size=(TARGET[0], N_TEST))
    y = target(x)
    spread = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum()
    curve = []
    for k in range(N_UPDATES + 1):
        if k % EVERY == 0:
            curve.append([((y - network(x)) ** 2).sum() / spread for network, _ in students])
        shown = rng.normal(size=(TARGET[0], BATCH))
        for network, rule in students:
            learn(network, rule, shown, target(shown), ETA / BATCH)
    return np.array(curve)


def _target(rng: np.random.Generator) -> RateNetwork:
    shapes = list(zip(TARGET[1:], TARGET[:-1]))
    w = [1.5 * rng.uniform(-1, 1, shape) / np.sqrt(shape[1] / 3) for shape in shapes]
    return RateNetwork(w, [rng.uniform(-1, 1, (n, 1)) for n, _ in shapes], TANH)


def _students(rng: np.random.Generator) -> list[tuple]:
    found = []
    for sizes in (THREE, FOUR):
        start = RateNetwork.uniform(sizes, W_SIZE, rng, biases=True, hidden=TANH)
        b = [rng.uniform(-B_SIZE, B_SIZE, shape) for shape in pairwise(sizes[1:])]
        rules = [Backpropagation(), FeedbackAlignment(b)]
        rules = [Shallow(), *rules] if sizes is THREE else rules
        found += [(start.copy(), rule) for rule in rules]
    return found


def _claims(of: dict[str, np.ndarray]) -> list[Claim]:
    """`of` is the NSE at the end by student, shape (n_seeds,)."""
    middle = {name: float(np.median(values)) for name, values in of.items()}
    claims = []
    for rule in ("BP", "FA"):
        three, four = of[f"{rule}, 3 layers"], of[f"{rule}, 4 layers"]
        p = float(ttest_rel(three, four, alternative="greater").pvalue)
        medians = {name: middle[name] for name in (f"{rule}, 3 layers", f"{rule}, 4 layers")}
        claims.append(
            Claim(
                f"With {rule} four layers do better than three.",
                f"median NSE {medians[f'{rule}, 4 layers']:.2g} against"
                f" {medians[f'{rule}, 3 layers']:.2g}, paired t-test p = {p:.1g}",
                p < 0.05,
                medians | {"p": p},
            )
        )
    best_of_others = min(middle[name] for name in STUDENTS[1:])
    claims.append(
        Claim(
            "A shallow network does worst.",
            f"median NSE {middle['shallow']:.2g}, the others"
            f" {best_of_others:.2g} to {max(middle[name] for name in STUDENTS[1:]):.2g}",
            middle["shallow"] > max(middle[name] for name in STUDENTS[1:]),
            middle,
        )
    )
    return claims
