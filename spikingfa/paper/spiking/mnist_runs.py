"""MNIST in spikes: the networks that experiments compare, and what is kept of a training."""

import tempfile
from pathlib import Path
from threading import RLock

import numpy as np
from tqdm import tqdm

from spikingfa.model.files import load_model
from spikingfa.model.model import Model
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
