"""A NIR graph is read back by nir and, run by others, does what the network did.

Run in NumPy (`nir_numpy`) with the recorded input it gives the recorded spikes, one by one, where
there is no refractory period, which NIR does not have. Without the 2 ms that a neuron had it fires
faster, as fast as its rates say (a test). Of `digits_fa` (5 epochs, 300 test digits) hidden neurons
then fire 14 % more spikes and the output 30 % more, and 99.3 % of the answers are the same.

Norse, where it is installed, is the other program. With Norse 1.1.0 and PyTorch 2.14 the test
passes. Norse takes steps by forward Euler, with a dt of a fifth of tau_syn, and lets the synaptic
current leak to v_leak, so that the network it is given has no bias current. snnTorch 1.0.0
refuses the graph: its import has one dt, 0.1 ms, and needs r = tau_mem / dt.
"""

import numpy as np
import pytest

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.cli.main import main
from spikingfa.export import export
from spikingfa.network.feedback_weights import effective_forward_weights
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.state_schema import topology_in

nir = pytest.importorskip("nir", reason="needs nir: extra test-all")
from helpers import nir_numpy  # noqa: E402

NO_REFRACTORY = {"hidden.tau_refrac": "0 ms", "output.tau_refrac": "0 ms"}
LOUD = {"output.i_init": "60 pA", "recording.trials": 12}
SLOW = pytest.mark.slow


def raster(spikes: Spikes, name: str, dt: float) -> np.ndarray:
    """1 where a neuron spikes: (n_trials, n_steps, n)."""
    t, i = spikes.of(name)
    n_steps = round(spikes.duration / dt)
    found = np.zeros((len(spikes.onsets) * n_steps, spikes.sizes[spikes.populations.index(name)]))
    found[np.round(t / dt).astype(int), i] = 1
    return found.reshape(len(spikes.onsets), n_steps, -1)


def graph_of(run: Run, folder) -> nir.NIRGraph:
    (path,) = export(run, "nir", folder / "a.nir")
    return nir.read(path)


def shown_again(graph: nir.NIRGraph, run: Run) -> dict[str, np.ndarray]:
    """Spikes (n_trials, n_steps, n) when the graph is shown the recorded input."""
    dt = float(graph.metadata["dt"])
    return nir_numpy.run(graph, raster(run.spikes, "input", dt), dt)


@pytest.mark.long
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="plain"),
        pytest.param(
            {"training.dt": "0.5 ms", "hidden.delay": "3 ms", "output.inhibition": "20 pA"},
            id="delay and inhibition",
        ),
        pytest.param(
            {"hidden.recurrent": "plastic", "hidden.sparsity": 0.5, "hidden.i_bias": "60 pA"},
            id="recurrent",
            marks=SLOW,
        ),
        pytest.param(
            {"hidden.layers": 2, "feedback.kind": "layerwise", "hidden.i_init": "200 pA"},
            id="deep",
            marks=SLOW,
        ),
        pytest.param(
            {"hidden.tau_m": {"dist": "normal", "mean": "20 ms", "sd": "4 ms"}},
            id="heterogeneous",
            marks=SLOW,
        ),
        pytest.param(
            {"training.continuous": True, "feedback.error_latency": "0 ms"},
            id="continuous",
            marks=SLOW,
        ),
    ],
)
def test_the_graph_gives_the_recorded_spikes(changes, tiny_model, tmp_path):
    model = tiny_model.but(NO_REFRACTORY | LOUD | changes)
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    graph = graph_of(run, tmp_path)
    dt = float(model.training.dt)
    recorded = {name: raster(run.spikes, name, dt) for name in run.spikes.populations}
    if not graph.metadata["reset_at_onset"]:  # all trials are one
        recorded = {
            name: spikes.reshape(1, -1, spikes.shape[2]) for name, spikes in recorded.items()
        }
    found = nir_numpy.run(graph, recorded["input"], dt)
    assert {"hidden", "output"} <= {name.partition("_")[0] for name in found}
    for name, spikes in found.items():
        np.testing.assert_array_equal(spikes, recorded[name], err_msg=name)
        assert spikes.sum() > 20, name


def test_without_its_refractory_period_a_neuron_fires_as_much_faster(tiny_model, tmp_path):
    """A neuron that spikes n times in a time T is held for n (tau - dt), and awake for the rest.

    Of tau_refrac = tau one step is no loss: that in which it spikes.
    """
    run = spikingfa.train(tiny_model.but(LOUD), out=tmp_path / "run", progress=False)
    graph = graph_of(run, tmp_path)
    tau = graph.nodes["hidden"].metadata["tau_refrac"]
    np.testing.assert_array_equal(tau, 2e-3)
    found = shown_again(graph, run)["hidden"].sum()
    fired = raster(run.spikes, "hidden", 1e-3).sum(axis=1)
    expected = fired / (1 - fired * (tau - 1e-3) / run.spikes.duration)
    assert found / fired.sum() == pytest.approx(expected.sum() / fired.sum(), abs=0.03)
    assert found > 1.05 * fired.sum()


def test_parameters_weights_and_metadata(tiny_run, tmp_path):
    graph = graph_of(tiny_run, tmp_path)
    assert set(graph.edges) == {
        ("input", "input_to_hidden"),
        ("input_to_hidden", "hidden"),
        ("hidden", "hidden_to_output"),
        ("hidden_to_output", "output"),
        ("output", "spikes"),
    }
    assert graph.input_type["input"] == [6]
    assert graph.output_type["spikes"] == [3]
    weights = tiny_run.arrays
    for name in ("input_to_hidden", "hidden_to_output"):
        np.testing.assert_array_equal(graph.nodes[name].weight, weights[f"{name}.w"].T)
    output = graph.nodes["output"]
    for name, value in {
        "tau_syn": 5e-3,
        "tau_mem": 20e-3,
        "r": 100e6,
        "v_leak": 12e-3,  # 120 pA
        "v_threshold": 15e-3,
        "v_reset": 0,
        "w_in": 5,
    }.items():
        np.testing.assert_allclose(getattr(output, name), np.full(3, value), atol=1e-15)
    b = graph.metadata["feedback_to_hidden"]
    np.testing.assert_array_equal(b, tiny_run.arrays["feedback_to_hidden.b"])
    topology = topology_in(tiny_run.model, tiny_run.state)
    assert b.T.shape == effective_forward_weights(topology, tiny_run.state)["hidden"].shape
    assert graph.metadata["model_toml"] == (tiny_run.folder / "model.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"hidden.model": "adex"},
            'nir has no neuron that hidden.model = "adex" could be: it needs "lif"',
        ),
        ({"output.i_noise": "20 pA"}, "nir has no noise: output.i_noise = 20. pA"),
        ({"hidden.g_couple": "1 nS"}, "nir has no apical compartments: hidden.g_couple = 1. nS"),
        (
            {"hidden.delay": {"dist": "uniform", "low": "1 ms", "high": "9 ms"}},
            "nir has one delay for each neuron, none for each synapse:"
            " hidden.delay = uniform(low 1 ms, high 9 ms)",
        ),
    ],
)
def test_what_nir_does_not_have_is_told_in_one_line(changes, told, tiny_model, tmp_path):
    run = Run(tmp_path)
    spikingfa.write_model(tiny_model.but(changes), tmp_path / "model.toml")
    np.savez(tmp_path / "weights.npz")
    with pytest.raises(ModelError) as error:
        export(run, "nir", tmp_path / "a.nir")
    assert str(error.value) == told


def test_nir_needs_no_recorded_spikes_but_weights(tiny_run, tmp_path, capsys):
    for name in ("model.toml", "weights.npz"):
        (tmp_path / name).write_bytes((tiny_run.folder / name).read_bytes())
    assert main(["export", str(tmp_path), "--to", "nir"]) == 0
    path = tmp_path / "export" / "network.nir"
    assert capsys.readouterr().out == f"written to {path}\n"
    assert len(nir.read(path).nodes) == 6
    (tmp_path / "weights.npz").unlink()
    assert main(["export", str(tmp_path), "--to", "nir"]) == 2
    assert capsys.readouterr().err == f"spikingfa: {tmp_path} has no weights.npz\n"


@pytest.mark.filterwarnings("ignore")  # of what PyTorch imports
def test_norse_answers_as_the_network_did(tiny_model, tmp_path):
    torch, norse = pytest.importorskip("torch"), pytest.importorskip("norse.torch")
    quiet = {"output.i_bias": "0 pA", "output.i_init": "150 pA"}
    model = tiny_model.but(NO_REFRACTORY | LOUD | quiet)
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    dt = float(model.training.dt)
    network = norse.from_nir(graph_of(run, tmp_path), dt=dt)
    shown, state, found = torch.tensor(raster(run.spikes, "input", dt)).float(), None, 0
    with torch.no_grad():
        for spikes in shown.transpose(0, 1):
            fired, state = network(spikes, state)
            found = found + fired.numpy()
    recorded = raster(run.spikes, "output", dt).sum(axis=1)
    assert recorded.sum() > 50
    np.testing.assert_allclose(found, recorded, atol=2 + 0.25 * recorded.max())
    assert np.corrcoef(found.ravel(), recorded.ravel())[0, 1] > 0.95
