"""How alignment enters, in spikes: B goes into W0 first, then from W0 into W."""

from typing import ClassVar

import matplotlib
import numpy as np

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.spiking.curves import angle_axis, draw, of_seeds, picked
from spikingfa.paper.spiking.learner import below, learner, table_of
from spikingfa.paper.spiking.variants import LIF, STOCHASTIC, linear_model
from spikingfa.paper.tables import Table, Tables
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, STYLE, VERMILLION, style_axes

PHASES = {"W0 alone": 300, "W alone": 1000, "W0 alone again": 1000}  # examples
BORDERS = np.cumsum([0, *PHASES.values()])
EVERY = {LIF: (50, 50, 100), STOCHASTIC: (100, 250, 250)}  # examples between two points
ETA_OUTPUT = {LIF: 0.4, STOCHASTIC: 0.02}

PHASED, CONTROL = "phases", "W alone from the start"
COLOURS = {LIF: BLUE, STOCHASTIC: VERMILLION}


class Freeze(Experiment):
    """The linear task in spikes, one layer at a time: W0 alone, then W alone, then W0 again.

    The network and the task of `linear`, in spikes, with learning rates that do not fall; the layer
    that does not learn has the learning rate 0. W and B are those of the signed outputs. As a
    control, W alone learns from the start, from what W0 makes of the inputs without having learnt.
    Chosen here: 300 examples in the first phase, in which nothing ends the growth of W0, and 1000
    in each of the others, the second with half of the output's learning rate where neurons are
    LIF, since W0 then makes them fire more.
    """

    name: ClassVar = "freeze"
    shows: ClassVar = "freezing one layer at a time"
    seeds: ClassVar = 5
    few: ClassVar = 2
    spiking: ClassVar = True

    def one(self, seed: int, quick: bool) -> Tables:
        """Angle of W and B, and NSE, over the phases, and of the control over the second."""
        curves = {}
        for neurons in (LIF,) if quick else (LIF, STOCHASTIC):
            curves[neurons, PHASED] = _curve(seed, neurons, list(PHASES))
            curves[neurons, CONTROL] = _curve(seed, neurons, ["W alone"])
        return {"curves": below(curves, ("neurons", "network"))}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        table = tables["curves"]
        return [
            claim(table, neurons)
            for neurons in (LIF, STOCHASTIC)
            for claim in (_stays, _aligns, _helps)
        ]

    def figure(self, tables: Tables) -> Figure:
        """Both over examples, phases apart."""
        table = tables["curves"]
        with matplotlib.rc_context(STYLE):
            figure = Figure(figsize=(7.0, 2.5))
            panels = [figure.add_axes((left, 0.18, 0.33, 0.66)) for left in (0.07, 0.57)]
            labels = (r"angle between $W$ and $B^\mathsf{T}$", "normalised squared error")
            for ax, label, column in zip(panels, labels, ("angle_w_b_deg", "nse")):
                style_axes(ax, label)
                ends = {}
                for neurons in (kind for kind in COLOURS if kind in table["neurons"]):
                    curves = picked(table, neurons=neurons, network=PHASED)
                    last = draw(ax, curves, column, COLOURS[neurons])
                    ends[neurons.split()[0]] = last, COLOURS[neurons]
                _phases(ax)
                (angle_axis(ax) if column == "angle_w_b_deg" else ax.set_ylim(bottom=0))
                name_ends(ax, ends)
        return figure


def _phases(ax) -> None:
    ax.set_xlim(0, BORDERS[-1])
    ax.set_xlabel("examples", fontsize="medium")
    for phase, start, end in zip(PHASES, BORDERS, BORDERS[1:]):
        ax.axvspan(start, end, color=GREY, alpha=0.08, lw=0) if "W0" in phase else None
        at = ((start + end) / 2, 1.02)
        text = phase.replace(" alone", "\nalone", 1)
        ax.text(*at, text, ha="center", transform=ax.get_xaxis_transform())


def _curve(seed: int, neurons: str, phases: list[str]) -> Table:
    model = linear_model(
        seed, neurons, {"plasticity.schedule": "constant", "task.n_train": int(BORDERS[-1])}
    )
    eta, every = float(model.plasticity.eta_hidden), dict(zip(PHASES, EVERY[neurons]))
    with learner(model) as network:
        rows = [{"example": 0} | network.look()]
        for phase in phases:
            hidden = "W0" in phase
            network.change(
                {
                    "plasticity.eta_hidden": eta if hidden else 0,
                    "plasticity.eta_output": 0 if hidden else ETA_OUTPUT[neurons],
                }
            )
            for _ in range(0, PHASES[phase], every[phase]):
                network.learn(every[phase])
                rows.append({"example": network.n_learnt} | network.look())
    return table_of(rows)


def _at_borders(table: Table, neurons: str, column: str) -> dict[str, float] | None:
    """Means over seeds at the ends of the phases; None where these neurons were not run."""
    if neurons not in table["neurons"]:
        return None
    curves = picked(table, neurons=neurons, network=PHASED)
    at = np.searchsorted(of_seeds(curves, "example")[0], BORDERS)
    values = of_seeds(curves, column).mean(axis=0)[at]
    return dict(zip(("start", "after W0", "after W", "after W0 again"), values.tolist()))


def _judged(claim: str, neurons: str, verdict) -> Claim:
    """`verdict` gives what was measured, whether it holds, and numbers."""
    text = f"{neurons} neurons: {claim}"
    return Claim(text, *verdict()) if verdict else Claim.not_run(text)


def _stays(table: Table, neurons: str) -> Claim:
    ends = _at_borders(table, neurons, "angle_w_b_deg")

    def verdict():
        told = f"mean angle {ends['start']:.0f}, then {ends['after W0']:.0f} degrees"
        return told, abs(ends["after W0"] - 90) < 10, ends

    claim = "while W0 alone learns, W stays at right angles to B."
    return _judged(claim, neurons, ends and verdict)


def _aligns(table: Table, neurons: str) -> Claim:
    ends = _at_borders(table, neurons, "angle_w_b_deg")

    def verdict():
        control = picked(table, neurons=neurons, network=CONTROL)
        control = float(of_seeds(control, "angle_w_b_deg")[:, -1].mean())
        told = (
            f"mean angle {ends['after W0']:.0f}, then {ends['after W']:.0f} degrees; without the"
            f" first phase {control:.0f}"
        )
        return told, ends["after W"] < 60 and control > 80, ends | {"control": control}

    claim = "when W alone learns, with what W0 has taken up of B, it aligns with B."
    return _judged(claim, neurons, ends and verdict)


def _helps(table: Table, neurons: str) -> Claim:
    nse = _at_borders(table, neurons, "nse")

    def verdict():
        told = (
            f"mean NSE {nse['after W0']:.2g} after W0 alone, {nse['after W']:.2g} after W,"
            f" {nse['after W0 again']:.2g} after W0 again"
        )
        return told, nse["after W0"] > 0.9 and nse["after W0 again"] < 0.8 * nse["after W"], nse

    claim = "then W0, taught through B, can lower the error, which alone it could not."
    return _judged(claim, neurons, nse and verdict)
