"""Chunks of trials that make every population of a small network fire."""

import dataclasses
import multiprocessing

import numpy as np
from helpers.waits import LIMIT

from spikingfa.engine import Chunk
from spikingfa.engine.compiled import cache
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint, Population
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import random_feedback, synaptic_values
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates, parameters
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology

N_TRIALS = 12


def make_chunk(model: Model, learn: bool = True, **changes) -> tuple[Blueprint, Chunk]:
    """A network for 8 features and 3 classes, with trials that make every population fire."""
    rng = np.random.default_rng(4)
    x = rng.random((N_TRIALS, 8), dtype=np.float32)
    topology = Topology(model, Stimuli(8, 3, float((x.astype(float) ** 2).sum(axis=1).mean())))
    state = initial_state(topology, rng)
    state["hidden_to_output.w"] += 30e-12
    fixed = synaptic_values(topology, random_feedback(topology, rng))
    rates = learning_rates(topology, 0.0)
    rates = rates if learn else dict.fromkeys(rates, 0.0)
    chunk = Chunk(
        stimuli=x,
        order=rng.permutation(N_TRIALS),
        targets=np.arange(N_TRIALS) % 3,
        answers=np.eye(3),
        trial=float(model.training.trial),
        parameters=parameters(topology) | rates,
        arrays=state | fixed,
        carried=tuple(state),
        seed=1,
        record=True,
    )
    return blueprint(topology), dataclasses.replace(chunk, **changes)


def assert_same(one, other, what=("state", "readout", "n_spikes", "spikes")):
    for name in what:
        a, b = getattr(one, name), getattr(other, name)
        assert a.keys() == b.keys()
        for key in a:
            np.testing.assert_array_equal(a[key], b[key], err_msg=f"{name} {key}")


def small_blueprint() -> Blueprint:
    """Quick to compile."""
    return Blueprint(1e-3, (Population("input", 2, "x : 1", threshold="x > 1"),))


def _compile(text, queue):
    program = cache.compiled(Blueprint.from_json(text))
    queue.put((program.folder / "main").stat().st_ino)


def compiled_by_two_processes() -> set[int]:
    """The small network's programs in the cache, of two processes that want it at once."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    arguments = (small_blueprint().to_json(), queue)
    both = [context.Process(target=_compile, args=arguments) for _ in range(2)]
    for process in both:
        process.start()
    files = {queue.get(timeout=LIMIT) for _ in both}
    for process in both:
        process.join(LIMIT)
    return files
