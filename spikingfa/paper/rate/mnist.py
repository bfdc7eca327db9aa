"""Handwritten digits, learnt by logistic units: shallow, by BP and by FA."""

import numpy as np

from spikingfa.paper.drawing import Curve
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.mnist_curves import curves_of, draw_angles, draw_errors, level, turns
from spikingfa.paper.rate.mnist_task import TRAINING, Digits, drawn
from spikingfa.paper.rate_network.rules import Backpropagation, FeedbackAlignment, Shallow
from spikingfa.paper.rate_network.training import Training
from spikingfa.paper.tables import Table, Tables, at_end, picked, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, VERMILLION

LEVELS = {"shallow": 7.2, "bp": 2.4, "fa": 2.1}  # the article's, in percent
LOOKS = {"shallow": ("shallow", GREY), "bp": ("BP", BLUE), "fa": ("FA", VERMILLION)}
ALONE = Training(TRAINING.eta, TRAINING.decay, batch=1)


class Mnist(Experiment):
    """784 - 1000 - 10 logistic units learn the digits of MNIST, one-hot targets, with biases.

    Learning rate 0.001, weight decay 1e-6 times that rate, no factor f' at the output. W ~ U[-w, w]
    and B ~ U[-b, b]; in the shallow network the hidden layer keeps its first weights. Error over
    the 10 000 test images; the angle is the mean one between what FA tells the hidden units and
    what BP would, for 1000 training images. Dotted: the article's errors. Chosen here: pixels in
    [0, 1], biases that begin at 0 and do not decay, and changing the weights after every 20 images.
    So are w = 0.2, b = 2 and 50 epochs: tested with the last 10 000 training images, after training
    with the others, errors came near the article's. Larger w makes the error of BP and of the
    shallow network fall faster, larger b that of FA.
    """

    name, shows = "mnist", "handwritten digits"
    seeds, few = 3, 1

    def one(self, seed: int, quick: bool) -> Tables:
        """Errors of all three and the angle, over epochs; an epoch of FA in two batch sizes."""
        digits, start, b, _, n_epochs = drawn(seed, quick)
        rule, fixed = FeedbackAlignment([b]), digits.seen_by(start, layer=1)
        shallow = fixed.taught(start.above(1).copy(), Shallow(), n_epochs, seed)
        bp = digits.taught(start.copy(), Backpropagation(), n_epochs, seed)
        fa = digits.taught(start.copy(), rule, n_epochs, seed)
        curves = {
            "epoch": np.arange(n_epochs + 1),
            "error_shallow": np.array([fixed.error(network) for network in shallow]),
            "error_bp": np.array([digits.error(network) for network in bp]),
        }
        curves |= table_of(("error_fa", "angle_deg"), [digits.judge(now, rule) for now in fa])
        return {"curves": curves, "batches": _batches(digits, start, rule, seed)}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        return [*_comparisons(tables["curves"], quick), _batches_agree(tables["batches"])]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Errors over epochs; the angle over epochs."""
        curves = curves_of(tables["curves"], "error_{}", LOOKS)
        errors = draw_errors(figure, (0.09, 0.16, 0.35, 0.78), curves)
        angle = {"": Curve(tables["curves"], "angle_deg", VERMILLION)}
        draw_angles(figure, (0.63, 0.16, 0.3, 0.78), angle)
        for rule, (_, colour) in LOOKS.items():
            errors.axhline(LEVELS[rule], color=colour, linestyle=":", linewidth=0.6)


def _batches(digits: Digits, start, rule, seed: int) -> Table:
    rows = []
    for training in (ALONE, TRAINING):
        *_, network = digits.taught(start.copy(), rule, 1, seed, training)
        rows.append((training.batch, *digits.judge(network, rule)))
    return table_of(("batch", "error_fa", "angle_deg"), rows)


def _comparisons(table: Table, quick: bool) -> list[Claim]:
    mean = {n: float(at_end(table, f"error_{rule}").mean()) for rule, (n, _) in LOOKS.items()}
    levels = ((name, f"error_{rule}", LEVELS[rule]) for rule, (name, _) in LOOKS.items())
    turn = "What random feedback tells the hidden units turns towards what backpropagation would."
    return [
        Claim(
            "Random feedback teaches the hidden layer as well as backpropagation.",
            f"mean test error FA {mean['FA']:.2f} %, BP {mean['BP']:.2f} %",
            None if quick else mean["FA"] < mean["BP"] + 0.1,
            {rule: mean[rule] for rule in ("FA", "BP")},
        ),
        Claim(
            "A shallow network does far worse.",
            f"mean test error {mean['shallow']:.2f} %, FA {mean['FA']:.2f} %",
            None if quick else mean["shallow"] > 2 * max(mean["FA"], mean["BP"]),
            mean,
        ),
        *(level(name, table, column, error, quick) for name, column, error in levels),
        turns(turn, table, "angle_deg", by=15, above=75),
    ]


def _batches_agree(table: Table) -> Claim:
    (error, error_batch), (angle, angle_batch) = (
        [float(picked(table, batch=batch)[column].mean()) for batch in (1, TRAINING.batch)]
        for column in ("error_fa", "angle_deg")
    )
    return Claim(
        f"Changing the weights after every {TRAINING.batch} images, by the sum of their updates, is"
        " as good as after every one.",
        f"after an epoch of FA, mean test error {error_batch:.2f} against {error:.2f} %, angle"
        f" {angle_batch:.1f} against {angle:.1f} degrees",
        abs(error_batch - error) < 0.5 and abs(angle_batch - angle) < 2,
        {"error": error, "error of batches": error_batch}
        | {"angle": angle, "angle of batches": angle_batch},
    )
