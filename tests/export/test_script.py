"""An exported script needs Brian2 alone, and gives the spikes and weights of the engine."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from helpers.recordings import shipped_model

import spikingfa
from spikingfa import Model, load_model
from spikingfa.base.errors import DataError, ModelError
from spikingfa.cli.main import main
from spikingfa.engine import runtime
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.export import export
from spikingfa.export.script.equations import simple, tidy
from spikingfa.export.script.trials import of_training
from spikingfa.export.script.values import quantity, units_of

#: Runs a file as a program, without this package.
RUN = """
import runpy, sys
sys.modules["spikingfa"] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
SPIKING = {"output.i_init": "60 pA"}  # from the first trial on, and so all error neurons

pytestmark = pytest.mark.usefixtures("numpy_target")


def carried_out(script, *arguments) -> str:
    """What the script prints."""
    command = [sys.executable, "-I", "-c", RUN, str(script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def brian2s_own_draws(monkeypatch):
    """Let the engine draw as scripts do, so that spikes can be compared."""
    monkeypatch.setattr(runtime, "keyed_numpy", lambda _: NumpyCodeObject)


def assert_same_as_engine(model: Model, n: int, folder) -> dict[str, int]:
    """Every spike and every weight; returns numbers of spikes."""
    script, _ = export(model, "python", folder / "a.py", trials=n)
    carried_out(script, "--save", folder / "saved.npz")
    shown = of_training(model, n)
    chunk = dataclasses.replace(shown.chunk, record=True)
    outcome = RuntimeEngine(shown.network).run(chunk)
    with np.load(folder / "saved.npz") as saved:
        for name, (t, i) in outcome.spikes.items():
            np.testing.assert_array_equal(saved[f"{name}.t"], t, err_msg=name)
            np.testing.assert_array_equal(saved[f"{name}.i"], i, err_msg=name)
        weights = [name for name in saved.files if name.endswith(".w")]
        assert len(weights) >= len(model.hidden) + 1
        for name in weights:
            np.testing.assert_array_equal(saved[name], outcome.state[name].ravel(), err_msg=name)
            assert not np.array_equal(saved[name], chunk.arrays[name].ravel())
    return outcome.n_spikes


@pytest.fixture(scope="module")
def events(tmp_path_factory):
    """Spike data with events on and between time steps, and two at once."""
    rng = np.random.default_rng(2)
    labels, stimuli = np.arange(40) % 2, np.repeat(np.arange(40), 60)
    times = rng.integers(0, 190, 2400) * 0.5e-3
    units = rng.integers(0, 8, 2400)
    path = tmp_path_factory.mktemp("data") / "events.npz"
    np.savez(path, times=times, units=units, stimuli=stimuli, labels=labels)
    return path


@pytest.mark.sampled(5)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {
            "feedback.error": "graded",
            "hidden.delay": "3 ms",
            "output.readout_latency": "20 ms",
            "input.coding": "latency",
        },
        {
            "hidden.layers": 2,
            "hidden.i_init": "300 pA",
            "feedback.kind": "layerwise",
            "feedback.neurons_per_output": 2,
            "training.precision": "single",
        },
        {"input.coding": "poisson", "hidden.dropout": 0.3, "hidden.i_noise": "30 pA"},
        {"task.name": "spikes", "input.coding": "events", "plasticity.rule": "eprop"},
    ],
    ids=["spiking", "graded and delayed", "deep and single", "random", "events"],
)
def test_spikes_and_weights_are_those_of_the_engine(changes, tiny_model, events, tmp_path):
    model = tiny_model.but(SPIKING | changes)
    if model.task.name == "spikes":
        model = model.but({"task.file": str(events)})
    n_spikes = assert_same_as_engine(model, 6, tmp_path)
    assert min(n_spikes.values()) > 0


# digits_ten has the parts of digits_five, twice as many
SHIPPED = [n for n in spikingfa.shipped_models() if not n.startswith(("mnist", "digits_ten"))]
SLOW = {name: (name, {}) for name in SHIPPED} | {
    "kolen_pollack": ("digits_fa_deep", {"feedback.kind": "kolen_pollack", "hidden.layers": 2}),
    "weight_mirror": ("digits_fa", {"feedback.kind": "weight_mirror", "hidden.i_noise": "50 pA"}),
    "transport": ("digits_fa", {"feedback.kind": "transport", "output.inhibition": "5 pA"}),
    "scalar": ("digits_fa", {"feedback.kind": "scalar", "hidden.i_noise": "50 pA"}),
    "coupled": ("digits_fa", {"hidden.g_couple": "1 nS", "plasticity.homeostasis": "2 pA"}),
    "constrained": (
        "digits_fa",
        {
            "plasticity.rule": "superspike",
            "hidden.excitatory": 0.8,
            "hidden.recurrent": "plastic",
            "plasticity.w_max": "1 nA",
            "hidden.sparsity": 0.5,
        },
    ),
    "heterogeneous": (
        "digits_fa",
        {
            "hidden.tau_m": {"dist": "normal", "mean": "20 ms", "sd": "2 ms"},
            "hidden.delay": {"dist": "uniform", "low": "1 ms", "high": "5 ms"},
        },
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW)
def test_every_shipped_model_and_part(case, tmp_path):
    name, changes = SLOW[case]
    assert_same_as_engine(shipped_model(name, tmp_path).but(changes), 20, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mnist_fa_quick", "mnist_fa_best"])
def test_models_of_mnist(name, real_mnist, tmp_path):
    model = load_model(name).but({"task.folder": str(real_mnist)})
    assert_same_as_engine(model, 5, tmp_path)


@pytest.mark.long
def test_a_run_shows_its_recorded_trials(tiny_run, tmp_path):
    script, arrays = export(tiny_run, "python", tmp_path / "run.py")
    assert arrays == tmp_path / "run.npz"
    printed = carried_out(script, "--save", tmp_path / "saved.npz")
    assert printed.count("every spike as spikingfa recorded it: yes") == 6
    assert "no\n" not in printed
    spikes = tiny_run.spikes
    with np.load(tmp_path / "saved.npz") as saved:
        for name in spikes.populations:
            np.testing.assert_array_equal(saved[f"{name}.t"], spikes.of(name)[0])
            np.testing.assert_array_equal(saved[f"{name}.i"], spikes.of(name)[1])
    for k, (label, answer) in enumerate(zip(spikes.labels, spikes.predictions)):
        assert f"trial {k}: shown {label}, answered {answer}," in printed


def test_a_run_whose_data_were_changed_is_told(tiny_run, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("model.toml", "weights.npz", "spikes.npz", "metrics.json"):
        (folder / name).write_bytes((tiny_run.folder / name).read_bytes())
    file = tiny_run.model.task.file
    with np.load(file) as data:
        np.savez(tmp_path / "other.npz", x=np.clip(data["x"] + 0.1, 0, 1), y=data["y"])
    text = (folder / "model.toml").read_text("utf-8")
    (folder / "model.toml").write_text(text.replace(file, str(tmp_path / "other.npz")), "utf-8")
    older = pytest.warns(spikingfa.base.errors.SpikingFAWarning, match="recorded no data")
    told = pytest.raises(DataError, match=r"recorded other stimuli than those of task\.name")
    with older, told:
        export(spikingfa.open_run(folder), "python", tmp_path / "a.py")
    (folder / "data.json").write_bytes((tiny_run.folder / "data.json").read_bytes())
    with pytest.raises(DataError, match=r"not what .* was trained on"):
        export(spikingfa.open_run(folder), "python", tmp_path / "a.py")
    assert not (tmp_path / "a.py").exists()


def test_the_script_is_written_by_hand_as_far_as_a_reader_sees(tiny_model, tmp_path):
    script, _ = export(tiny_model, "python", tmp_path / "a.py")
    text = script.read_text("utf-8")
    assert "import spikingfa" not in text
    for line in (
        "hidden.tau_m = 20*ms",
        "hidden.v_thresh = -50*mV",
        "dv/dt = (v_rest - v + r_m*(i_syn + i_bias)) / tau_m : volt (unless refractory)",
        "w = w - eta*(teaching_post + weight_decay*w)",
        "delay=1*ms,",
        "doi:10.1038/ncomms13276",
        "Shown are the first 20 trials of the training with seed 1,",
        'output_to_error_on.connect(condition="i == j")',
    ):
        assert line in text, line
    assert "n_spikes" not in text


def test_the_command_writes_here_under_the_name_of_the_model(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["export", "xor_fa", "--to", "python", "--trials", "3", "--set", "hidden.size=5"]
    assert main(command) == 0
    assert capsys.readouterr().out == "written to xor_fa.py\nwritten to xor_fa.npz\n"
    assert main([*command, "--set", "hidden.tau_m=17 ms"]) == 0  # what was exported is replaced
    text = (tmp_path / "xor_fa.py").read_text("utf-8")
    assert "hidden.tau_m = 17*ms" in text
    assert "n_trials = 3\n" in text


@pytest.mark.parametrize("ending", [".py", ".npz"])
def test_what_was_not_exported_is_not_replaced(ending, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / f"xor_fa{ending}"
    mine.write_bytes(b"print('mine')\n") if ending == ".py" else np.savez(mine, x=np.ones(3))
    before = mine.read_bytes()
    assert main(["export", "xor_fa", "--to", "python"]) == 2
    assert capsys.readouterr().err == (
        f"spikingfa: xor_fa{ending} was not exported and is not replaced: choose another file\n"
    )
    assert mine.read_bytes() == before
    assert list(tmp_path.iterdir()) == [mine]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["xor_fa", "--to", "csv"], "the run folder xor_fa does not exist"),
        (["xor_fa", "--to", "pyhton"], "there is no format 'pyhton'; did you mean 'python'?"),
        (
            ["xor_fa", "--to", "csv", "--set", "hidden.size=5"],
            "--set, --data, --data-dir and --trials need --to python and a MODEL",
        ),
        (
            ["xor_fa", "--to", "python", "--trials", "6000"],
            "a script can show 400 trials of this training, got 6000",
        ),
        (
            ["xor_fa", "--to", "python", "-o", "a.npz"],
            "a.npz is where the arrays of a script a.py would be",
        ),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_line(
    arguments, told, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["export", *arguments]) == 2
    assert capsys.readouterr().err == f"spikingfa: {told}\n"
    assert not list(tmp_path.iterdir())


def test_a_model_needs_the_format_python(tiny_model, tiny_run, tmp_path):
    with pytest.raises(ModelError, match="csv needs a run, which spikingfa run MODEL leaves"):
        export(tiny_model, "csv", tmp_path / "a.csv")
    with pytest.raises(ModelError, match="trials are chosen for a model only"):
        export(tiny_run, "python", tmp_path / "a.py", trials=3)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (20e-3, "second", "20*ms"),
        (-65e-3, "volt", "-65*mV"),
        (1.5e-7, "volt", "0.00015*mV"),
        (0.1 + 0.2, "1", "0.30000000000000004"),
        (3e-5, "coulomb", "3e-05*coulomb"),
        (2.0, "kilogram * second ** -1", None),
    ],
)
def test_quantities_keep_their_value(value, unit, text):
    assert quantity(value, unit) == text


def test_units_are_read_from_equations():
    equations = "# note: no variable\ndv/dt = -v/tau : volt (unless refractory)\ntau : second\nb:1"
    assert units_of(equations) == {"v": "volt", "tau": "second", "b": "1"}


def test_equations_are_tidied():
    assert tidy("\na : 1\nlonger : volt  (shared)\n\n\n# text: x\nb    : 1\n") == (
        "a      : 1\nlonger : volt  (shared)\n\n# text: x\nb : 1"
    )
    assert simple("scale/(rate*tau*1)*b") == "scale/(rate*tau)*b"
    assert simple("i == j//1") == "i == j"
    assert simple("x*10 + y//12") == "x*10 + y//12"
