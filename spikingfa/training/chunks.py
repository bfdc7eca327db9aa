"""Chunks: trials that are run in one go, between two looks at the weights and learning rates."""

from dataclasses import replace

import numpy as np

from spikingfa.base.seeds import stream
from spikingfa.engine import Chunk
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


def pieces(n: int, before: int, every: int | None) -> list[slice]:
    """The trials of a chunk, cut where `every` divides the number of all trials so far.

    `before` is how many came before the chunk.
    """
    cuts = range(every - before % every, n, every) if every else ()
    ends = [*cuts, n]
    return [slice(begin, end) for begin, end in zip([0, *ends], ends)]


def piece_of(chunk: Chunk, trials: slice, state: dict[str, np.ndarray]) -> Chunk:
    """Some trials of a chunk, with what the trials before have left.

    In trials the numbers are those of the whole. In continuous operation a piece begins at rest.
    """
    if len(chunk.order[trials]) == len(chunk.order):
        return chunk
    return replace(chunk.part(trials), arrays=chunk.arrays | state)


def earlier(order: np.ndarray) -> np.ndarray:
    """How often each stimulus of an order has come in it before."""
    by_stimulus = np.argsort(order, kind="stable")
    _, first, n = np.unique(order[by_stimulus], return_index=True, return_counts=True)
    counts = np.empty(len(order), int)
    counts[by_stimulus] = np.arange(len(order)) - np.repeat(first, n)
    return counts
