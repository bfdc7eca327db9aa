"""Two trials of a network of a few neurons, in which every number can be followed."""

import numpy as np

from spikingfa.engine import Chunk
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import random_feedback, synaptic_values
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import parameters, while_learning
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology

STEPS, DT = 60, 1e-3


def tiny_chunk(model: Model) -> tuple:
    """Five features, four hidden neurons, two classes; two trials that make all of them fire."""
    rng = np.random.default_rng(3)
    x = rng.random((2, 5), dtype=np.float32)
    topology = Topology(model, Stimuli(5, 2, float((x.astype(float) ** 2).sum(axis=1).mean())))
    state = initial_state(topology, rng)
    state["input_to_hidden.w"] += 200e-12
    state["hidden_to_output.w"] += 60e-12
    fixed = synaptic_values(topology, random_feedback(topology, rng))
    chunk = Chunk(
        stimuli=x,
        order=np.arange(2),
        targets=np.array([0, 1]),
        answers=np.eye(2, dtype=np.float32),
        trial=STEPS * DT,
        parameters=parameters(topology, STEPS * DT) | while_learning(topology, 0.0),
        arrays=state | fixed,
        carried=tuple(state),
        record=True,
    )
    return blueprint(topology), chunk
