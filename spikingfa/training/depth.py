"""Diagnosis of deep networks: what becomes of the error from layer to layer.

After every epoch a few training stimuli are shown again, with a teacher and with weights that are
put back afterwards, so that the training itself is the same whether this is measured or not.
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from spikingfa.base.reading import read_mapped
from spikingfa.engine import Chunk
from spikingfa.engine.traced import Traced
from spikingfa.network.feedback_weights import (
    Matrices,
    effective_forward_weights,
    feedback_from_output,
    synaptic_values,
    weights_to_output,
)
from spikingfa.network.topology import Topology
from spikingfa.rules.feedback import RULES
from spikingfa.training.analysis import layer_angles
from spikingfa.training.divergence import checked
from spikingfa.training.session import Session
from spikingfa.training.train_sample import train_sample

N_WATCHED = 20  # trials in which neurons are watched
N_LEARNT = 100  # trials whose changes of weights are compared
EVERY = 1e-3  # s between two looks at a neuron


def measure_depth(session: Session, state: Matrices, folder: Path) -> dict[str, float]:
    """Columns of the history, for each hidden layer that errors reach.

    Parameters
    ----------
    state : dict of ndarray
        The weights, and what else is carried.
    folder : Path
        Where files may be for a while.

    Returns
    -------
    dict of float
        ``path_angle_<layer>_deg`` between the product of the forward weights from the layer up to
        the output and that of the feedback weights back down; ``in_window_<layer>``, the mean of
        the neurons' sensitivity, and ``apical_<layer>_pa``, that of their apical currents' sizes,
        over trials with a teacher; ``cosine_<layer>`` of the change that errors make to all weights
        onto the layer, to the one that transported weights would make.
    """
    topology = session.topology
    names = [hop.post for hop in topology.feedback]
    angles = layer_angles(
        weights_to_output(topology, state), feedback_from_output(topology, session.feedback(state))
    )
    columns = {f"path_angle_{name}_deg": angle for name, angle in angles.items()}
    if not names or not len(session.data.x_train):
        return columns
    n_train = len(session.data.x_train)
    order = train_sample(session.model.training.seed, n_train)
    columns |= _watched(session, state, order[:N_WATCHED], names, folder)
    return columns | _compared(session, state, order[:N_LEARNT], names)


def _watched(session: Session, state, order: np.ndarray, names, folder: Path) -> dict[str, float]:
    """Means over neurons that learning watches, without learning."""
    columns, dt = {}, float(session.model.training.dt)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        traced = [
            Traced(
                f"{name}.{variable}",
                np.arange(session.topology.sizes[name]),
                max(round(EVERY / dt), 1),
                Path(place) / f"{name}.{variable}.npy",
            )
            for name in names
            for variable in ("sensitivity", "i_apical")
        ]
        chunk = session.test_chunk(state, order, teacher=True)
        checked(session.engine.run(replace(chunk, record=True, traced=tuple(traced))))
        for name, (sensitivity, apical) in zip(names, zip(traced[::2], traced[1::2])):
            columns[f"in_window_{name}"] = float(read_mapped(sensitivity.path).mean())
            columns[f"apical_{name}_pa"] = 1e12 * float(np.abs(read_mapped(apical.path)).mean())
    return columns


def _compared(session: Session, state, order: np.ndarray, names) -> dict[str, float]:
    """Cosines of the changes of weights to those that transported weights would make."""
    topology = session.topology
    chunk = session.learning_chunk(state, order, 0.0, 0)
    # what errors do, without what homeostasis and decay do to both alike
    rest = {key: 0.0 for key in chunk.parameters if key.endswith((".homeostasis", ".weight_decay"))}
    chunk = replace(chunk, parameters=chunk.parameters | rest)
    forward = effective_forward_weights(topology, state)
    transported = synaptic_values(topology, RULES["transport"].matrices({}, forward))
    own, other = (
        checked(session.engine.run(replace(chunk, arrays=chunk.arrays | b))).state
        for b in ({}, transported)
    )
    return {
        f"cosine_{name}": _cosine(
            *(_changes(topology, name, chunk, after) for after in (own, other))
        )
        for name in names
    }


def _changes(topology: Topology, name: str, chunk: Chunk, after: Matrices) -> np.ndarray:
    """Changes of all forward weights onto a layer, in one row."""
    weights = [f"{path.name}.w" for path in topology.forward_into(name)]
    return np.concatenate([(after[w] - chunk.arrays[w]).ravel() for w in weights])


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    return float(one @ other / lengths) if lengths else float("nan")
