"""How alignment enters, in spikes: B goes into W0 first, then from W0 into W."""

import numpy as np

from spikingfa.paper.drawing import Curve, angle_axis, draw_curve, panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.freeze import CLAIMS, LABELS, at_borders, draw_phases
from spikingfa.paper.spiking.learner import learner
from spikingfa.paper.spiking.variants import LIF, NEURONS, STOCHASTIC, linear_model, of_neurons
from spikingfa.paper.tables import Table, Tables, below, means, picked, table_of
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, VERMILLION

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

    name, shows = "freeze", "freezing one layer at a time"
    seeds, few, spiking = 5, 2, True
    size = (7.0, 2.5)

    def one(self, seed: int, quick: bool) -> Tables:
        """Angle of W and B, and NSE, over the phases, and of the control over the second."""
        curves = {}
        for neurons in (LIF,) if quick else (LIF, STOCHASTIC):
            curves[neurons, PHASED] = _curve(seed, neurons, list(PHASES))
            curves[neurons, CONTROL] = _curve(seed, neurons, ["W alone"])
        return {"curves": below(curves, ("neurons", "network"))}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        return [
            of_neurons(
                tables["curves"], neurons, claim, lambda rows, judge=judge: judge(*_ends(rows))
            )
            for neurons in NEURONS
            for claim, judge in CLAIMS.items()
        ]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Both over examples, phases apart."""
        phased = picked(tables["curves"], network=PHASED)
        kinds = [kind for kind in COLOURS if kind in phased["neurons"]]
        for left, (column, label) in zip((0.07, 0.57), LABELS.items()):
            ax = panel(figure, (left, 0.18, 0.33, 0.66), label, "examples")
            ends = {}
            for kind in kinds:
                curve = Curve(picked(phased, neurons=kind), column, COLOURS[kind])
                ends[kind.split()[0]] = draw_curve(ax, "example", curve)
            draw_phases(ax, PHASES)
            ax.set_xlim(0, BORDERS[-1])
            angle_axis(ax) if column == "angle_w_b_deg" else ax.set_ylim(bottom=0)
            name_ends(ax, ends)


def _curve(seed: int, neurons: str, phases: list[str]) -> Table:
    model = linear_model(
        seed, neurons, {"plasticity.schedule": "constant", "task.n_train": int(BORDERS[-1])}
    )
    eta, every = float(model.plasticity.eta_hidden), dict(zip(PHASES, EVERY[neurons]))
    with learner(model) as network:
        rows = [network.look()]
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
                rows.append(network.look())
    return table_of(rows[0], (row.values() for row in rows))


def _ends(rows: Table) -> tuple[dict[str, float], dict[str, float], float]:
    """Angles and NSE at borders, means over seeds, and the control's angle at the end."""
    phased, control = (picked(rows, network=network) for network in (PHASED, CONTROL))
    angles, nse = (at_borders(phased, column, BORDERS) for column in LABELS)
    return angles, nse, means(control, "angle_w_b_deg")
