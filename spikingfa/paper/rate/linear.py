"""A linear function learnt by a linear network: shallow, by perturbation, by BP and by FA."""

from typing import ClassVar

import matplotlib
import numpy as np
from matplotlib.axes import Axes

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.linear_task import ETA, LinearTask
from spikingfa.paper.rate_network.rules import (
    Backpropagation,
    FeedbackAlignment,
    NodePerturbation,
    Shallow,
    learn,
    told_apart,
)
from spikingfa.paper.tables import Tables
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, GREY, ORANGE, STYLE, VERMILLION, style_axes

N_EXAMPLES = 2000
SIGMA, PART = 0.01, 0.1  # of node perturbation
EVERY = 10  # examples between two points of a curve

RULES = ("shallow", "node perturbation", "BP", "FA")
COLOURS = dict(zip(RULES, (GREY, ORANGE, BLUE, VERMILLION)))


class Linear(Experiment):
    """30 - 20 - 10 linear units learn y* = T x, T ~ U[-1, 1], x ~ N(0, I), example by example.

    W0, W ~ U[-0.01, 0.01], B ~ U[-0.5, 0.5], no biases. NSE = |T - W W0|**2 / |T|**2. The angle is
    that between what FA tells the hidden units, B e, and what BP (W.T e) or the pseudoinverse
    (W+ e) would. Chosen here: the learning rate 0.005, and noise of 0.01 and a tenth of that rate
    for the hidden units of node perturbation.
    """

    name: ClassVar = "linear"
    shows: ClassVar = "the linear function"
    seeds: ClassVar = 20
    few: ClassVar = 5

    def one(self, seed: int, quick: bool) -> Tables:
        """NSE of each rule and angles of FA's change, over examples."""
        nse, (to_bp, to_pseudoinverse) = _one(seed)
        table = {"example": EVERY * np.arange(len(nse))}
        table |= {_column(rule): nse[:, k] for k, rule in enumerate(RULES)}
        angles = {"angle_bp_deg": to_bp, "angle_pseudoinverse_deg": to_pseudoinverse}
        return {"curves": table | angles}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        return _claims(tables["curves"])

    def figure(self, tables: Tables) -> Figure:
        """NSE over examples; angles over examples."""
        table = tables["curves"]
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 2.6))
            errors = figure.add_axes((0.08, 0.16, 0.35, 0.76))
            angles = figure.add_axes((0.62, 0.16, 0.22, 0.76))
            style_axes(errors, "normalised squared error")
            style_axes(angles, "angle of the FA update")
            ends = {}
            for rule in RULES:
                last = _curve(errors, table, _column(rule), COLOURS[rule], middle=np.median)
                ends[rule] = last, COLOURS[rule]
            errors.set_yscale("log")
            name_ends(errors, ends)
            ends = {
                "to BP": (_curve(angles, table, "angle_bp_deg", BLUE), BLUE),
                "to the pseudoinverse": (
                    _curve(angles, table, "angle_pseudoinverse_deg", GREEN),
                    GREEN,
                ),
            }
            angles.set(ylim=(0, 95), yticks=[0, 30, 60, 90])
            angles.yaxis.set_major_formatter("{x:g}°")
            name_ends(angles, ends)
            for ax in (errors, angles):
                ax.set_xlabel("examples", fontsize="medium")
        return figure


def _column(rule: str) -> str:
    return f"nse_{rule.replace(' ', '_')}"


def _one(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """NSE (n_points, n_rules) and both angles (2, n_points) in degrees."""
    task = LinearTask.of_seed(seed, N_EXAMPLES)
    rules = (
        Shallow(),
        NodePerturbation(SIGMA, PART, task.rng),
        Backpropagation(),
        FeedbackAlignment([task.b]),
    )
    networks = [task.start.copy() for _ in rules]
    nse, angles = [], []
    for k in range(N_EXAMPLES + 1):
        if k % EVERY == 0:
            nse.append([task.nse(network) for network in networks])
            angles.append(told_apart(networks[-1].w[1], task.b, task.error(networks[-1])))
        if k < N_EXAMPLES:
            for network, rule in zip(networks, rules):
                learn(network, rule, *task.example(k), ETA)
    return np.array(nse), np.array(angles).T


def _curve(ax: Axes, table, column: str, colour: str, middle=np.mean) -> float:
    """Middle and range over seeds; return the middle at the end."""
    n = len(np.unique(table["seed"]))
    values, at = table[column].reshape(n, -1), table["example"].reshape(n, -1)[0]
    ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
    ax.plot(at, middle(values, axis=0), color=colour)
    return middle(values[:, -1])


def _claims(table) -> list[Claim]:
    start, stop = (table["example"] == at for at in (0, N_EXAMPLES))
    last = {rule: float(np.median(table[_column(rule)][stop])) for rule in RULES}
    first, end = (float(table["angle_bp_deg"][at].mean()) for at in (start, stop))
    inverse = [float(table["angle_pseudoinverse_deg"][at].mean()) for at in (start, stop)]
    rates = ", ".join(f"{rule} {value:.2g}" for rule, value in last.items())
    return [
        Claim(
            "Random feedback teaches the hidden layer as well as backpropagation: both leave hardly"
            " any error, a shallow network nearly all of it.",
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
            "What random feedback tells the hidden units turns towards what backpropagation would:"
            " from about 90 to under 45 degrees.",
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
