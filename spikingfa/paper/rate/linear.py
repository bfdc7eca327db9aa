"""A linear function learnt by a linear network: shallow, by perturbation, by BP and by FA."""

import numpy as np

from spikingfa.paper.drawing import Curve, angle_axis, draw_curves, panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.linear_task import ETA, LinearTask
from spikingfa.paper.rate_network.rules import (
    Backpropagation,
    FeedbackAlignment,
    NodePerturbation,
    Shallow,
    angles_to_bp_and_inverse,
    learn,
)
from spikingfa.paper.tables import Tables, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILLION

N_EXAMPLES = 2000
SIGMA, PART = 0.01, 0.1  # of node perturbation
EVERY = 10  # examples between two points of a curve

RULES = ("shallow", "node perturbation", "BP", "FA")
COLOURS = dict(zip(RULES, (GREY, ORANGE, BLUE, VERMILLION)))
ANGLES = {
    "angle_bp_deg": ("to BP", BLUE),
    "angle_pseudoinverse_deg": ("to the pseudoinverse", GREEN),
}


class Linear(Experiment):
    """30 - 20 - 10 linear units learn y* = T x, T ~ U[-1, 1], x ~ N(0, I), example by example.

    W0, W ~ U[-0.01, 0.01], B ~ U[-0.5, 0.5], no biases. NSE = |T - W W0|**2 / |T|**2. The angle is
    that between what FA tells the hidden units, B e, and what BP (W.T e) or the pseudoinverse
    (W+ e) would. Chosen here: the learning rate 0.005, and noise of 0.01 and a tenth of that rate
    for the hidden units of node perturbation.
    """

    name, shows = "linear", "the linear function"
    seeds, few = 20, 5

    def one(self, seed: int, quick: bool) -> Tables:
        """NSE of each rule and angles of FA's change, over examples."""
        task = LinearTask.of_seed(seed, N_EXAMPLES)
        rules = (
            Shallow(),
            NodePerturbation(SIGMA, PART, task.rng),
            Backpropagation(),
            FeedbackAlignment([task.b]),
        )
        networks, rows = [task.start.copy() for _ in rules], []
        for k in range(N_EXAMPLES + 1):
            if k % EVERY == 0:
                nse, fa = [task.nse(network) for network in networks], networks[-1]
                rows.append((k, *nse, *angles_to_bp_and_inverse(fa.w[1], task.b, task.error(fa))))
            if k < N_EXAMPLES:
                for network, rule in zip(networks, rules):
                    learn(network, rule, *task.example(k), ETA)
        return {"curves": table_of(("example", *map(_column, RULES), *ANGLES), rows)}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        table = tables["curves"]
        start, stop = (table["example"] == at for at in (0, N_EXAMPLES))
        last = {rule: float(np.median(table[_column(rule)][stop])) for rule in RULES}
        (first, end), inverse = (
            [float(table[column][at].mean()) for at in (start, stop)] for column in ANGLES
        )
        rates = ", ".join(f"{rule} {value:.2g}" for rule, value in last.items())
        return [
            Claim(
                "Random feedback teaches the hidden layer as well as backpropagation: both leave"
                " hardly any error, a shallow network nearly all of it.",
                f"median NSE after {N_EXAMPLES} examples: {rates}",
                last["FA"] < 1e-4 and last["BP"] < 1e-4 and last["shallow"] > 0.5,
                last,
            ),
            Claim(
                "Node perturbation learns much more slowly.",
                f"median NSE {last['node perturbation']:.2g} against {last['FA']:.2g}",
                last["node perturbation"] > 100 * last["FA"],
                {rule: last[rule] for rule in ("node perturbation", "FA")},
            ),
            Claim(
                "What random feedback tells the hidden units turns towards what backpropagation"
                " would: from about 90 to under 45 degrees.",
                f"mean angle {first:.0f}, then {end:.0f} degrees",
                first > 75 and end < 45,
                {"first": first, "last": end},
            ),
            Claim(
                "It turns even closer to what the pseudoinverse of the forward weights would tell.",
                f"mean angle {inverse[0]:.0f}, then {inverse[1]:.0f} degrees",
                inverse[1] < end,
                {"first": inverse[0], "last": inverse[1]},
            ),
        ]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """NSE over examples; angles over examples."""
        table = tables["curves"]
        errors = panel(figure, (0.08, 0.16, 0.35, 0.76), "normalised squared error", "examples")
        errors.set_yscale("log")
        of_rules = {rule: Curve(table, _column(rule), COLOURS[rule]) for rule in RULES}
        draw_curves(errors, "example", of_rules, middle=np.median)
        angles = panel(figure, (0.62, 0.16, 0.22, 0.76), "angle of the FA update", "examples")
        angle_axis(angles)
        to_others = {name: Curve(table, column, c) for column, (name, c) in ANGLES.items()}
        draw_curves(angles, "example", to_others)


def _column(rule: str) -> str:
    return f"nse_{rule.replace(' ', '_')}"
