"""Heterogeneity: what differs from neuron to neuron, or synapse to synapse, but does not learn."""

from zlib import crc32

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.base.seeds import stream
from spikingfa.model.distribution import Distribution
from spikingfa.model.layers import Hidden, Output
from spikingfa.network.topology import Topology


def heterogeneity(topology: Topology) -> dict[str, np.ndarray]:
    """Draw the parameters that a model gives as distributions.

    Each has a stream of the model's seed to itself, so that no other changes with it.

    Returns
    -------
    dict of ndarray
        Parameters ``<layer>.<name>`` (n,), delays ``<pre>_to_<post>.delay`` (n_pre, n_post), in SI
        units.

    Raises
    ------
    ModelError
        A neuron came out as none can be, such as with its threshold below its reset.
    """
    seed, arrays = topology.model.training.seed, {}
    for path in topology.pathways:
        drawn = {
            name: distribution.draw(_rng(seed, f"{path.post}.{name}"), (path.n_post,))
            for name, distribution in path.target.distributions().items()
        }
        _check_order(path.post, path.target, drawn)
        arrays |= {f"{path.post}.{name}": values for name, values in drawn.items()}
        if isinstance(path.target.delay, Distribution):
            name = f"{path.name}.delay"
            arrays[name] = path.target.delay.draw(_rng(seed, name), (path.n_pre, path.n_post))
    return arrays


def _rng(seed: int, name: str) -> np.random.Generator:
    return stream(seed, "neurons", crc32(name.encode()))


def _check_order(name: str, layer: Hidden | Output, drawn: dict[str, np.ndarray]) -> None:
    if broken := layer.out_of_order(drawn):
        low, high = broken
        raise ModelError(
            f"{name}.{low if low in drawn else high}: of the neurons drawn some have {low} at or"
            f" above {high}; narrower distributions keep them apart"
        )
