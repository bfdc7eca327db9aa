"""The matrices B of the feedback synapses."""

from functools import reduce

import numpy as np

from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.pathways import Pathway
from spikingfa.network.topology import Topology

Matrices = dict[str, np.ndarray]


def random_feedback(topology: Topology, rng: np.random.Generator) -> Matrices:
    """Random matrices (n_source, n_hidden) by layer name.

    B ~ U[-1, 1], or normal of the same root mean square, 1 / sqrt(3). Of each matrix, a part
    `feedback.sparsity` is zero: synapses that are not there.
    """
    section, sizes = topology.model.feedback, topology.sizes
    normal = section.distribution == "normal"
    draw, bounds = (rng.normal, (0.0, 1 / np.sqrt(3))) if normal else (rng.uniform, (-1.0, 1.0))
    matrices = {
        path.post: draw(*bounds, (sizes[path.source.name], sizes[path.post]))
        for path in topology.feedback
    }
    if section.sparsity:
        for b in matrices.values():
            removed = rng.permutation(b.size)[: round(section.sparsity * b.size)]
            b.flat[removed] = 0
    return matrices


def effective_forward_weights(topology: Topology, state: Matrices) -> Matrices:
    """The forward weights (n_hidden, n_source) that each B stands for, by layer name.

    They lead to the layer whose errors come back: to the next one, or the output, where they are
    the product of all matrices in between, summed over all ways there are.
    """
    path = feedback_rule(topology.model).path
    if path == "direct":
        return weights_to_output(topology, state)
    hops = topology.feedback  # none without feedback
    return {hop.post: state[f"{hop.post}_to_{hop.source.name}.w"].astype(float) for hop in hops}


def weights_to_output(topology: Topology, state: Matrices) -> Matrices:
    """Products (n_hidden, n_outputs) of all forward weights from each layer up to the output.

    They are summed over all ways there are, and in amp to the power of the number of synapses.
    """
    forward: Matrices = {}
    for name in reversed(topology.hidden):
        ways = (_onwards(path, state, forward) for path in topology.forward_from(name))
        forward[name] = reduce(np.add, ways)
    return dict(reversed(forward.items()))


def _onwards(path: Pathway, state: Matrices, forward: Matrices) -> np.ndarray:
    """The weights of a pathway, times those from its target to the output."""
    w = state[f"{path.name}.w"].astype(float)
    return w if path.post == "output" else w @ forward[path.post]


def feedback_from_output(topology: Topology, b: Matrices) -> Matrices:
    """Products (n_outputs, n_hidden) of all B from the output down to each layer."""
    products: Matrices = {}
    for hop in reversed(topology.feedback):
        above = products.get(hop.source.name)
        products[hop.post] = b[hop.post] if above is None else above @ b[hop.post]
    return dict(reversed(products.items()))


def feedback_matrices(topology: Topology, random: Matrices, state: Matrices) -> Matrices:
    """The matrices B of the model's rule while the weights are those of `state`."""
    rule = feedback_rule(topology.model)
    if rule.learns:
        return _learnt(topology, random, state)
    b = rule.matrices(random, effective_forward_weights(topology, state))
    levels = topology.model.feedback.levels
    return b if levels is None else {name: quantised(matrix, levels) for name, matrix in b.items()}


def quantised(b: np.ndarray, levels: int) -> np.ndarray:
    """B rounded to so many values, evenly spaced from -1 to 1 times its largest size.

    Zeros stay zeros: a synapse that is not there has no strength.
    """
    largest = np.abs(b).max(initial=0)
    if not largest:
        return b
    steps = np.round((b / largest + 1) / 2 * (levels - 1))
    return np.where(b == 0, 0.0, largest * (2 * steps / (levels - 1) - 1))


def _learnt(topology: Topology, random: Matrices, state: Matrices) -> Matrices:
    b = {}
    for hop in topology.feedback:
        name = f"{hop.projections[0]}.b"
        b[hop.post] = state[name][:: hop.source.neurons] if name in state else random[hop.post]
    return b


def with_kept_norm(topology: Topology, state: Matrices) -> Matrices:
    """B that learn, of the root mean square that random ones have, onto each hidden neuron.

    A neuron scales all synapses that errors reach it through by one factor (synaptic scaling:
    Turrigiano 2008, Cell 135:422), so that errors neither grow nor shrink with what B learn.
    """
    if not topology.model.feedback.keep_norm or not feedback_rule(topology.model).learns:
        return {}
    names = (f"{name}.b" for name in topology.feedback_names)
    return {name: _of_random_size(state[name]) for name in names}


def _of_random_size(b: np.ndarray) -> np.ndarray:
    rms = np.sqrt(np.mean(b**2, axis=0))
    return np.divide(b, np.sqrt(3) * rms, out=b.copy(), where=rms > 0)


def synaptic_values(topology: Topology, b: Matrices) -> Matrices:
    """Matrices as synaptic variables; error neurons of one output share their row."""
    return {
        f"{name}.b": np.repeat(b[hop.post], hop.source.neurons, axis=0)
        for hop in topology.feedback
        for name in hop.projections
    }
