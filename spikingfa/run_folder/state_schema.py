"""The arrays that a model has: names, shapes, ranges and units of what goes from trial to trial.

They follow from the model and the size of its input and output alone. Whatever comes from a file or
from a user is compared with them, so that no array may be missing, of another shape, or set what
the model sets.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from brian2.units.allunits import amp, hertz, second
from brian2.units.fundamentalunits import DIMENSIONLESS, Dimension, Quantity, get_dimensions

from spikingfa.base.text import nearest, shown
from spikingfa.base.units import not_negative, positive
from spikingfa.model.distribution import Distribution
from spikingfa.model.model import Model
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.pathways import Stimuli, forward_names
from spikingfa.network.topology import Topology

FEEDBACK = "feedback_to_"  # begins the names of the matrices B in a run's files

MAX_WEIGHT = 1.0  # A; a thousand times what ends a training as one that ran away
MAX_DELAY = 60.0  # s; the program keeps a queue of spikes as long as the longest delay
MAX_VALUE = 1e30  # of anything else: no infinity in single precision either

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class ArraySpec:
    """Shape of an array, the lowest and highest value in it, and the dimension of its unit."""

    shape: tuple[int, ...]
    low: float = -MAX_VALUE
    high: float = MAX_VALUE
    dim: Dimension = DIMENSIONLESS

    def quantity(self, array: np.ndarray) -> Quantity | np.ndarray:
        """A view of the array with its unit; the array itself, where it has none."""
        bare = self.dim is DIMENSIONLESS
        return array if bare else Quantity(array, dim=self.dim, copy=False)


Schema = dict[str, ArraySpec]


def state_schema(topology: Topology) -> Schema:
    """Every array that `initial_state` draws and a training carries, by name.

    How bright the stimuli are does not matter.

    Returns
    -------
    dict of ArraySpec
        Forward and recurrent weights come first.
    """
    model, paths = topology.model, topology.pathways
    weights = {
        f"{path.name}.w": ArraySpec((path.n_pre, path.n_post), -MAX_WEIGHT, MAX_WEIGHT, amp.dim)
        for path in paths
    }
    rest: Schema = {}
    for path in paths:
        if path.excitatory is not None:
            rest[f"{path.pre}.polarity"] = ArraySpec((path.n_pre,), -1, 1)
        if path.masked and path.plastic:
            rest[f"{path.name}.mask"] = ArraySpec((path.n_pre, path.n_post), 0, 1)
        for name, distribution in path.target.distributions().items():
            rest[f"{path.post}.{name}"] = ArraySpec(
                (path.n_post,), *_range(distribution), get_dimensions(distribution.mean)
            )
        if isinstance(path.target.delay, Distribution):
            rest[f"{path.name}.delay"] = ArraySpec(
                (path.n_pre, path.n_post), 0, MAX_DELAY, second.dim
            )
    if model.input.coding == "regular":
        rest["input.phase"] = ArraySpec((topology.sizes["input"],))
    if model.feedback.error == "spiking":
        sizes = topology.error_sizes.items()
        rest |= {f"{name}.q": ArraySpec((size,)) for name, size in sizes}
    for name, layer in topology.hidden.items():
        if model.plasticity.keeps_rates:
            rest[f"{name}.mean_rate"] = ArraySpec((layer.size,), 0, dim=hertz.dim)
        if float(model.plasticity.intrinsic):
            rest[f"{name}.i_intrinsic"] = ArraySpec((layer.size,), dim=amp.dim)
    squared = (amp**2).dim
    rest |= {
        f"{pool}.mean_square": ArraySpec((1,), 0, dim=squared) for pool in topology.pools.values()
    }
    return weights | rest | _learnt_feedback(topology)


def _range(distribution: Distribution) -> tuple[float, float]:
    lows = {positive: np.finfo(np.float32).tiny, not_negative: 0.0}
    return lows.get(distribution.check, -MAX_VALUE), MAX_VALUE


def _learnt_feedback(topology: Topology) -> Schema:
    """Feedback weights as synaptic variables, which are carried where they learn."""
    if not feedback_rule(topology.model).learns:
        return {}
    sizes = topology.all_sizes
    return {
        f"{error}_to_{hop.post}.b": ArraySpec((sizes[error], sizes[hop.post]))
        for hop in topology.feedback
        for error in hop.source.errors
    }


def feedback_schema(topology: Topology) -> Schema:
    """The matrices B (n_source, n_hidden) that a run keeps beside its state."""
    sizes = topology.sizes
    return {
        f"{FEEDBACK}{hop.post}.b": ArraySpec((sizes[hop.source.name], sizes[hop.post]))
        for hop in topology.feedback
    }


def with_units(topology: Topology, arrays: Arrays) -> dict[str, Quantity | np.ndarray]:
    """Arrays of the model as Brian2 quantities that share their memory; of no unit, as arrays."""
    schema = state_schema(topology) | feedback_schema(topology)
    return {name: schema[name].quantity(array) for name, array in arrays.items()}


def topology_in(model: Model, arrays: Arrays, mean_square_sum: float = 1.0) -> Topology:
    """The topology of a model with as many inputs and outputs as these weights have.

    Raises
    ------
    ValueError
        The first or the last forward matrix is missing, or is no matrix.
    """
    names = [f"{name}.w" for name in forward_names(model)]
    ends = [arrays.get(name) for name in (names[0], names[-1])]
    for name, matrix in zip((names[0], names[-1]), ends):
        if matrix is None:
            raise ValueError(f"there is no {name}")
        if matrix.ndim != 2 or not matrix.size:
            raise ValueError(f"{name} has the shape {matrix.shape}, the model needs a matrix")
    stimuli = Stimuli(ends[0].shape[0], ends[1].shape[1], mean_square_sum)
    return Topology(model, stimuli)


def check_arrays(arrays: Arrays, schema: Schema, optional: Collection[str] = ()) -> None:
    """Compare arrays with those that a model has.

    Raises
    ------
    ValueError
        One is missing, is not among them, is of another shape, or holds a value that is none.
    """
    for name in schema:
        if name not in arrays and name not in optional:
            raise ValueError(f"there is no {name}")
    for name in arrays:
        if name not in schema:
            raise ValueError(f"the model has no {_named(name)}{nearest(name, schema)}")
    for name, array in arrays.items():
        check_array(name, array, schema[name])


def fitting(topology: Topology, given: Arrays) -> dict[str, np.ndarray]:
    """The arrays, of those `given` to begin a training with, that the model has.

    They are returned without units: quantities must be of the model's, numbers are in SI units.
    Forward weights, and the polarities that they follow, must all be there; of the others, such as
    the charges of error neurons where errors are graded, some may be missing or left over.

    Raises
    ------
    ValueError
        Weights are missing or left over, or an array is wrong; see `check_arrays`.
    """
    schema = state_schema(topology) | feedback_schema(topology)
    weights = [name for name in given if name.endswith(".w")]
    if feedback_rule(topology.model).path != "none":
        weights += [name for name in given if name.startswith(FEEDBACK)]
    kept = {name: given[name] for name in given if name in schema or name in weights}
    needed = (".w", ".polarity")
    bare = {name: np.asarray(array) for name, array in kept.items()}
    check_arrays(bare, schema, optional=[name for name in schema if not name.endswith(needed)])
    for name, array in kept.items():
        if isinstance(array, Quantity) and array.dim is not schema[name].dim:
            raise ValueError(f"{name} is in {array.dim}, the model needs {schema[name].dim}")
    return bare


def _named(name: str) -> str:
    return name if re.fullmatch(r"[\w.]{1,100}", name, re.ASCII) else shown(name)


def check_array(name: str, array: np.ndarray, spec: ArraySpec) -> None:
    """Compare one array with what the model needs; see `check_arrays`."""
    if array.shape != spec.shape:
        raise ValueError(f"{name} has the shape {array.shape}, the model needs {spec.shape}")
    if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
        raise ValueError(f"not all of {name} are numbers")
    low, high = float(array.min()), float(array.max())
    if low < spec.low or high > spec.high:
        raise ValueError(
            f"{name} goes from {low:.4g} to {high:.4g}, the model needs values from"
            f" {spec.low:.4g} to {spec.high:.4g}"
        )
