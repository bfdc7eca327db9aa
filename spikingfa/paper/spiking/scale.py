"""How large initial weights may be in spikes."""

from typing import ClassVar

import matplotlib
import numpy as np

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.spiking.curves import angle_axis, picked
from spikingfa.paper.spiking.learner import below, course
from spikingfa.paper.spiking.variants import LIF, STOCHASTIC, linear_model
from spikingfa.paper.tables import Table, Tables
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, STYLE, VERMILLION, style_axes

W, W0 = "W", "W0"
FIELDS = {W: "output.i_init", W0: "hidden.i_init"}
SIZES = {  # pA
    LIF: {W: (0.2, 2, 8, 16, 32, 64, 128), W0: (10, 25, 50, 100, 200, 400, 800)},
    STOCHASTIC: {W: (0.5, 2, 8, 32), W0: (25, 100, 400)},
}
SIZES_QUICK = {LIF: {W: (0.2, 2, 16, 128), W0: (10, 100, 800)}}
N_EXAMPLES = {LIF: 3000, STOCHASTIC: 1500}

COLOURS = {LIF: BLUE, STOCHASTIC: VERMILLION}


class Scale(Experiment):
    """The linear task in spikes from initial weights of many sizes, of W or of W0.

    A size is the SD of the synaptic current that the weights give a neuron before learning, which
    fires at 150 pA (a stochastic neuron: at half of its greatest rate). One of the two is varied,
    the other is that of `linear`: 2 pA for W, 100 pA for W0. Angles and NSE are those of the signed
    outputs after training; the network and the task are those of `linear`, in spikes. Chosen here:
    the sizes, and 3000 examples of LIF neurons and 1500 of stochastic ones.
    """

    name: ClassVar = "scale"
    shows: ClassVar = "how large initial weights may be"
    seeds: ClassVar = 5
    few: ClassVar = 2
    spiking: ClassVar = True

    def one(self, seed: int, quick: bool) -> Tables:
        """Angles and errors at the end, of each size."""
        ends = {
            (neurons, varied): _ends(seed, neurons, varied, sizes)
            for neurons, ranges in (SIZES_QUICK if quick else SIZES).items()
            for varied, sizes in ranges.items()
        }
        return {"scales": below(ends, ("neurons", "varied"))}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        table = tables["scales"]
        return [
            claim
            for neurons in (LIF, STOCHASTIC)
            for claim in (
                _stays_further(table, neurons),
                *(_learns(table, neurons, varied) for varied in FIELDS),
            )
        ]

    def figure(self, tables: Tables) -> Figure:
        """Angles and NSE against the size of initial weights."""
        table = tables["scales"]
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 3.9))
            for left, varied in zip((0.08, 0.47), FIELDS):
                angles = figure.add_axes((left, 0.57, 0.3, 0.4))
                errors = figure.add_axes((left, 0.1, 0.3, 0.4))
                style_axes(angles, "angle of what FA tells" if varied == W else "")
                style_axes(errors, "normalised squared error" if varied == W else "")
                _draw(angles, errors, picked(table, varied=varied))
                name = {W: "$W$", W0: "$W_0$"}[varied]
                errors.set_xlabel(f"size of the initial {name} (pA)", fontsize="medium")
            angles.plot([], [], color="black", label="to the pseudoinverse")
            angles.plot([], [], color="black", linestyle=":", label="to BP")
            angles.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        return figure


def _draw(angles, errors, rows: Table) -> None:
    for neurons in (kind for kind in COLOURS if kind in rows["neurons"]):
        of, look = (
            picked(rows, neurons=neurons),
            {"color": COLOURS[neurons], "marker": "o", "ms": 2},
        )
        _spread(angles, of, "angle_pseudoinverse_deg", **look, label=neurons)
        _spread(angles, of, "angle_bp_deg", **look, linestyle=":")
        _spread(errors, of, "nse", **look)
    errors.set_yscale("log")
    errors.set_ylim(0.01, 1.3)
    for ax in (angles, errors):
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter("{x:g}")
    angle_axis(angles)


def _ends(seed: int, neurons: str, varied: str, sizes) -> Table:
    ends = [
        course(linear_model(seed, neurons, {FIELDS[varied]: f"{size} pA"}), [N_EXAMPLES[neurons]])
        for size in sizes
    ]
    table = {name: np.concatenate([end[name] for end in ends]) for name in ends[0]}
    return {"size_pa": np.array(sizes, float)} | table


def _means(rows: Table, column: str) -> dict[float, float]:
    """Means over seeds, by size."""
    sizes = np.unique(rows["size_pa"])
    return {float(size): float(rows[column][rows["size_pa"] == size].mean()) for size in sizes}


def _spread(ax, rows: Table, column: str, color: str, **look) -> None:
    sizes = np.unique(rows["size_pa"])
    values = [rows[column][rows["size_pa"] == size] for size in sizes]
    low, high = [v.min() for v in values], [v.max() for v in values]
    ax.fill_between(sizes, low, high, color=color, alpha=0.15, lw=0)
    ax.plot(sizes, [v.mean() for v in values], color=color, **look)


def _stays_further(table: Table, neurons: str) -> Claim:
    claim = (
        f"{neurons} neurons: from small initial weights what FA tells comes closer to the"
        " pseudoinverse than from large ones."
    )
    if neurons not in table["neurons"]:
        return Claim.not_run(claim)
    angles, parts, holds = {}, [], True
    for varied, small in ((W, 2.0), (W0, 100.0)):
        of = _means(picked(table, neurons=neurons, varied=varied), "angle_pseudoinverse_deg")
        large = max(of)
        parts.append(
            f"{of[small]:.0f} degrees with {varied} of {small:g} pA, {of[large]:.0f} with"
            f" {large:g} pA"
        )
        angles |= {f"{varied}, {size:g} pA": of[size] for size in (small, large)}
        holds = holds and of[large] > of[small] + 5
    return Claim(claim, "; ".join(parts), holds, angles)


def _learns(table: Table, neurons: str, varied: str) -> Claim:
    low, high = min(SIZES[neurons][varied]), max(SIZES[neurons][varied])
    claim = (
        f"{neurons} neurons: FA learns the function from initial {varied} of {low:g} to"
        f" {high:g} pA."
    )
    if neurons not in table["neurons"]:
        return Claim.not_run(claim)
    nse = _means(picked(table, neurons=neurons, varied=varied), "nse")
    told = ", ".join(f"{value:.2g} ({size:g} pA)" for size, value in nse.items())
    limit = {LIF: 0.1, STOCHASTIC: 0.2}[neurons]
    numbers = {f"{size:g} pA": value for size, value in nse.items()}
    return Claim(claim, f"mean NSE {told}", max(nse.values()) < limit, numbers)
