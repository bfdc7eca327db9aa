"""How large initial weights may be before feedback alignment fails."""

from typing import ClassVar

import matplotlib
import numpy as np

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.linear_task import ETA, LinearTask
from spikingfa.paper.rate_network.rules import FeedbackAlignment, learn, told_apart
from spikingfa.paper.tables import Tables
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, STYLE, VERMILLION, style_axes

N_EXAMPLES = 2000
W_SIZES = (1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.15, 0.2, 0.25)


class Scale(Experiment):
    """The linear task from initial weights U[-w, w] with w from 0.0001 to 0.25.

    After 2000 examples, the angles between what FA tells the hidden units and what BP or the
    pseudoinverse would, and the NSE; else as the experiment `linear`. Chosen here: the values of w
    between the article's 0.0001 and 0.25.
    """

    name: ClassVar = "scale"
    shows: ClassVar = "how large initial weights may be"
    seeds: ClassVar = 20
    few: ClassVar = 5

    def one(self, seed: int, quick: bool) -> Tables:
        """Angles and errors at the end, of each size."""
        rows = [(size, *_one(seed, size)) for size in W_SIZES]
        names = ("w_size", "nse", "angle_bp_deg", "angle_pseudoinverse_deg")
        return {"scales": dict(zip(names, np.array(rows).T))}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        return _claims(tables["scales"])

    def figure(self, tables: Tables) -> Figure:
        """Angles and NSE against the size of the initial weights."""
        table = tables["scales"]
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 2.6))
            angles = figure.add_axes((0.08, 0.18, 0.32, 0.74))
            errors = figure.add_axes((0.66, 0.18, 0.32, 0.74))
            style_axes(angles, "angle of the FA update")
            style_axes(errors, "normalised squared error")
            _spread(angles, table, "angle_bp_deg", BLUE, "to BP")
            _spread(angles, table, "angle_pseudoinverse_deg", GREEN, "to the pseudoinverse")
            _spread(errors, table, "nse", VERMILLION, "")
            angles.set(ylim=(0, 95), yticks=[0, 30, 60, 90])
            angles.yaxis.set_major_formatter("{x:g}°")
            errors.set_yscale("log")
            for ax in (angles, errors):
                ax.set_xscale("log")
                ax.set_xlabel("size of the initial weights", fontsize="medium")
        return figure


def _one(seed: int, size: float) -> tuple[float, float, float]:
    task = LinearTask.of_seed(seed, N_EXAMPLES, size)
    network, rule = task.start, FeedbackAlignment([task.b])
    for k in range(N_EXAMPLES):
        learn(network, rule, *task.example(k), ETA)
    return task.nse(network), *told_apart(network.w[1], task.b, task.error(network))


def _spread(ax, table, column: str, colour: str, name: str) -> None:
    values = table[column].reshape(-1, len(W_SIZES)).T
    ax.fill_between(W_SIZES, values.min(1), values.max(1), color=colour, alpha=0.15, lw=0)
    ax.plot(W_SIZES, np.median(values, axis=1), color=colour, marker="o", ms=2)
    look = {"textcoords": "offset points", "color": colour, "va": "center"}
    ax.annotate(name, (W_SIZES[-1], np.median(values[-1])), (5, 0), annotation_clip=False, **look)


def _claims(table) -> list[Claim]:
    columns = ("nse", "angle_bp_deg", "angle_pseudoinverse_deg")
    small, large = (
        {name: float(np.median(table[name][table["w_size"] == size])) for name in columns}
        for size in (W_SIZES[2], W_SIZES[-1])
    )
    return [
        Claim(
            "From small initial weights what FA tells comes close to the pseudoinverse; from large"
            " ones it stays further from it.",
            f"{small['angle_pseudoinverse_deg']:.0f} degrees with {W_SIZES[2]},"
            f" {large['angle_pseudoinverse_deg']:.0f} with {W_SIZES[-1]}",
            large["angle_pseudoinverse_deg"] > small["angle_pseudoinverse_deg"] + 5,
            {"small": small["angle_pseudoinverse_deg"], "large": large["angle_pseudoinverse_deg"]},
        ),
        Claim(
            "FA learns the function over this whole range of initial weights.",
            f"median NSE {small['nse']:.2g} with {W_SIZES[2]}, {large['nse']:.2g} with"
            f" {W_SIZES[-1]}",
            max(small["nse"], large["nse"]) < 0.01,
            {"small": small["nse"], "large": large["nse"]},
        ),
    ]
