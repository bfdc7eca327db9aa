"""MNIST in spikes: the networks that experiments compare, and how errors and angles are drawn."""

from threading import RLock
from typing import ClassVar

import numpy as np
from tqdm import tqdm

from spikingfa.model.files import load_model
from spikingfa.model.model import Model
from spikingfa.paper.experiment import Experiment
from spikingfa.paper.rate.mnist_curves import curves_of, draw_angles, draw_ends, draw_errors
from spikingfa.paper.spiking.learner import history
from spikingfa.paper.tables import Tables
from spikingfa.plots.figure import Figure

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


class SpikingDigits(Experiment):
    """Variants of a network, of each kind of neurons, learn MNIST.

    Attributes
    ----------
    variants : dict of dict
        Settings, by the name of the variant.
    looks : dict of (str, str)
        By variant, its name in the figure and its colour.
    with_angles : tuple of str
        Variants whose angle is drawn.
    """

    seeds, few, spiking = 3, 1, True
    size = (7.0, 2.5)
    variants: ClassVar[dict[str, dict]]
    looks: ClassVar[dict[str, tuple[str, str]]]
    with_angles: ClassVar[tuple[str, ...]]

    def one(self, seed: int, quick: bool) -> Tables:
        """Errors in percent, angles between W and B of the output, and rates, over epochs."""
        tqdm.set_lock(RLock())  # its own is the system's, and stays if this process is killed
        tables = {neurons: {} for neurons in NEURONS}
        for neurons, table in tables.items():
            for name, settings in self.variants.items():
                run = history(network(neurons, settings, quick), seed=seed)
                table |= {
                    "epoch": run["epoch"],
                    f"error_{name}": 100 * run["test_error"],
                    f"angle_{name}_deg": run["angle_hidden_deg"],
                    f"rate_{name}_hz": run["rate_hidden_hz"],
                }
        return tables

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Errors over epochs, or after the only one; the angle of W and B of LIF neurons."""
        for kind, left, draw in (
            ("lif", 0.08, draw_errors),
            ("stochastic", 0.45, draw_ends),  # one epoch is not a curve
        ):
            errors = curves_of(tables[kind], "error_{}", self.looks)
            ax = draw(figure, (left, 0.17, 0.17, 0.7), errors)
            ax.set_title(TITLES[kind], fontsize="medium")
        looks = {name: self.looks[name] for name in self.with_angles}
        angles = curves_of(tables["lif"], "angle_{}_deg", looks)
        label = r"angle of $W$ and $B^\mathsf{T}$"
        ax = draw_angles(figure, (0.75, 0.17, 0.14, 0.7), angles, label)
        ax.set_title(TITLES["lif"], fontsize="medium")


def spread(errors: np.ndarray) -> str:
    """Mean and standard deviation over seeds."""
    spread = f" ± {errors.std(ddof=1):.2f}" if len(errors) > 1 else ""
    return f"{errors.mean():.2f}{spread} %"
