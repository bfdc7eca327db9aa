"""Spiking networks of one to ten hidden layers."""

from threading import RLock

from tqdm import tqdm

from spikingfa.model.files import load_model
from spikingfa.model.model import Model, layer_names
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.spiking.deeper_claims import DIRECT, FA, TOP, TRANSPORT, claims
from spikingfa.paper.spiking.deeper_figure import draw
from spikingfa.paper.spiking.learner import history
from spikingfa.paper.tables import Tables, below, table_of
from spikingfa.plots.figure import Figure

MODELS = {"digits": "digits_five", "plane": "folded_fa"}
#: Neurons of a hidden layer by the number of layers; those of the plane have 96 000 weights in all.
SIZES = {
    "digits": dict.fromkeys((1, 2, 3, 5, 10), 200),
    "plane": {1: 1171, 2: 272, 3: 200, 5: 145},
}
#: Of the plane, so that a single layer does best (of 200, 400 and 800 pA; by hand, one seed).
ONE_LAYER = {"hidden.i_init": "400 pA"}
FEW = 2  # hidden layers of a quick run, at most
SHORT = {"training.epochs": 2, "task.limit": 400}

FEEDBACK = {FA: "layerwise", DIRECT: "direct", TRANSPORT: "transport", TOP: "layerwise"}


class Deeper(Experiment):
    """Digits, and a plane folded twice, learnt in spikes by networks of 1 to 10 hidden layers.

    The networks are `digits_five`, with layers of 200 neurons, and `folded_fa`, with as many
    weights in all, of another number of hidden layers, and the feedback that is named: FA sends the
    error from layer to layer through each one's own random weights, direct FA (Nokland 2016,
    arXiv:1609.01596) from the output to each layer; transported weights follow the forward ones, as
    backpropagation's do, and are not local. For comparison all hidden layers but the highest keep
    their first weights (top layer). Nothing else is set for any depth or feedback, but the initial
    weights of a single layer for the plane. Each point of the plane is 80 input rates linear in its
    coordinates; classes are the fields of a chessboard. A path angle is that between the forward
    weights from a layer up to the output, multiplied, and the feedback weights down to it. Chosen
    here: all of it, on digits that were held out of the training, and on points of another seed.
    """

    name, shows = "deeper", "networks of several hidden layers"
    seeds, few, spiking = 5, 1, True
    size = (7.0, 4.0)

    def one(self, seed: int, quick: bool) -> Tables:
        """Errors in percent by depth and feedback; path angles and rates of each hidden layer."""
        tqdm.set_lock(RLock())  # its own is the system's, and stays if this process is killed
        errors, layers = [], {}
        for task, sizes in SIZES.items():
            for depth in [n for n in sizes if not quick or n <= FEW]:
                for rule in FEEDBACK if depth > 1 else (FA, TRANSPORT):
                    model = network(task, depth, rule, seed).but(SHORT if quick else {})
                    run = history(model)
                    errors.append((task, rule, depth, 100 * run["test_error"][-1]))
                    layers[task, rule, depth] = table_of(
                        ("layer", "path_angle_deg", "rate_hz"),
                        (
                            (k, run[f"path_angle_{name}_deg"][-1], run[f"rate_{name}_hz"][-1])
                            for k, name in enumerate(layer_names(model), 1)
                        ),
                    )
        columns = ("task", "rule", "hidden_layers")
        return {
            "errors": table_of((*columns, "error"), errors),
            "layers": below(layers, columns),
        }

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the means over seeds."""
        return claims(tables, quick)

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Errors by depth of both tasks; path angles and rates by layer."""
        draw(figure, tables)


def network(task: str, depth: int, rule: str, seed: int) -> Model:
    """A network of so many hidden layers, with this feedback; a seed draws data and weights."""
    drawn = {"digits": "task.split_seed", "plane": "task.seed"}[task]
    changes = {
        "hidden.layers": depth,
        "hidden.size": SIZES[task][depth],
        "feedback.kind": FEEDBACK[rule],
        "hidden.frozen": depth - 1 if rule == TOP else 0,
        "training.seed": seed,
        "recording.depth": True,
        "recording.trials": 0,
        drawn: seed,
    }
    alone = ONE_LAYER if (task, depth) == ("plane", 1) else {}
    return load_model(MODELS[task]).but(changes | alone)
