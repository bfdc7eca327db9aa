"""Our generated C++ against Brian2's own, bit for bit."""

import dataclasses
import logging

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spikingfa.engine import Chunk
from spikingfa.engine.by_row import by_row_problem
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.vectorised import by_row, independent, once
from spikingfa.network.blueprint import Blueprint, Population, Projection

N_STEPS = 40

#: fires in the steps that the table of stimuli says: a trial is one step
SOURCE = Population(
    "input",
    0,
    "trial : integer (shared)\nx : 1\nn_spikes : integer",
    threshold="x > 0.5",
    reset="n_spikes += 1",
    onset="trial = int(t/dt + 0.5)\nx = stimulus(trial, i)",
)
TARGET = Population(
    "post",
    0,
    "du/dt = -u/(10*ms) : 1 (unless refractory)\nz : 1\ntotal : 1\nn_spikes : integer",
    threshold="u > 1.5",
    reset="u = 0\nn_spikes += 1",
    refractory="t - lastspike <= 2*ms",
    recorded=("u",),
)

#: (equations, on_pre, on_post, continuous, rest): what forward, feedback and other synapses do
STATEMENTS = {
    "deliver and learn": ("w : 1\neta : 1 (shared)", "u_post += w\nw = w - eta*(z_post + 0.1*w)"),
    "without constants": (
        "w : 1\neta : 1 (shared)",
        "u_post += w\nw = w - eta*(z_post + eta*w)",
    ),
    "bounded, of both neurons": ("w : 1", "u_post += w*x_pre\nw = clip(w + 0.3*z_post, -0.5, 0.5)"),
    "to the presynaptic neuron": ("w : 1", "x_pre = x_pre*0.5 + w*u_post\nu_post -= x_pre"),
    "summed": ("w : 1\ntotal_post = w*x_pre : 1 (summed)", ""),
    "random": ("w : 1", "u_post += w*int(rand() < 0.5)"),
    "at spikes of either side": ("w : 1", "u_post += w", "w = w - 0.1*(x_pre + 0.01*w)"),
    "at postsynaptic spikes": ("w : 1\ntotal_post = w*x_pre : 1 (summed)", "", "x_pre += w"),
    "of the index": ("w : 1", "u_post += w/(1 + j)"),
    "continuous": (
        "w : 1\nq : 1\neta : 1 (shared)",
        "u_post += w",
        "",
        "q += (1 - exp(-dt/(7*ms)))*(x_pre*u_post - q)\nw = clip(w - eta*dt/ms*q*z_post, -3, 3)",
        "q = 0.5*q",
    ),
    "continuous and random": ("w : 1", "u_post += w", "", "w = x_pre*w + 0.1*randn()"),
}


def network(
    statements, n_pre, n_post, vectorised=True, precision="double", differ=False
) -> Blueprint:
    texts = dict(
        zip(("equations", "on_pre", "on_post", "continuous", "rest"), STATEMENTS[statements])
    )
    delayed = bool(texts["on_pre"])
    delays = {"delayed": delayed, "delays_differ": differ}
    projection = Projection("syn", "input", "post", **texts, **delays)
    populations = dataclasses.replace(SOURCE, size=n_pre), dataclasses.replace(TARGET, size=n_post)
    return Blueprint(1e-3, populations, (projection,), vectorised, precision)


def outcome(engine: StandaloneEngine, spikes, w, delay, eta: float, z):
    """`delay` in steps: of all synapses, or of each."""
    on_pre = engine.blueprint.projections[0].on_pre
    each = np.ndim(delay) > 0
    parameters = {"syn.delay": delay * 1e-3} if on_pre and not each else {}
    delays = {"syn.delay": delay * 1e-3} if each else {}
    if "eta" in engine.blueprint.projections[0].equations:
        parameters["syn.eta"] = eta
    nothing = np.zeros(len(z))
    chunk = Chunk(
        stimuli=spikes.astype(np.float32),
        order=np.arange(N_STEPS),
        targets=np.zeros(N_STEPS, int),
        answers=np.eye(1),
        trial=1e-3,
        parameters=parameters,
        arrays={"syn.w": w, "post.z": z, "post.u": nothing, "post.total": nothing} | delays,
        carried=("syn.w", "post.u", "post.total"),
        record=True,
    )
    done = engine.run(chunk)
    t, i = done.spikes["post"]
    return {**done.state, "u(t)": done.readout["u"], "spike times": t, "spikes": i}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statements", "n_pre", "n_post", "precision"),
    [
        *((name, 9, 19, "double") for name in STATEMENTS),
        ("deliver and learn", 1, 1, "double"),
        # constants are doubles in Brian2's C++ of singles
        ("without constants", 131, 67, "single"),
        ("continuous", 131, 67, "single"),
    ],
)
def test_any_network_gives_the_same_bits(statements, n_pre, n_post, precision, tmp_path):
    """Random weights, delays, learning rates and spike trains."""
    paths = [tmp_path / "vectorised", tmp_path / "stock"]
    for path in paths:
        path.mkdir()
    engines = [
        StandaloneEngine(network(statements, n_pre, n_post, vectorised, precision), path)
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
        ours, stock = (outcome(engine, *given) for engine in engines)
        for name, array in stock.items():
            np.testing.assert_array_equal(ours[name], array, err_msg=name)

    same()


@pytest.mark.slow
@pytest.mark.parametrize(
    "statements",
    ["deliver and learn", "to the presynaptic neuron", "random", "at spikes of either side"],
)
def test_delays_of_each_synapse_give_the_same_bits(statements, tmp_path):
    """Synapses are sorted by delay, where Brian2 keeps a queue of them."""
    paths = [tmp_path / "vectorised", tmp_path / "stock"]
    for path in paths:
        path.mkdir()
    engines = [
        StandaloneEngine(network(statements, 9, 19, vectorised, differ=True), path)
        for vectorised, path in zip((True, False), paths)
    ]
    rng = np.random.default_rng(3)
    for longest in (0, 1, 7, N_STEPS + 5):
        spikes, z = rng.random((N_STEPS, 9)) < 0.3, rng.normal(size=19)
        delays = rng.integers(0, longest, (9, 19), endpoint=True)
        given = (spikes, rng.normal(size=(9, 19)), delays, 0.3, z)
        ours, stock = (outcome(engine, *given) for engine in engines)
        assert longest > N_STEPS or len(stock["spikes"])
        for name, array in stock.items():
            np.testing.assert_array_equal(ours[name], array, err_msg=name)


def test_an_unknown_way_to_look_indices_up_is_refused():
    """Better no program than one that reads indices which are not there."""
    known = ["const int32_t _postsynaptic_idx = _ptr_array_s__synaptic_post[_idx];", "v = 1;"]
    assert by_row(known) == ["const size_t _postsynaptic_idx = _j;", "v = 1;"]
    with pytest.raises(NotImplementedError, match="unknown here"):
        by_row(["const long k = _ptr_array_s__synaptic_post[_idx];"])


@pytest.mark.long
def test_what_takes_the_stock_path_says_why(tmp_path):
    """Statements that use the index, and patterns that are not all-to-all."""
    by_index = network("of the index", 2, 3)
    some = dataclasses.replace(by_index.projections[0], name="some", connect="i == j")
    blueprint = dataclasses.replace(by_index, projections=(by_index.projections[0], some))
    told = []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())
    logger = logging.getLogger("spikingfa")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    try:
        StandaloneEngine(blueprint, tmp_path)
    finally:
        logger.removeHandler(handler)
        logger.setLevel("NOTSET")
    assert told == [
        "syn takes Brian2's own path: its statements use the index i or j",
        "some takes Brian2's own path: not all-to-all but i == j",
    ]
    assert (
        by_row_problem(network("deliver and learn", 2, 3), network("summed", 2, 3).projections[0])
        is None
    )


def test_what_shares_a_presynaptic_variable_is_not_delivered_four_at_a_time():
    assert independent(["u[_postsynaptic_idx] += w[_idx];"])
    assert independent(["const double x = _x[_presynaptic_idx];", "u[_postsynaptic_idx] += x;"])
    assert not independent(["x[_presynaptic_idx] += w[_idx];"])
    assert not independent(["x[_presynaptic_idx] = _x;"])
    assert not independent(["u[_postsynaptic_idx] += _rand(_vectorisation_idx);"])


def test_only_functions_of_constants_are_computed_once():
    class Value:
        def __init__(self, constant):
            self.constant = constant

    variables = {"dt": Value(True), "tau": Value(True), "t": Value(False)}
    lines = [
        "const float _lio_1 = 1.0f*(- dt)/tau;",
        "const float _lio_2 = exp(_lio_1);",
        "const float _lio_3 = exp(t/tau);",
        "const float _lio_4 = exp(_lio_3);",
    ]
    changed = once(lines, variables)
    assert changed[1].startswith("static const float _once_lio_2 = exp(_lio_1); ")
    assert changed[1].endswith("const float _lio_2 = _once_lio_2;")
    assert [changed[0], *changed[2:]] == [lines[0], *lines[2:]]
