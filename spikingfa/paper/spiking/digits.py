"""MNIST in spikes: the networks that experiments compare, and how errors and angles are drawn."""

import tempfile
from pathlib import Path
from threading import RLock

import numpy as np
from matplotlib.figure import Figure
from tqdm import tqdm

from spikingfa.model.files import load_model
from spikingfa.model.model import Model
from spikingfa.paper.drawing import Curve, panel
from spikingfa.paper.rate.mnist_curves import ERROR, draw_angles, draw_ends, draw_errors
from spikingfa.paper.tables import Table, Tables
from spikingfa.training.train import train

#: What is set besides the model `mnist_fa`, by kind of neuron.
NEURONS = {
    "lif": {"training.epochs": 5},
    "stochastic": {
        "training.epochs": 1,
        "hidden.model": "stochastic_sigmoid",
        "hidden.i_bias": "0 pA",
        "hidden.size": 500,
        "output.model": "stochastic_sigmoid",
        "output.i_bias": "-60 pA",
        "output.rate_max": "400 Hz",
        "output.teacher_rate": "200 Hz",
        "plasticity.eta_output": 0.4,
    },
}
QUICK = {"task.limit": 1500, "hidden.size": 100, "training.epochs": 2, "training.trial": "100 ms"}
#: A frozen layer is driven by stronger weights; those of `mnist_fa` hardly make a neuron fire.
SHALLOW = {"plasticity.eta_hidden": 0, "hidden.i_init": "400 pA"}
BP = {"feedback.kind": "transport"}

TITLES = {"lif": "LIF neurons", "stochastic": "stochastic sigmoid neurons"}


def network(neurons: str, settings: dict, quick: bool) -> Model:
    """A network of these neurons with these settings."""
    return load_model("mnist_fa").but(NEURONS[neurons] | settings | (QUICK if quick else {}))


def curves(rules: dict[str, dict], seed: int, quick: bool) -> Tables:
    """Train each variant with each kind of neuron.

    Parameters
    ----------
    rules : dict of dict
        Settings by the name of the variant.
    seed : int
    quick : bool

    Returns
    -------
    dict of dict of ndarray
        By kind of neuron: columns ``epoch`` and, by variant, ``error_<variant>`` in percent,
        ``angle_<variant>_deg`` between W and B of the output, ``rate_<variant>_hz`` of the hidden
        neurons.

    Raises
    ------
    DataError
        MNIST is nowhere and cannot be downloaded.
    """
    tqdm.set_lock(RLock())  # its own is the system's, and stays behind if this process is killed
    found = {}
    for neurons in NEURONS:
        found[neurons] = {}
        for name, settings in rules.items():
            history = _history(network(neurons, settings, quick), seed)
            found[neurons] |= {
                "epoch": history["epoch"],
                f"error_{name}": 100 * history["test_error"],
                f"angle_{name}_deg": history["angle_hidden_deg"],
                f"rate_{name}_hz": history["rate_hidden_hz"],
            }
    return found


def _history(model: Model, seed: int) -> Table:
    with tempfile.TemporaryDirectory(prefix="spikingfa-") as folder:
        run = train(model, seed=seed, out=Path(folder) / "run", progress=False)
        return {name: np.array(column) for name, column in run.history.items()}


def draw(
    figure: Figure, tables: Tables, looks: dict[str, tuple[str, str]], with_angles: tuple[str, ...]
) -> None:
    """Draw errors over epochs, or after the only one; the angle of W and B of LIF neurons.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    tables : dict of dict of ndarray
        What `curves` returned, of all seeds.
    looks : dict of (str, str)
        By variant, its name in the figure and its colour.
    with_angles : tuple of str
        Variants whose angle is drawn.
    """
    for kind, left, draw_kind, xlabel in (
        ("lif", 0.08, draw_errors, "epoch"),
        ("stochastic", 0.45, draw_ends, ""),  # one epoch is not a curve
    ):
        ax = panel(figure, (left, 0.17, 0.17, 0.7), ERROR, xlabel)
        ax.set_title(TITLES[kind], fontsize="medium")
        of_kind = {n: Curve(tables[kind], f"error_{rule}", c) for rule, (n, c) in looks.items()}
        draw_kind(ax, of_kind)
    angles = panel(figure, (0.75, 0.17, 0.14, 0.7), r"angle of $W$ and $B^\mathsf{T}$", "epoch")
    angles.set_title(TITLES["lif"], fontsize="medium")
    curves = {
        looks[rule][0]: Curve(tables["lif"], f"angle_{rule}_deg", looks[rule][1])
        for rule in with_angles
    }
    draw_angles(angles, curves)


def spread(errors: np.ndarray) -> str:
    """Mean and standard deviation over seeds."""
    spread = f" ± {errors.std(ddof=1):.2f}" if len(errors) > 1 else ""
    return f"{errors.mean():.2f}{spread} %"
