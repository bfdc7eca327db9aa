"""How alignment enters: information about B first goes into W0, then from W0 into W."""

import numpy as np
from matplotlib.axes import Axes

from spikingfa.paper.drawing import Curve, angle_axis, draw_curve, panel
from spikingfa.paper.experiment import Claim, Experiment, Verdict
from spikingfa.paper.rate.linear_task import ETA, LinearTask
from spikingfa.paper.rate_network.rules import FeedbackAlignment, angle
from spikingfa.paper.tables import Table, Tables, of_seeds, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, VERMILLION

EVERY = 10  # examples between two points of a curve
PHASES = {"W0 alone": 40, "W alone": 300, "W0 alone again": 300}  # examples
BORDERS = np.cumsum([0, *PHASES.values()])
LABELS = {
    "angle_w_b_deg": r"angle between $W$ and $B^\mathsf{T}$",
    "nse": "normalised squared error",
}
Ends = dict[str, float]  # means over seeds, where phases begin and end


class Freeze(Experiment):
    """The linear task, one layer at a time: W0 alone, then W alone, then W0 again.

    While W is frozen its angle to B cannot change, and W0 takes up B: B e x.T is all that it
    learns. Then W learns from what W0 has made of the inputs, and aligns with B. Else as the
    experiment `linear`. Chosen here: 40 examples in the first phase, in which nothing ends the
    growth of W0, and 300 in each of the others.
    """

    name, shows = "freeze", "freezing one layer at a time"
    seeds, few = 20, 5
    size = (7.0, 2.5)

    def one(self, seed: int, quick: bool) -> Tables:
        """Angle of W and B, and NSE, over the three phases."""
        n = BORDERS[-1]
        task = LinearTask.of_seed(seed, n)
        network, rule, rows = task.start, FeedbackAlignment([task.b]), []
        for k in range(n + 1):
            if k % EVERY == 0:
                rows.append((k, angle(network.w[1], task.b.T), task.nse(network)))
            if k < n:
                x, target = task.example(k)
                h = network.activities(x)
                deltas = rule.deltas(network, h, target - h[-1])
                deltas[0 if BORDERS[1] <= k < BORDERS[2] else 1] = None
                network.change(h, deltas, ETA)
        return {"curves": table_of(("example", *LABELS), rows)}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        ends = [at_borders(tables["curves"], column, BORDERS) for column in LABELS]
        return [
            Claim(claim[0].upper() + claim[1:], *judge(*ends)) for claim, judge in CLAIMS.items()
        ]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Both over examples, phases apart."""
        for left, (column, label), colour in zip((0.09, 0.59), LABELS.items(), (BLUE, VERMILLION)):
            ax = panel(figure, (left, 0.18, 0.38, 0.66), label, "examples")
            draw_curve(ax, "example", Curve(tables["curves"], column, colour))
            draw_phases(ax, PHASES)
            ax.set_ylim(bottom=0)
            if column != "nse":
                angle_axis(ax)
                ax.set_ylim(0, 100)


def draw_phases(ax: Axes, phases: dict[str, int]) -> None:
    """Their names, and a shade where W0 learns."""
    end = 0
    for phase, n_examples in phases.items():
        start, end = end, end + n_examples
        if "W0" in phase:
            ax.axvspan(start, end, color=GREY, alpha=0.08, lw=0)
        at, text = ((start + end) / 2, 1.02), phase.replace(" alone", "\nalone", 1)
        ax.text(*at, text, ha="center", transform=ax.get_xaxis_transform())


def at_borders(curves: Table, column: str, borders: np.ndarray) -> Ends:
    """Means over seeds where phases begin and end."""
    at = np.searchsorted(of_seeds(curves, "example")[0], borders)
    values = of_seeds(curves, column).mean(axis=0)[at]
    return dict(zip(("start", "after W0", "after W", "after W0 again"), values.tolist()))


def _stays(angles: Ends, nse: Ends, control: float | None = None) -> Verdict:
    measured = f"mean angle {angles['start']:.0f}, then {angles['after W0']:.0f} degrees"
    return measured, abs(angles["after W0"] - 90) < 10, angles


def _aligns(angles: Ends, nse: Ends, control: float | None = None) -> Verdict:
    measured = f"mean angle {angles['after W0']:.0f}, then {angles['after W']:.0f} degrees"
    holds = angles["after W"] < 60
    if control is None:
        return measured, holds, angles
    measured += f"; without the first phase {control:.0f}"
    return measured, holds and control > 80, angles | {"control": control}


def _helps(angles: Ends, nse: Ends, control: float | None = None) -> Verdict:
    measured = (
        f"mean NSE {nse['after W0']:.2g} after W0 alone, {nse['after W']:.2g} after W,"
        f" {nse['after W0 again']:.2g} after W0 again"
    )
    return measured, nse["after W0"] > 0.9 and nse["after W0 again"] < 0.8 * nse["after W"], nse


#: How each is judged, by angles and NSE at borders, and the control's last angle, where there is
#: one: what was measured, whether the claim holds, and numbers.
CLAIMS = {
    "while W0 alone learns, W stays at right angles to B.": _stays,
    "when W alone learns, with what W0 has taken up of B, it aligns with B.": _aligns,
    "then W0, taught through B, can lower the error, which alone it could not.": _helps,
}
