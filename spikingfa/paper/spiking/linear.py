"""The linear function in spikes: a hidden layer that is frozen, taught by BP, and by FA."""

from spikingfa.paper.drawing import Curve, angle_axis, draw_curves, panel
from spikingfa.paper.experiment import Claim, Experiment, Verdict
from spikingfa.paper.spiking.learner import course
from spikingfa.paper.spiking.variants import (
    BP,
    FA,
    LIF,
    NEURONS,
    RULES,
    SHALLOW,
    STOCHASTIC,
    STRONG,
    linear_model,
    of_neurons,
)
from spikingfa.paper.tables import Table, Tables, at_end, below, means, picked
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, GREY, ORANGE, SKY, VERMILLION

POINTS = {
    LIF: [*range(0, 500, 50), *range(500, 1000, 100), *range(1000, 3001, 250)],
    STOCHASTIC: [0, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000],
}
POINTS_QUICK = {LIF: [0, 200, 500, 1000, 2000]}

MIRRORED = "FA, mirrored"
COLOURS = {SHALLOW: GREY, STRONG: ORANGE, BP: BLUE, FA: VERMILLION}
ANGLES = {
    "angle_bp_deg": ("to BP", BLUE, "-"),
    "angle_pseudoinverse_deg": ("to the pseudoinverse", GREEN, "-"),
    "angle_bp_neurons_deg": ("to BP, by neuron", SKY, "--"),
}


class Linear(Experiment):
    """60 - 200 - 20 spiking neurons learn y* = T x, T ~ U[-1, 1], x ~ N(0, I), one after another.

    Signed inputs and outputs are pairs of neurons, one for what is above zero and one for what is
    below; errors come back in spikes, through B ~ U[-1, 1]. Once with LIF neurons, and once with
    stochastic sigmoid neurons, the kind that the article has in its spiking network. BP is the same
    network with weight transport, which is not local: B = W.T of unit size, anew every 100
    examples. Shallow: a hidden layer that does not learn, with initial weights as those of the
    others, so small that LIF neurons hardly fire, or four times as large. NSE = sum |y - y*|**2 /
    sum |y*|**2 over a test of 500 examples (200 of stochastic neurons). The angle is that between
    what FA tells the hidden neurons, B e, and what BP (W.T e) or the pseudoinverse (W+ e) would:
    e, W and B of the signed outputs, an on-neuron minus its off-neuron, or else "by neuron", of the
    20 output neurons as they are. Mirrored: the two neurons of an output have feedback weights B
    and -B. Chosen here: all numbers of the network, on another function (seed 101): those
    of the model `linear_fa`, and for stochastic neurons 400 ms an example in place of 100, outputs
    of up to 1000 Hz, and learning rates of 1.6 and 0.02; 3000 examples, over which learning rates
    fall to a tenth.
    """

    name, shows = "linear", "the linear function"
    seeds, few, spiking = 5, 2, True

    def one(self, seed: int, quick: bool) -> Tables:
        """Curves of each network, with each kind of neurons."""
        curves = {
            (neurons, rule): course(linear_model(seed, neurons, changes), points)
            for neurons, points in (POINTS_QUICK if quick else POINTS).items()
            for rule, changes in RULES.items()
        }
        points = (POINTS_QUICK if quick else POINTS)[LIF]
        curves[LIF, MIRRORED] = course(linear_model(seed, LIF), points, mirrored=True)
        return {"curves": below(curves, ("neurons", "network"))}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        learns, aligns, closer = (
            [of_neurons(tables["curves"], neurons, claim, judge) for neurons in NEURONS]
            for claim, judge in CLAIMS.items()
        )
        return [*learns, *aligns, _by_neuron(tables["curves"]), *closer]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """NSE and angles over examples; a row for each kind of neurons."""
        kinds = [kind for kind in NEURONS if kind in tables["curves"]["neurons"]]
        figure.set_figheight(2.5 * len(kinds))
        for row, neurons in enumerate(kinds):
            rows = picked(tables["curves"], neurons=neurons)
            bottom, height = 1 - (row + 0.86) / len(kinds), 0.74 / len(kinds)
            label = f"NSE, {neurons} neurons"
            errors = panel(figure, (0.09, bottom, 0.32, height), label, "examples")
            errors.set(yscale="log", ylim=(0.01, 1.3))
            of_rules = {r: Curve(picked(rows, network=r), "nse", c) for r, c in COLOURS.items()}
            draw_curves(errors, "example", of_rules)
            label = "angle of what FA tells"
            angles = panel(figure, (0.61, bottom, 0.22, height), label, "examples")
            angle_axis(angles)
            fa = picked(rows, network=FA)
            to_others = {name: Curve(fa, c, *look) for c, (name, *look) in ANGLES.items()}
            draw_curves(angles, "example", to_others)


def _learns(rows: Table) -> Verdict:
    nse = {r: means(picked(rows, network=r), "nse") for r in RULES}
    measured = ", ".join(f"{rule} {value:.3f}" for rule, value in nse.items())
    good = nse[FA] < 0.1 and nse[FA] < 1.25 * nse[BP]
    bad = nse[SHALLOW] > 0.6 and nse[STRONG] > 3 * nse[FA]
    return f"mean NSE: {measured}", good and bad, nse


def _aligns(rows: Table) -> Verdict:
    curves = picked(rows, network=FA)
    first, last = (means(curves, "angle_bp_deg", k) for k in (0, -1))
    worst = float(at_end(curves, "angle_bp_deg", "example").max())
    measured = f"mean angle {first:.0f}, then {last:.0f} degrees, at most {worst:.0f}"
    return measured, first > 75 and worst < 45, {"first": first, "last": last, "largest": worst}


def _closer(rows: Table) -> Verdict:
    columns = ("angle_pseudoinverse_deg", "angle_bp_deg", "angle_w_span_deg")
    inverse, bp, span = (means(picked(rows, network=FA), column) for column in columns)
    measured = (
        f"mean angle {inverse:.0f} degrees at the end, {bp:.0f} to BP; W itself is {span:.0f}"
        " degrees out of the span of B, in which it would lie were the neurons linear"
    )
    numbers = {"to the pseudoinverse": inverse, "to BP": bp, "W to the span of B": span}
    return measured, inverse < bp, numbers


#: Of each kind of neurons, and how they are judged.
CLAIMS = {
    "random feedback teaches the hidden layer as well as backpropagation; a frozen layer leaves"
    " nearly all of the error, and one of strong weights several times as much as FA.": _learns,
    "what random feedback tells the hidden layer turns towards what backpropagation would: from"
    " about 90 to under 45 degrees.": _aligns,
    "it turns even closer to what the pseudoinverse of the forward weights would tell.": _closer,
}


def _by_neuron(table: Table) -> Claim:
    angles = {
        name: means(picked(table, neurons=LIF, network=name), "angle_bp_neurons_deg")
        for name in (FA, MIRRORED)
    }
    return Claim(
        "Taken by neuron the angle stays above 45 degrees with LIF neurons: the weights of an"
        " output's two neurons come to mirror each other, and their feedback weights, drawn apart,"
        " do not. With mirrored feedback weights it falls under 45.",
        f"mean angle {angles[FA]:.0f} degrees at the end; mirrored {angles[MIRRORED]:.0f}",
        angles[FA] > 45 > angles[MIRRORED],
        angles,
    )
