"""All randomness of a run comes from one seed, in streams that do not touch each other."""

import numpy as np

# new ones at the end, so that the others stay what they are
STREAMS = (
    *("weights", "feedback", "order", "noise", "shift", "lesion", "weight noise", "structure"),
    *("neurons", "sample"),
)

#: What the network does meanwhile: the noise of one is not that of another.
NOISE_USES = ("learning", "testing", "mirroring")


def stream(seed: int, name: str, index: int = 0) -> np.random.Generator:
    """An independent generator for one use of randomness.

    Parameters
    ----------
    seed : int
        The run's seed.
    name : one of `STREAMS`
    index : int
        Which epoch it is for, where that matters.
    """
    return np.random.default_rng(_sequence(seed, name, index))


def noise_seed(seed: int, use: str) -> int:
    """The seed of the simulator's noise for one of `NOISE_USES` (31 bits)."""
    return int(_sequence(seed, "noise", NOISE_USES.index(use)).generate_state(1)[0] >> 1)


def _sequence(seed: int, name: str, *index: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(seed, spawn_key=(STREAMS.index(name), *index))
