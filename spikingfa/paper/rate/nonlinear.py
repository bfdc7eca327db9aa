"""A nonlinear function learnt by networks of three and of four layers."""

from itertools import pairwise

import numpy as np
from scipy.stats import ttest_rel

from spikingfa.paper.drawing import Curve, draw_curves, panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate_network.activations import TANH
from spikingfa.paper.rate_network.network import RateNetwork
from spikingfa.paper.rate_network.rules import Backpropagation, FeedbackAlignment, Shallow, learn
from spikingfa.paper.tables import Tables, at_end, table_of
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, VERMILLION

TARGET, THREE, FOUR = (30, 20, 10, 10), (30, 20, 10), (30, 20, 10, 10)
N_UPDATES, BATCH, ETA = 20_000, 10, 0.05
W_SIZE, B_SIZE = 0.1, 0.5
N_TEST, EVERY = 5000, 500

STUDENTS = ("shallow", "BP, 3 layers", "FA, 3 layers", "BP, 4 layers", "FA, 4 layers")
LOOKS = dict(zip(STUDENTS, ((GREY, "-"), (BLUE, "--"), (VERMILLION, "--"), (BLUE, "-"),
                            (VERMILLION, "-"))))  # fmt: skip


class Nonlinear(Experiment):
    """A 30 - 20 - 10 - 10 network of tanh units with linear output is what is to be learnt.

    Students of three (30 - 20 - 10) and four layers (30 - 20 - 10 - 10), inputs N(0, I), NSE over
    5000 test points. Chosen here: the target's weights ~ 1.5 U[-1, 1] / sqrt(n / 3) and biases
    ~ U[-1, 1]; initial weights ~ U[-0.1, 0.1], B ~ U[-0.5, 0.5]; 20 000 updates, each by the mean
    over ten new examples, with a learning rate of 0.05.
    """

    name, shows = "nonlinear", "the nonlinear function, and depth"
    seeds, few = 20, 5
    size = (5.0, 2.8)

    def one(self, seed: int, quick: bool) -> Tables:
        """NSE over updates, of each student."""
        rng = np.random.default_rng(seed)
        target = _target(rng)
        students = _students(rng)
        x = rng.normal(size=(TARGET[0], N_TEST))
        y = target(x)
        spread = ((y - y.mean(axis=1, keepdims=True)) ** 2).sum()
        rows = []
        for k in range(N_UPDATES + 1):
            if k % EVERY == 0:
                nse = [((y - network(x)) ** 2).sum() / spread for network, _ in students]
                rows.append((BATCH * k, *nse))
            shown = rng.normal(size=(TARGET[0], BATCH))
            for network, rule in students:
                learn(network, rule, shown, target(shown), ETA / BATCH)
        return {"curves": table_of(("example", *map(_column, STUDENTS)), rows)}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the NSE at the end."""
        last = {name: at_end(tables["curves"], _column(name), "example") for name in STUDENTS}
        middle = {name: float(np.median(values)) for name, values in last.items()}
        others = [middle[name] for name in STUDENTS[1:]]
        shallow_is_worst = Claim(
            "A shallow network does worst.",
            f"median NSE {middle['shallow']:.2g}, the others {min(others):.2g} to"
            f" {max(others):.2g}",
            middle["shallow"] > max(others),
            middle,
        )
        return [*(_deeper_is_better(last, middle, rule) for rule in ("BP", "FA")), shallow_is_worst]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """NSE over examples."""
        place, table = (0.11, 0.15, 0.64, 0.8), tables["curves"]
        ax = panel(figure, place, "normalised squared error", "examples (thousands)")
        ax.set_yscale("log")
        table = table | {"example": table["example"] / 1000}
        curves = {name: Curve(table, _column(name), *look) for name, look in LOOKS.items()}
        draw_curves(ax, "example", curves, middle=np.median, shade=0.12)


def _column(student: str) -> str:
    return "nse_" + student.lower().replace(",", "").replace(" ", "_").removesuffix("_layers")


def _target(rng: np.random.Generator) -> RateNetwork:
    shapes = list(zip(TARGET[1:], TARGET[:-1]))
    w = [1.5 * rng.uniform(-1, 1, shape) / np.sqrt(shape[1] / 3) for shape in shapes]
    return RateNetwork(w, [rng.uniform(-1, 1, (n, 1)) for n, _ in shapes], TANH)


def _students(rng: np.random.Generator) -> list[tuple]:
    pairs = []
    for sizes in (THREE, FOUR):
        start = RateNetwork.uniform(sizes, W_SIZE, rng, biases=True, hidden=TANH)
        b = [rng.uniform(-B_SIZE, B_SIZE, shape) for shape in pairwise(sizes[1:])]
        rules = [Backpropagation(), FeedbackAlignment(b)]
        rules = [Shallow(), *rules] if sizes is THREE else rules
        pairs += [(start.copy(), rule) for rule in rules]
    return pairs


def _deeper_is_better(last: dict[str, np.ndarray], middle: dict[str, float], rule: str) -> Claim:
    names = three, four = f"{rule}, 3 layers", f"{rule}, 4 layers"
    p = float(ttest_rel(last[three], last[four], alternative="greater").pvalue)
    return Claim(
        f"With {rule} four layers do better than three.",
        f"median NSE {middle[four]:.2g} against {middle[three]:.2g}, paired t-test p = {p:.1g}",
        p < 0.05,
        {name: middle[name] for name in names} | {"p": p},
    )
