"""How large initial weights may be in spikes."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from spikingfa.paper.drawing import Curve, angle_axis, draw_curve, panel
from spikingfa.paper.experiment import Claim, Experiment, Verdict
from spikingfa.paper.spiking.learner import course
from spikingfa.paper.spiking.variants import LIF, STOCHASTIC, linear_model, of_neurons
from spikingfa.paper.tables import Table, Tables, below, picked
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, VERMILLION

W, W0 = "W", "W0"
FIELDS = {W: "output.i_init", W0: "hidden.i_init"}
SIZES = {  # pA
    LIF: {W: (0.2, 2, 8, 16, 32, 64, 128), W0: (10, 25, 50, 100, 200, 400, 800)},
    STOCHASTIC: {W: (0.5, 2, 8, 32), W0: (25, 100, 400)},
}
SIZES_QUICK = {LIF: {W: (0.2, 2, 16, 128), W0: (10, 100, 800)}}
N_EXAMPLES = {LIF: 3000, STOCHASTIC: 1500}

NSE_LIMIT = {LIF: 0.1, STOCHASTIC: 0.2}
COLOURS = {LIF: BLUE, STOCHASTIC: VERMILLION}


class Scale(Experiment):
    """The linear task in spikes from initial weights of many sizes, of W or of W0.

    A size is the SD of the synaptic current that the weights give a neuron before learning, which
    fires at 150 pA (a stochastic neuron: at half of its greatest rate). One of the two is varied,
    the other is that of `linear`: 2 pA for W, 100 pA for W0. Angles and NSE are those of the signed
    outputs after training; the network and the task are those of `linear`, in spikes. Chosen here:
    the sizes, and 3000 examples of LIF neurons and 1500 of stochastic ones.
    """

    name, shows = "scale", "how large initial weights may be"
    seeds, few, spiking = 5, 2, True
    size = (7.0, 3.9)

    def one(self, seed: int, quick: bool) -> Tables:
        """Angles and errors at the end, of each size."""
        ends = {
            (neurons, varied, size): course(
                linear_model(seed, neurons, {FIELDS[varied]: f"{size} pA"}), [N_EXAMPLES[neurons]]
            )
            for neurons, ranges in (SIZES_QUICK if quick else SIZES).items()
            for varied, sizes in ranges.items()
            for size in sizes
        }
        return {"scales": below(ends, ("neurons", "varied", "size_pa"))}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        return [claim for neurons in SIZES for claim in _claims(tables["scales"], neurons)]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Angles and NSE against the size of initial weights."""
        labels = ("angle of what FA tells", "normalised squared error")
        for left, varied, name in ((0.08, W, "$W$"), (0.47, W0, "$W_0$")):
            of_angles, of_errors = labels if varied == W else ("", "")
            xlabel = f"size of the initial {name} (pA)"
            angles = panel(figure, (left, 0.57, 0.3, 0.4), of_angles, "")
            errors = panel(figure, (left, 0.1, 0.3, 0.4), of_errors, xlabel)
            _draw(angles, errors, picked(tables["scales"], varied=varied))
        angles.plot([], [], color="black", label="to the pseudoinverse")
        angles.plot([], [], color="black", linestyle=":", label="to BP")
        angles.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _draw(angles: Axes, errors: Axes, rows: Table) -> None:
    for neurons in (kind for kind in COLOURS if kind in rows["neurons"]):
        for ax, column, line, label in (
            (angles, "angle_pseudoinverse_deg", "-", neurons),
            (angles, "angle_bp_deg", ":", None),
            (errors, "nse", "-", None),
        ):
            curve = Curve(picked(rows, neurons=neurons), column, COLOURS[neurons], line)
            draw_curve(ax, "size_pa", curve, marker="o", ms=2, label=label)
    errors.set(yscale="log", ylim=(0.01, 1.3))
    for ax in (angles, errors):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
    angle_axis(angles)


def _means(rows: Table, varied: str, column: str) -> dict[float, float]:
    """Means over seeds, by size."""
    rows = picked(rows, varied=varied)
    sizes = np.unique(rows["size_pa"])
    return {float(size): float(rows[column][rows["size_pa"] == size].mean()) for size in sizes}


def _claims(table: Table, neurons: str) -> Iterator[Claim]:
    claim = (
        "from small initial weights what FA tells comes closer to the pseudoinverse than from large"
        " ones."
    )
    yield of_neurons(table, neurons, claim, _stays_further)
    for varied, sizes in SIZES[neurons].items():
        reach = f"{min(sizes):g} to {max(sizes):g} pA"
        claim = f"FA learns the function from initial {varied} of {reach}."
        yield of_neurons(table, neurons, claim, partial(_learns, varied, NSE_LIMIT[neurons]))


def _stays_further(rows: Table) -> Verdict:
    angles, parts, holds = {}, [], True
    for varied, small in ((W, 2.0), (W0, 100.0)):
        of = _means(rows, varied, "angle_pseudoinverse_deg")
        large = max(of)
        parts.append(
            f"{of[small]:.0f} degrees with {varied} of {small:g} pA, {of[large]:.0f} with"
            f" {large:g} pA"
        )
        angles |= {f"{varied}, {size:g} pA": of[size] for size in (small, large)}
        holds = holds and of[large] > of[small] + 5
    return "; ".join(parts), holds, angles


def _learns(varied: str, limit: float, rows: Table) -> Verdict:
    nse = _means(rows, varied, "nse")
    measured = ", ".join(f"{value:.2g} ({size:g} pA)" for size, value in nse.items())
    numbers = {f"{size:g} pA": value for size, value in nse.items()}
    return f"mean NSE {measured}", max(nse.values()) < limit, numbers
