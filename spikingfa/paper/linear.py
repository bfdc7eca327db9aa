"""A linear function learnt by a linear network: shallow, by perturbation, by BP and by FA."""

from dataclasses import dataclass
from typing import ClassVar

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spikingfa.paper.experiment import Claim, Experiment, Result
from spikingfa.paper.linear_task import ETA, LinearTask
from spikingfa.plots.ends import name_ends
from spikingfa.plots.style import BLUE, GREEN, GREY, ORANGE, STYLE, VERMILLION, style_axes
from spikingfa.rate.rules import (
    Backpropagation,
    FeedbackAlignment,
    NodePerturbation,
    Shallow,
    learn,
    told_apart,
)

N_EXAMPLES = 2000
SIGMA, PART = 0.01, 0.1  # of node perturbation
EVERY = 10  # examples between two points of a curve

RULES = ("shallow", "node perturbation", "BP", "FA")
COLOURS = dict(zip(RULES, (GREY, ORANGE, BLUE, VERMILLION)))


@dataclass(frozen=True)
class _Curves:
    """Of one seed: NSE (n_points, n_rules), angles of FA's change (n_points,) in degrees."""

    nse: np.ndarray
    to_bp: np.ndarray
    to_pseudoinverse: np.ndarray


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

    def run(self, seeds: list[int]) -> Result:
        """Curves of each seed."""
        curves = [_one(seed) for seed in seeds]
        n_points = len(curves[0].to_bp)
        table = {
            "seed": np.repeat(seeds, n_points),
            "example": np.tile(EVERY * np.arange(n_points), len(seeds)),
        }
        nse = np.concatenate([each.nse for each in curves])
        table |= {f"nse_{rule.replace(' ', '_')}": nse[:, k] for k, rule in enumerate(RULES)}
        table["angle_bp_deg"] = np.concatenate([each.to_bp for each in curves])
        table["angle_pseudoinverse_deg"] = np.concatenate([e.to_pseudoinverse for e in curves])
        return Result({"curves": table}, _claims(curves))

    def figure(self, result: Result) -> Figure:
        """NSE over examples; angles over examples."""
        table = result.tables["curves"]
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 2.6))
            errors = figure.add_axes((0.08, 0.16, 0.35, 0.76))
            angles = figure.add_axes((0.62, 0.16, 0.22, 0.76))
            style_axes(errors, "normalised squared error")
            style_axes(angles, "angle of the FA update")
            ends = {}
            for rule in RULES:
                column = f"nse_{rule.replace(' ', '_')}"
                last = _curve(errors, table, column, COLOURS[rule], middle=np.median)
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


def _one(seed: int) -> _Curves:
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
    return _Curves(np.array(nse), *np.array(angles).T)


def _curve(ax: Axes, table, column: str, colour: str, middle=np.mean) -> float:
    """Middle and range over seeds; return the middle at the end."""
    n = len(np.unique(table["seed"]))
    values, at = table[column].reshape(n, -1), table["example"].reshape(n, -1)[0]
    ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
    ax.plot(at, middle(values, axis=0), color=colour)
    return middle(values[:, -1])


def _claims(curves: list[_Curves]) -> list[Claim]:
    last = {rule: float(np.median([c.nse[-1, k] for c in curves])) for k, rule in enumerate(RULES)}
    first, end = (float(np.mean([c.to_bp[k] for c in curves])) for k in (0, -1))
    inverse = [float(np.mean([c.to_pseudoinverse[k] for c in curves])) for k in (0, -1)]
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
