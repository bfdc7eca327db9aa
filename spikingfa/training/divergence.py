"""The error of a training whose numbers explode: the variable, and the trial."""

from collections.abc import Callable

import numpy as np

from spikingfa.base.errors import SimulationError
from spikingfa.engine import Chunk, Outcome

ABSURD_WEIGHT = 1e-3  # A; a million times what makes a neuron fire
_RATES = "the learning rates (plasticity.eta_hidden, plasticity.eta_output) are too high"
_LOST = "became infinite or not a number"


def diverged(outcome: Outcome) -> bool:
    """Whether anything exploded."""
    return bool(ran_away(outcome) or outcome.diverged)


def ran_away(outcome: Outcome) -> list[str]:
    """Projections whose weights are not to be believed any more."""
    weights = {name: w for name, w in outcome.state.items() if name.endswith(".w")}
    absurd = [name for name, w in weights.items() if not (np.abs(w) < ABSURD_WEIGHT).all()]
    return [name.removesuffix(".w") for name in absurd]


def cause(run: Callable[[Chunk], Outcome], chunk: Chunk, outcome: Outcome) -> tuple[str, int]:
    """The variable that exploded first while a chunk was learnt, and the trial.

    Parameters
    ----------
    run : function
        Runs a chunk: this one is run again, up to some of its trials, to find the one in which
        weights ran away. The first trials of a chunk come to the same numbers again.
    chunk : Chunk
    outcome : Outcome
        What it left, of which `diverged` is true.
    """
    neurons = min(outcome.diverged.items(), key=lambda item: item[1], default=None)
    names = ran_away(outcome)
    if names:
        names, trial = _first(run, chunk, names)
        if neurons is None or trial <= neurons[1]:
            return f"the weights {names[0]} ran away in trial {{}}: {_RATES}", trial
    name, trial = neurons
    return f"{name} {_LOST} in trial {{}}: its equations may need a smaller training.dt", trial


def _first(run, chunk: Chunk, names: list[str]) -> tuple[list[str], int]:
    good, bad = 0, len(chunk.order)  # trials after which the weights can be believed, or not
    while bad - good > 1:
        middle = (good + bad) // 2
        part = chunk.part(slice(middle))
        now = ran_away(run(part))
        good, bad, names = (good, middle, now) if now else (middle, bad, names)
    return names, bad - 1


def checked(outcome: Outcome) -> Outcome:
    """The outcome where nothing was learnt, if no variable of a neuron exploded.

    Raises
    ------
    SimulationError
        One did.
    """
    for name, trial in outcome.diverged.items():
        raise SimulationError(
            f"{name} {_LOST} in trial {trial + 1} of those shown: its equations may need a smaller"
            " training.dt"
        )
    return outcome
