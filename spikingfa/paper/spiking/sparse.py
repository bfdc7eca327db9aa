"""Handwritten digits, learnt by spiking neurons with half of all synapses missing."""

from spikingfa.paper.experiment import Claim
from spikingfa.paper.rate.mnist_curves import comes_under
from spikingfa.paper.spiking.digits import NEURONS, TITLES, SpikingDigits, spread
from spikingfa.paper.tables import Table, Tables, at_end
from spikingfa.plots.style import ORANGE, VERMILLION

ABSENT = 0.5  # part of the synapses, forward and back
RULES = {
    "full": {},
    "sparse": {f"{place}.sparsity": ABSENT for place in ("hidden", "output", "feedback")},
}
LOOKS = {"full": ("all synapses", VERMILLION), "sparse": ("half of them", ORANGE)}


class SparseSpiking(SpikingDigits):
    """As `mnist --spiking`, by FA, with half of the synapses of W and of B removed at random.

    Every hidden and output neuron lacks half of its incoming synapses, and half of the feedback
    synapses are not there; those that are begin stronger, so that neurons are driven alike. Chosen
    here: what is chosen in `mnist --spiking`.
    """

    name, shows = "sparse", "half of the synapses removed"
    variants, looks, with_angles = RULES, LOOKS, tuple(RULES)

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        return [claim for kind in NEURONS for claim in _claims(kind, tables[kind], quick)]


def _claims(kind: str, table: Table, quick: bool) -> list[Claim]:
    full, sparse = (at_end(table, f"error_{rule}") for rule in RULES)
    turn = f"{TITLES[kind]}: sparse forward weights turn towards sparse feedback weights."
    return [
        Claim(
            f"{TITLES[kind]}: with half of all synapses missing, feedback alignment loses less than"
            " half a point.",
            f"test error {spread(sparse)}, with all synapses {spread(full)}",
            None if quick else bool(sparse.mean() - full.mean() < 0.5),
            {"full": float(full.mean()), "sparse": float(sparse.mean())},
        ),
        comes_under(turn, table, "angle_sparse_deg", 80),
    ]
