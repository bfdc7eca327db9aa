"""Handwritten digits, learnt with half of all weights missing, forward and back."""

import numpy as np

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.mnist_curves import (
    comes_under,
    curves_of,
    draw_angles,
    draw_errors,
    level,
)
from spikingfa.paper.rate.mnist_task import drawn
from spikingfa.paper.rate_network.network import RateNetwork, present_by_chance
from spikingfa.paper.rate_network.rules import FeedbackAlignment
from spikingfa.paper.tables import Table, Tables, at_end, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import ORANGE, VERMILLION

ABSENT = 0.5  # part of the weights of W and of B
LEVEL = 2.4  # the article's, in percent
LOOKS = {"full": ("all weights", VERMILLION), "sparse": ("half of them", ORANGE)}


class Sparse(Experiment):
    """As `mnist`, by FA, with half of the weights of W and of B removed at random.

    Each weight, of both layers and of the feedback, is absent by chance and stays so; the network
    with all weights begins with the same ones. Chosen here: which are absent is drawn for each seed
    anew, and what is chosen in `mnist`.
    """

    name, shows = "sparse", "half of the weights removed"
    seeds, few = 3, 1

    def one(self, seed: int, quick: bool) -> Tables:
        """Errors and angles of both over epochs; how many weights there are at the end."""
        digits, full, b, rng, n_epochs = drawn(seed, quick)
        sparse, sparse_b = full.thinned(ABSENT, rng), b * present_by_chance(b, ABSENT, rng)
        curves = {"epoch": np.arange(n_epochs + 1)}
        for which, network, back in (("full", full, b), ("sparse", sparse, sparse_b)):
            rule = FeedbackAlignment([back])
            taught = digits.taught(network, rule, n_epochs, seed)
            names = (f"error_{which}", f"angle_{which}_deg")
            curves |= table_of(names, [digits.judge(now, rule) for now in taught])
        return {"curves": curves, "absent": _absent(sparse, sparse_b)}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        return [*_comparisons(tables["curves"], quick), _stay_absent(tables["absent"])]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Errors over epochs; angles over epochs."""
        errors, angles = (
            curves_of(tables["curves"], column, LOOKS) for column in ("error_{}", "angle_{}_deg")
        )
        ax = draw_errors(figure, (0.09, 0.16, 0.3, 0.78), errors)
        draw_angles(figure, (0.59, 0.16, 0.3, 0.78), angles)
        ax.axhline(LEVEL, color=LOOKS["sparse"][1], linestyle=":", linewidth=0.6)


def _absent(network: RateNetwork, b: np.ndarray) -> Table:
    absent = [w[present == 0] for w, present in zip(network.w, network.present)]
    n_absent, n_back = (sum(map(count, absent)) for count in (len, np.count_nonzero))
    part_w = n_absent / sum(w.size for w in network.w)
    return table_of(("part_w", "w_that_came_back", "part_b"), [(part_w, n_back, (b == 0).mean())])


def _comparisons(table: Table, quick: bool) -> list[Claim]:
    means = {which: float(at_end(table, f"error_{which}").mean()) for which in LOOKS}
    near_bp = (
        "What its sparse feedback tells the hidden units is under 90 degrees from what"
        " backpropagation would."
    )
    return [
        Claim(
            "Feedback alignment teaches a network in which half of all weights are missing: it"
            " loses less than half a point.",
            f"mean test error {means['sparse']:.2f} %, with all weights {means['full']:.2f} %",
            None if quick else means["sparse"] - means["full"] < 0.5,
            means,
        ),
        level("FA with half of the weights", table, "error_sparse", LEVEL, quick),
        comes_under(near_bp, table, "angle_sparse_deg", 90),
    ]


def _stay_absent(table: Table) -> Claim:
    parts = {name: float(table[f"part_{name.lower()}"].mean()) for name in ("W", "B")}
    n_back = int(table["w_that_came_back"].sum())
    return Claim(
        "Half of the weights of W and of B are absent, and stay so.",
        f"absent {100 * parts['W']:.1f} % of W and {100 * parts['B']:.1f} % of B, {n_back} of which"
        " are there after training",
        n_back == 0 and all(abs(part - ABSENT) < 0.02 for part in parts.values()),
        parts | {"came back": n_back},
    )
