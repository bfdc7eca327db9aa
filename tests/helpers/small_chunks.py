"""The same for networks whose parameters differ from neuron to neuron."""

import numpy as np

from spikingfa.engine import Chunk
from spikingfa.model.model import Model
from spikingfa.network.feedback_weights import random_feedback, synaptic_values
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import parameters, while_learning, while_tested
from spikingfa.network.pathways import Stimuli, forward_names
from spikingfa.network.topology import Topology

SIZE = Stimuli(n_features=8, n_classes=3, mean_square_sum=2.0)


def make_chunk(model: Model, learn=True, **arrays) -> Chunk:
    rng = np.random.default_rng(4)
    x = rng.random((12, 8), dtype=np.float32)
    topology = Topology(model, SIZE)
    state = initial_state(topology, rng) | arrays
    state[f"{forward_names(model)[-1]}.w"] += 30e-12
    fixed = synaptic_values(topology, random_feedback(topology, rng))
    values = while_learning(topology, 0.0) if learn else while_tested(topology)
    return Chunk(
        stimuli=x,
        order=np.arange(12),
        targets=np.arange(12) % 3,
        answers=np.eye(SIZE.n_classes),
        trial=0.1,
        parameters=parameters(topology) | values,
        arrays=state | fixed,
        carried=tuple(state),
        record=True,
    )
