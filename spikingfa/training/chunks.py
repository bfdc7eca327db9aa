"""Chunks: trials that are run in one go, between two looks at the weights and learning rates."""

import numpy as np

from spikingfa.base.seeds import stream
from spikingfa.model.model import Model
from spikingfa.network.feedback_pathways import feedback_rule

CHUNK = 5000  # trials at most between two looks at the weights and learning rates
CHUNK_OF_FOLLOWING = 500  # the same where feedback changes between chunks


def chunk_size(model: Model) -> int:
    """Trials at most between two looks at the weights."""
    rule = feedback_rule(model)
    between = rule.follows or rule.mirrors or (rule.learns and model.feedback.keep_norm)
    return CHUNK_OF_FOLLOWING if between else CHUNK


def parts_of_epoch(model: Model, epoch: int, n_train: int) -> list[np.ndarray]:
    """The training stimuli in the order in which an epoch, 1 being the first, shows them."""
    order = stream(model.training.seed, "order", epoch).permutation(n_train)
    return np.array_split(order, chunks_per_epoch(model, n_train))


def chunks_per_epoch(model: Model, n_train: int) -> int:
    """Chunks in an epoch."""
    return -(-n_train // chunk_size(model))
