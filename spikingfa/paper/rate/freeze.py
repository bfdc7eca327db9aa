"""How alignment enters: information about B first goes into W0, then from W0 into W."""

from typing import ClassVar

import matplotlib
import numpy as np

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.linear_task import ETA, LinearTask
from spikingfa.paper.rate_network.rules import FeedbackAlignment, angle
from spikingfa.paper.tables import Tables
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, STYLE, VERMILLION, style_axes

EVERY = 10  # examples between two points of a curve
PHASES = {"W0 alone": 40, "W alone": 300, "W0 alone again": 300}  # examples
BORDERS = np.cumsum([0, *PHASES.values()])


class Freeze(Experiment):
    """The linear task, one layer at a time: W0 alone, then W alone, then W0 again.

    While W is frozen its angle to B cannot change, and W0 takes up B: B e x.T is all that it
    learns. Then W learns from what W0 has made of the inputs, and aligns with B. Else as the
    experiment `linear`. Chosen here: 40 examples in the first phase, in which nothing ends the
    growth of W0, and 300 in each of the others.
    """

    name: ClassVar = "freeze"
    shows: ClassVar = "freezing one layer at a time"
    seeds: ClassVar = 20
    few: ClassVar = 5

    def one(self, seed: int, quick: bool) -> Tables:
        """Angle of W and B, and NSE, over the three phases."""
        angles, nse = _one(seed)
        examples = EVERY * np.arange(len(nse))
        return {"curves": {"example": examples, "angle_w_b_deg": angles, "nse": nse}}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        return _claims(tables["curves"])

    def figure(self, tables: Tables) -> Figure:
        """Both over examples, phases apart."""
        table = tables["curves"]
        n = len(np.unique(table["seed"]))
        at = table["example"].reshape(n, -1)[0]
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 2.5))
            panels = [figure.add_axes((left, 0.18, 0.38, 0.66)) for left in (0.09, 0.59)]
            labels = (r"angle between $W$ and $B^\mathsf{T}$", "normalised squared error")
            for ax, label, column, colour in zip(
                panels, labels, ("angle_w_b_deg", "nse"), (BLUE, VERMILLION)
            ):
                style_axes(ax, label)
                values = table[column].reshape(n, -1)
                ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
                ax.plot(at, values.mean(0), color=colour)
                ax.set_xlabel("examples", fontsize="medium")
                for phase, start, end in zip(PHASES, BORDERS, BORDERS[1:]):
                    ax.axvspan(start, end, color=GREY, alpha=0.08, lw=0) if "W0" in phase else None
                    at_top = ((start + end) / 2, 1.02)
                    text = phase.replace(" alone", "\nalone", 1)
                    ax.text(*at_top, text, ha="center", transform=ax.get_xaxis_transform())
            panels[0].set(ylim=(0, 100), yticks=[0, 30, 60, 90])
            panels[0].yaxis.set_major_formatter("{x:g}°")
            panels[1].set_ylim(bottom=0)
        return figure


def _one(seed: int) -> tuple[np.ndarray, np.ndarray]:
    n = BORDERS[-1]
    task = LinearTask.of_seed(seed, n)
    network, rule = task.start, FeedbackAlignment([task.b])
    angles, nse = [], []
    for k in range(n + 1):
        if k % EVERY == 0:
            angles.append(angle(network.w[1], task.b.T))
            nse.append(task.nse(network))
        if k < n:
            x, target = task.example(k)
            h = network.activities(x)
            deltas = rule.deltas(network, h, target - h[-1])
            deltas[0 if BORDERS[1] <= k < BORDERS[2] else 1] = None
            network.change(h, deltas, ETA)
    return np.array(angles), np.array(nse)


def _claims(table) -> list[Claim]:
    names, at = ("start", "after W0", "after W", "after W0 again"), BORDERS // EVERY
    ends, errors = (
        {name: float(value) for name, value in zip(names, values)}
        for values in (
            table[column].reshape(-1, at[-1] + 1).mean(axis=0)[at]
            for column in ("angle_w_b_deg", "nse")
        )
    )
    return [
        Claim(
            "While W0 alone learns, W stays at right angles to B.",
            f"mean angle {ends['start']:.0f}, then {ends['after W0']:.0f} degrees",
            abs(ends["after W0"] - 90) < 10,
            ends,
        ),
        Claim(
            "When W alone learns, with what W0 has taken up of B, it aligns with B.",
            f"mean angle {ends['after W0']:.0f}, then {ends['after W']:.0f} degrees",
            ends["after W"] < 60,
            ends,
        ),
        Claim(
            "Then W0, taught through B, can lower the error, which alone it could not.",
            f"mean NSE {errors['after W0']:.2g} after W0 alone, {errors['after W']:.2g} after W,"
            f" {errors['after W0 again']:.2g} after W0 again",
            errors["after W0"] > 0.9 and errors["after W0 again"] < 0.8 * errors["after W"],
            errors,
        ),
    ]
