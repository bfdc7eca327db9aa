"""Synapses delivered row by row against Brian2's own path, bit for bit."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spikingfa.blueprint import Blueprint, Population, Projection
from spikingfa.engine import Chunk
from spikingfa.engine.standalone import StandaloneEngine
from spikingfa.engine.vectorised import by_row

N_STEPS = 40

#: fires in the steps that the table of stimuli says: a trial is one step
SOURCE = Population(
    "input",
    0,
    "trial : integer (shared)\nx : 1\nn_spikes : integer",
    threshold="x > 0.5",
    reset="n_spikes += 1",
    onset="trial = int(t/dt + 0.5)\nx = pixel(trial, i)",
)
TARGET = Population(
    "post", 0, "du/dt = -u/(10*ms) : 1\nz : 1\ntotal : 1\nn_spikes : integer", recorded=("u",)
)

#: (equations, on_pre): what forward, feedback and other synapses do
STATEMENTS = {
    "deliver and learn": ("w : 1\neta : 1 (shared)", "u_post += w\nw = w - eta*(z_post + 0.1*w)"),
    "bounded, of both neurons": ("w : 1", "u_post += w*x_pre\nw = clip(w + 0.3*z_post, -0.5, 0.5)"),
    "to the presynaptic neuron": ("w : 1", "x_pre = x_pre*0.5 + w*u_post\nu_post -= x_pre"),
    "summed": ("w : 1\ntotal_post = w*x_pre : 1 (summed)", ""),
}


def network(statements: str, n_pre: int, n_post: int, vectorised: bool) -> Blueprint:
    equations, on_pre = STATEMENTS[statements]
    projection = Projection("syn", "input", "post", equations, on_pre, delayed=bool(on_pre))
    populations = dataclasses.replace(SOURCE, size=n_pre), dataclasses.replace(TARGET, size=n_post)
    return Blueprint(1e-3, populations, (projection,), vectorised=vectorised)


def outcome(engine: StandaloneEngine, spikes, w, delay: int, eta: float, z):
    on_pre = engine.blueprint.projections[0].on_pre
    parameters = {"syn.delay": delay * 1e-3} if on_pre else {}
    if "eta" in on_pre:
        parameters["syn.eta"] = eta
    nothing = np.zeros(len(z))
    chunk = Chunk(
        stimuli=spikes.astype(np.float32),
        order=np.arange(N_STEPS),
        targets=np.zeros(N_STEPS, int),
        trial=1e-3,
        parameters=parameters,
        arrays={"syn.w": w, "post.z": z, "post.u": nothing, "post.total": nothing},
        carried=("syn.w", "post.u", "post.total"),
    )
    done = engine.run(chunk)
    return {**done.state, "u(t)": done.readout["u"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statements", "n_pre", "n_post"),
    [*((name, 5, 19) for name in STATEMENTS), ("deliver and learn", 1, 1)],
)
def test_any_network_gives_the_same_bits(statements, n_pre, n_post, tmp_path):
    """Random weights, delays, learning rates and spike trains."""
    paths = [tmp_path / "vectorised", tmp_path / "stock"]
    for path in paths:
        path.mkdir()
    engines = [
        StandaloneEngine(network(statements, n_pre, n_post, vectorised), path)
        for vectorised, path in zip((True, False), paths)
    ]
    assert engines[0].blueprint != engines[1].blueprint

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        seed=st.integers(0, 2**32 - 1),
        rate=st.sampled_from([0.0, 0.05, 0.5, 1.0]),
        delay=st.integers(0, N_STEPS + 5),
        eta=st.floats(-2, 2),
    )
    def same(seed, rate, delay, eta):
        rng = np.random.default_rng(seed)
        spikes = rng.random((N_STEPS, n_pre)) < rate
        given = (spikes, rng.normal(size=(n_pre, n_post)), delay, eta, rng.normal(size=n_post))
        vectorised, stock = (outcome(engine, *given) for engine in engines)
        for name, array in stock.items():
            np.testing.assert_array_equal(vectorised[name], array, err_msg=name)

    same()


def test_an_unknown_way_to_look_indices_up_is_refused():
    """Better no program than one that reads indices which are not there."""
    known = ["const int32_t _postsynaptic_idx = _ptr_array_s__synaptic_post[_idx];", "v = 1;"]
    assert by_row(known) == ["const size_t _postsynaptic_idx = _j;", "v = 1;"]
    with pytest.raises(NotImplementedError, match="unknown here"):
        by_row(["const long k = _ptr_array_s__synaptic_post[_idx];"])
