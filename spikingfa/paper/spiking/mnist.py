"""Handwritten digits, learnt by spiking neurons: shallow, by weight transport and by FA."""

from spikingfa.paper.experiment import Claim
from spikingfa.paper.rate.mnist_curves import turns
from spikingfa.paper.spiking.digits import BP, NEURONS, SHALLOW, TITLES, SpikingDigits, spread
from spikingfa.paper.tables import Table, Tables, at_end
from spikingfa.plots.style import BLUE, GREY, VERMILLION

RULES = {"shallow": SHALLOW, "bp": BP, "fa": {}}
LOOKS = {"shallow": ("shallow", GREY), "bp": ("BP", BLUE), "fa": ("FA", VERMILLION)}
TURN = "the forward weights turn towards the feedback weights."
LEVEL = 2.1  # of the article's rate network taught by FA, in percent


class MnistSpiking(SpikingDigits):
    """The model `mnist_fa`, LIF neurons, and the same with the article's stochastic sigmoid ones.

    One image after another, no batches; error neurons carry spikes back through random synapses. BP
    is weight transport: B is W transposed, anew every 500 images. In the shallow network the hidden
    layer is frozen, and driven by strong random weights. The article's networks are of rate
    neurons, and of stochastic ones trained in another way; LIF neurons are not its own. Chosen
    here: all of the model (784 - 1000 - 10, 150 ms an image), five epochs; 500 hidden neurons and
    one epoch of the stochastic ones, which take longer to simulate, and their parameters.
    """

    name, shows = "mnist", "handwritten digits"
    variants, looks, with_angles = RULES, LOOKS, ("shallow", "fa")

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        lif = tables["lif"]
        fa = float(at_end(lif, "error_fa").mean())
        return [
            *(claim for kind in NEURONS for claim in _comparisons(kind, tables[kind], quick)),
            Claim(
                f"LIF neurons reach what the article's rate network reaches by FA, {LEVEL} %.",
                f"mean test error {fa:.2f} %",
                None if quick else fa <= LEVEL,
                {"fa": fa},
            ),
            *(
                turns(f"{TITLES[kind]}: {TURN}", tables[kind], "angle_fa_deg", by=10, above=80)
                for kind in NEURONS
            ),
        ]


def _comparisons(kind: str, table: Table, quick: bool) -> list[Claim]:
    last = {rule: at_end(table, f"error_{rule}") for rule in RULES}
    mean = {rule: float(errors.mean()) for rule, errors in last.items()}
    return [
        Claim(
            f"{TITLES[kind]}: random feedback teaches them as well as weight transport, within half"
            " a point.",
            f"test error FA {spread(last['fa'])}, BP {spread(last['bp'])}",
            None if quick else mean["fa"] < mean["bp"] + 0.5,
            {rule: mean[rule] for rule in ("fa", "bp")},
        ),
        Claim(
            f"{TITLES[kind]}: a shallow network does far worse.",
            f"test error {spread(last['shallow'])}, FA {spread(last['fa'])}",
            None if quick else mean["shallow"] > 1.5 * mean["fa"],
            {rule: mean[rule] for rule in ("shallow", "fa")},
        ),
    ]
