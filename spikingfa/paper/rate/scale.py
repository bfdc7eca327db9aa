"""How large initial weights may be before feedback alignment fails."""

import numpy as np

from spikingfa.paper.drawing import Curve, angle_axis, draw_curve, panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.linear_task import ETA, LinearTask
from spikingfa.paper.rate_network.rules import FeedbackAlignment, angles_to_bp_and_inverse, learn
from spikingfa.paper.tables import Tables, picked, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, VERMILLION

N_EXAMPLES = 2000
W_SIZES = (1e-4, 1e-3, 1e-2, 0.05, 0.1, 0.15, 0.2, 0.25)


class Scale(Experiment):
    """The linear task from initial weights U[-w, w] with w from 0.0001 to 0.25.

    After 2000 examples, the angles between what FA tells the hidden units and what BP or the
    pseudoinverse would, and the NSE; else as the experiment `linear`. Chosen here: the values of w
    between the article's 0.0001 and 0.25.
    """

    name, shows = "scale", "how large initial weights may be"
    seeds, few = 20, 5

    def one(self, seed: int, quick: bool) -> Tables:
        """Angles and errors at the end, of each size."""
        names = ("w_size", "nse", "angle_bp_deg", "angle_pseudoinverse_deg")
        return {"scales": table_of(names, [(size, *_one(seed, size)) for size in W_SIZES])}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        small, large = W_SIZES[2], W_SIZES[-1]
        angles, nse = (
            {
                name: float(np.median(picked(tables["scales"], w_size=size)[column]))
                for name, size in (("small", small), ("large", large))
            }
            for column in ("angle_pseudoinverse_deg", "nse")
        )
        return [
            Claim(
                "From small initial weights what FA tells comes close to the pseudoinverse; from"
                " large ones it stays further from it.",
                f"{angles['small']:.0f} degrees with {small}, {angles['large']:.0f} with {large}",
                angles["large"] > angles["small"] + 5,
                angles,
            ),
            Claim(
                "FA learns the function over this whole range of initial weights.",
                f"median NSE {nse['small']:.2g} with {small}, {nse['large']:.2g} with {large}",
                max(nse.values()) < 0.01,
                nse,
            ),
        ]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Angles and NSE against the size of the initial weights."""
        xlabel = "size of the initial weights"
        angles = panel(figure, (0.08, 0.18, 0.32, 0.74), "angle of the FA update", xlabel)
        errors = panel(figure, (0.66, 0.18, 0.32, 0.74), "normalised squared error", xlabel)
        for ax, column, colour, name in (
            (angles, "angle_bp_deg", BLUE, "to BP"),
            (angles, "angle_pseudoinverse_deg", GREEN, "to the pseudoinverse"),
            (errors, "nse", VERMILLION, ""),
        ):
            curve = Curve(tables["scales"], column, colour)
            last, _ = draw_curve(ax, "w_size", curve, middle=np.median, marker="o", ms=2)
            look = {"textcoords": "offset points", "color": colour, "va": "center"}
            ax.annotate(name, (W_SIZES[-1], last), (5, 0), annotation_clip=False, **look)
            ax.set_xscale("log")
        angle_axis(angles)
        errors.set_yscale("log")


def _one(seed: int, size: float) -> tuple[float, float, float]:
    task = LinearTask.of_seed(seed, N_EXAMPLES, size)
    network, rule = task.start, FeedbackAlignment([task.b])
    for k in range(N_EXAMPLES):
        learn(network, rule, *task.example(k), ETA)
    return task.nse(network), *angles_to_bp_and_inverse(network.w[1], task.b, task.error(network))
