"""Damaged and hostile run folders: whatever reads them says so in one line, and gives no number."""

import json
import shutil
import time
import zipfile
from dataclasses import replace

import numpy as np
import pytest

import spikingfa
from spikingfa import Model, load_model
from spikingfa.base.array_files import CHECKSUM, read_checked, write_arrays
from spikingfa.cli.main import main
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.model.files import shipped_models, write_model
from spikingfa.network.build import blueprint
from spikingfa.network.feedback_weights import random_feedback
from spikingfa.network.initial import initial_state, plastic_feedback
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.run_folder.state_schema import feedback_schema, state_schema
from spikingfa.tasks import load_data
from spikingfa.training import checkpoint
from spikingfa.training.data_fit import topology_of
from spikingfa.training.evaluation import session_of

SIZE = Stimuli(n_features=6, n_classes=4, mean_square_sum=1.0)
TAU_M = {"dist": "normal", "mean": "20 ms", "sd": "2 ms"}
DELAYS = {"dist": "uniform", "low": "1 ms", "high": "4 ms"}

# what is carried


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"input.coding": "poisson", "feedback.error": "graded"},
        {"hidden.layers": 3, "feedback.kind": "layerwise"},
        {"hidden.recurrent": "plastic", "hidden.sparsity": 0.5},
        {"hidden.recurrent": "fixed", "input.excitatory": 0.8, "hidden.excitatory": 0.8},
        {"hidden.tau_m": TAU_M, "hidden.delay": DELAYS, "output.tau_m": TAU_M},
        {"plasticity.homeostasis": "2 pA", "feedback.kind": "kolen_pollack"},
        {"feedback.neurons_per_output": 3, "feedback.kind": "kolen_pollack"},
        {"feedback.kind": "none"},
    ],
)
def test_the_schema_has_what_a_training_begins_with(changes):
    topology = Topology(Model().but({"hidden.size": 5} | changes), SIZE)
    rng = np.random.default_rng(0)
    b = random_feedback(topology, rng)
    state = initial_state(topology, rng) | plastic_feedback(topology, b)
    schema = state_schema(topology)
    assert {name: spec.shape for name, spec in schema.items()} == {
        name: array.shape for name, array in state.items()
    }
    for name, array in state.items():
        assert schema[name].low <= array.min() <= array.max() <= schema[name].high
    matrices = {name: spec.shape for name, spec in feedback_schema(topology).items()}
    assert matrices == {f"feedback_to_{layer}.b": matrix.shape for layer, matrix in b.items()}


@pytest.mark.parametrize("name", shipped_models())
def test_the_schema_of_shipped_models(name):
    topology = Topology(load_model(name), Stimuli(144, 4, 1.0, image=(12, 12)))
    state = initial_state(topology, np.random.default_rng(0))
    assert set(state) <= set(state_schema(topology))
    assert topology.all_sizes == {p.name: p.size for p in blueprint(topology).populations}


# array files


def _first(arrays: dict) -> str:
    return next(name for name in arrays if name.endswith(".w"))


def _put(value, name=None):
    """A way of damage: one array is another, or is added."""
    return lambda arrays: (
        arrays
        | {name or _first(arrays): value(arrays[_first(arrays)]) if callable(value) else value}
    )


WAYS = {
    "missing": lambda arrays: {n: a for n, a in arrays.items() if n != _first(arrays)},
    "scalar": _put(np.float32(1)),
    "three dimensions": _put(lambda w: w[None]),
    "fewer columns": _put(lambda w: w[:, : w.shape[1] // 4]),
    "fewer rows": _put(lambda w: w[: len(w) // 2]),
    "transposed": _put(lambda w: w.T),
    "text": _put(lambda w: w.astype("U8")),
    "complex": _put(lambda w: w.astype(complex)),
    "not a number": _put(lambda w: np.full_like(w, np.nan)),
    "huge": _put(lambda w: np.full_like(w, 1e308)),
    "empty": lambda arrays: {},
    "unknown population": _put(lambda w: w, "input_to_nowhere.w"),
    "sets a parameter": _put(np.array([1e-3]), "hidden.tau_m"),
    "sets steps": _put(np.array([2**31 - 1]), "run.n_steps"),
    "no steps": _put(np.array([0]), "run.steps_per_trial"),
    "phases missing": lambda arrays: {n: a for n, a in arrays.items() if n != "input.phase"},
}
ways = pytest.mark.parametrize("way", WAYS)


def damage(path, way: str) -> None:
    """Change an array file, and leave its checksum out, which would show it in any case."""
    with np.load(path) as stored:
        arrays = {name: stored[name] for name in stored.files if name != CHECKSUM}
    np.savez(path, **WAYS[way](arrays))


@pytest.fixture
def run(tiny_run, tmp_path):
    """The folder of a run that may be damaged."""
    return shutil.copytree(tiny_run.folder, tmp_path / "run")


@pytest.fixture
def refused(capsys):
    """Carry out a command that is refused in one line; return the line."""

    def refuse(*command) -> str:
        capsys.readouterr()
        assert main([str(word) for word in command]) == 2
        out, err = capsys.readouterr()
        lines = err.splitlines()
        assert not out
        assert len(lines) == 1, err
        assert lines[0].startswith("spikingfa: ")
        assert "Error" not in lines[0]
        return lines[0]

    return refuse


def files_of(folder) -> dict:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def report_of(folder) -> str:
    """The page of a run, which is made whatever is damaged, with a warning of that."""
    with pytest.warns(spikingfa.SpikingFAWarning, match="left out of the report: cannot read"):
        return spikingfa.report(folder).read_text("utf-8")


def left_out(folder, name: str) -> bool:
    """Whether the page of a run says that a file cannot be read."""
    page = report_of(folder)
    return any(f"{name} cannot be read" in line for line in page.splitlines() if "Left out" in line)


@pytest.mark.needs("nir")
@pytest.mark.sampled(4)
@ways
def test_damaged_weights_are_refused_by_every_command(way, run, refused, tiny_model, tmp_path):
    damage(run / "weights.npz", way)
    write_model(tiny_model, tmp_path / "tiny.toml")
    before = files_of(run)
    for command in (
        ("test", run),
        ("record", run, "hidden.v", "--trials", 1),
        ("export", run, "--to", "nir"),
        ("plot", run, "weights", "-o", tmp_path / "weights.png"),
        ("run", tmp_path / "tiny.toml", "--start", run, "--out", tmp_path / "started"),
    ):
        assert f"cannot read {run / 'weights.npz'}: " in refused(*command)
    assert files_of(run) == before
    assert not (tmp_path / "started").exists()
    assert left_out(run, "weights.npz")


def test_what_is_wrong_is_said(run, refused):
    damage(run / "weights.npz", "fewer columns")
    told = "input_to_hidden.w has the shape (6, 3), the model needs (6, 12)"
    assert refused("test", run) == f"spikingfa: cannot read {run / 'weights.npz'}: {told}"


@ways
def test_kept_weights_and_those_of_the_start(way, run, refused, tiny_model, tmp_path):
    write_model(tiny_model, tmp_path / "tiny.toml")
    for name in ("weights/epoch_000.npz", "start.npz"):
        (run / name).parent.mkdir(exist_ok=True)
        shutil.copy(run / "weights.npz", run / name)
        damage(run / name, way)
    plot = refused("plot", run, "weights", "-o", tmp_path / "weights.png")
    assert f"cannot read {run / 'weights/epoch_000.npz'}: " in plot
    # what a model does not have is left out of what it begins with
    if way not in ("sets a parameter", "sets steps", "no steps", "phases missing"):
        resume = refused("run", tmp_path / "tiny.toml", "--resume", "--out", run)
        assert f"cannot read {run / 'start.npz'}: " in resume


@pytest.fixture(scope="module")
def stopped_run(tiny_model, tmp_path_factory):
    """The folder of a run that was stopped when its first epoch was learnt."""
    out, run, calls = tmp_path_factory.mktemp("stopped") / "run", StandaloneEngine.run, []

    def stopped(self, *arguments, **options):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return run(self, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StandaloneEngine, "run", stopped)
        with pytest.raises(KeyboardInterrupt):
            spikingfa.train(tiny_model, out=out, progress=False)
    return out


@pytest.fixture
def stopped(stopped_run, tmp_path, tiny_model):
    """A copy of it that may be damaged, and the command that goes on with it."""
    write_model(tiny_model, tmp_path / "tiny.toml")
    run = shutil.copytree(stopped_run, tmp_path / "run")
    return run / "checkpoint.npz", ("run", tmp_path / "tiny.toml", "--resume", "--out", run)


@ways
def test_damaged_checkpoints_are_refused(way, stopped, refused):
    path, command = stopped
    damage(path, way)
    assert f"cannot read {path}: " in refused(*command)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"epoch": 10**6}, "epoch is 1000000, the model has 1 to 1"),
        ({"epoch": 0}, "epoch is 0"),
        ({"epoch": "1"}, "epoch: Input should be a valid integer"),
        ({"part": 2}, "part is 2, an epoch has 1 to 1"),
        ({"part": -1}, "part: Input should be greater"),
        ({"rows": []}, "there are 0 rows before epoch 1"),
        ({"rows": [{"epoch": 0}]}, "there is no column train_error"),
        ({"rows": None}, "rows: Input should be a valid"),
        ({"seconds": float("nan")}, "seconds: Input should be a finite number"),
        ({"loss": -5}, "loss: Input should be greater"),
        ({"n_spikes": {"nowhere": 1}}, "the model has no population 'nowhere'"),
        ({"n_spikes": {"hidden": 1.5}}, "n_spikes.hidden: Input should be a valid integer"),
        ({"brightness": None}, "brightness: Input should be a valid number"),
    ],
)
def test_damaged_counts_of_a_checkpoint(counts, told, stopped, refused):
    path, command = stopped
    arrays = dict(read_checked(path))
    arrays["counts"] = np.array(json.dumps(json.loads(str(arrays["counts"])) | counts))
    np.savez(path, **arrays)
    assert told in refused(*command)


def test_a_whole_checkpoint_is_gone_on_with(stopped, tiny_run):
    _, command = stopped
    assert main([str(word) for word in command]) == 0
    np.testing.assert_equal(spikingfa.open_run(command[-1]).arrays, tiny_run.arrays)


# checksums


@pytest.mark.parametrize("name", ["weights.npz", "checkpoint.npz", "spikes.npz"])
def test_damaged_values_differ_from_their_checksum(name, run, stopped_run, tiny_model):
    """The last digit of one value, in a file that NumPy wrote anew."""
    path = run / name
    if name == "checkpoint.npz":
        shutil.copy(stopped_run / name, path)
    with np.load(path) as stored:
        arrays = dict(stored)
    changed = next(n for n in arrays if n in ("t", "input_to_hidden.w"))
    arrays[changed].flat[-1] = np.nextafter(arrays[changed].flat[-1], np.inf)
    np.savez(path, **arrays)
    with pytest.raises(spikingfa.RunFolderError, match="as its checksum shows"):
        _ = read_of(name, run, tiny_model)
    del arrays[CHECKSUM]  # a file of an older version, or changed on purpose
    np.savez(path, **arrays)
    assert read_of(name, run, tiny_model) is not None


def read_of(name: str, folder, model):
    """What is in an array file of a run."""
    if name == "checkpoint.npz":
        topology = topology_of(model, load_data(model.task))
        return checkpoint.load(folder, topology, 1)
    return getattr(spikingfa.open_run(folder), name.removesuffix(".npz"))


def test_the_same_arrays_are_the_same_file(tmp_path, monkeypatch):
    """And no file of a checksum, or of anything else, holds the time at which it was written."""
    for name, seconds in (("one.npz", 1e9), ("other.npz", 1.5e9)):
        monkeypatch.setattr(time, "time", lambda seconds=seconds: seconds)
        write_arrays(tmp_path / name, {"x": np.arange(3.0)})
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_checksums_are_no_arrays(tiny_run):
    with zipfile.ZipFile(tiny_run.folder / "weights.npz") as stored:
        assert CHECKSUM in stored.namelist()
    assert all(name.endswith((".w", ".b", ".q", ".phase")) for name in tiny_run.arrays)
    with np.load(tiny_run.folder / "weights.npz") as stored:  # as older versions read them
        arrays = {name: stored[name] for name in stored.files}
    assert isinstance(arrays.pop(CHECKSUM), bytes)
    np.testing.assert_equal(arrays, tiny_run.arrays)


# the compiled network


@pytest.mark.parametrize("name", ["hidden.tau_m", "run.n_steps", "input.rate_max"])
def test_hostile_state_cannot_set_what_the_model_sets(name, tiny_run):
    shown = session_of(tiny_run, load_data(tiny_run.model.task))
    with pytest.raises(spikingfa.SimulationError, match=f"{name} is set by the model"):
        shown.test_chunk(tiny_run.state | {name: np.zeros(1)}, shown.tests)


@pytest.fixture
def chunk_and_engine(tiny_run, tmp_path):
    shown = session_of(tiny_run, load_data(tiny_run.model.task))
    return shown.test_chunk(tiny_run.state, shown.tests), StandaloneEngine(
        shown.blueprint, tmp_path
    )


@pytest.mark.parametrize("name", ["n_steps", "steps_per_trial", "steps_per_report"])
@pytest.mark.parametrize("value", [0, -1, 2**31 - 1])
def test_hostile_numbers_of_steps_end_the_program_by_itself(
    name, value, chunk_and_engine, tmp_path
):
    chunk, engine = chunk_and_engine
    arguments = engine._arguments(chunk, tmp_path)
    changed = [
        f"run.{name}={value}" if word.startswith(f"run.{name}=") else word for word in arguments
    ]
    assert changed != arguments
    if value > 0 and name != "n_steps":  # one long trial, one report
        engine._execute(changed, chunk, tmp_path, None)
        return
    with pytest.raises(spikingfa.SimulationError, match="steps do not fit its trials"):
        engine._execute(changed, chunk, tmp_path, None)


def test_damaged_shapes_do_not_reach_the_program(chunk_and_engine, tmp_path):
    chunk, engine = chunk_and_engine
    for name in ("input_to_hidden.w", "input.phase"):
        arrays = chunk.arrays | {name: chunk.arrays[name][1:]}
        with pytest.raises(spikingfa.SimulationError, match=f"{name} has the shape"):
            engine._arguments(replace(chunk, arrays=arrays), tmp_path)


# text files


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "changes",
    [
        {"metric": "accuracy"},
        {"metric": None},
        {"metric": ["error"]},
        {"test_error": int("9" * 400)},
        {"test_error": float("inf")},
        {"test_error": "0.5"},
        {"test_error": None},
        {"train_error": 1e308},
        {"train_seconds": float("nan")},
        {"ms_per_trial": -1},
        {"angle_deg": 1000},
        {"trials": 2**64},
        {"epochs": [1]},
        {"finished": "yes"},
        {"seed": -1},
    ],
)
def test_hostile_metrics(changes, run, refused, tiny_model, tmp_path):
    metrics = json.loads((run / "metrics.json").read_text("utf-8")) | changes
    (run / "metrics.json").write_text(json.dumps(metrics), "utf-8")
    write_model(tiny_model, tmp_path / "tiny.toml")
    told = f"cannot read {run / 'metrics.json'}: {next(iter(changes))}: "
    assert told in refused("plot", run, "learning-curve", "-o", tmp_path / "x.png")
    assert told in refused("run", tmp_path / "tiny.toml", "--resume", "--out", run)
    assert left_out(run, "metrics.json")


NESTED = "[" * 100_000


@pytest.mark.sampled(3)
@pytest.mark.parametrize("text", ["", "[]", "7", "null", NESTED, '{"test_error": ' + NESTED])
def test_hostile_json_of_every_file(text, run, refused, tmp_path):
    test = run / "tests" / "unperturbed"
    test.mkdir(parents=True)
    recording = run / "recordings" / "traces"
    recording.mkdir(parents=True)
    for path in (run / "metrics.json", test / "test.json", run / "versions.json"):
        path.write_text(text, "utf-8")
    page = report_of(run)
    for name in ("metrics.json", "tests/unperturbed", "versions.json"):
        assert f"{name} cannot be read" in page
    if text != "[]":  # which is a recording without traces
        (recording / "traces.json").write_text(text, "utf-8")
        told = refused("plot", run, "traces", "-o", tmp_path / "x.png")
        assert f"cannot read the recording {recording}: " in told


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("epoch,train_error,test_error,rate_\x1b[2J_hz", "0,,0.5,1"),
        (r"epoch,train_error,test_error,rate_$\frac$_hz", "0,,0.5,1"),
        (r"epoch,train_error,test_error,angle_$\frac$_deg", "0,,0.5,1"),
        ("epoch,train_error,test_error,angle_hidden_deg", "0,,0.5,181"),
        ("epoch,train_error,test_error,angle_hidden_deg", "0,,0.5,inf"),
        ("epoch,train_error,test_error,rate_hidden_hz", "0,,0.5,1e308"),
        ("epoch,train_error,test_error", "0,,1e308"),
        ("epoch,train_error,test_error", "0,-1,0.5"),
        ("epoch,train_error,test_error", "1e308,0.5,0.5"),
        ("epoch,train_error,test_error", ",0.5,0.5"),
        ("epoch,train_error,test_error", "0,0.5," + "9" * 200_000),
        ("epoch,train_error", "0,0.5"),
        ("epoch,test_error,test_error,train_error", "0,1,1,1"),
    ],
)
def test_hostile_histories(header, row, run, refused, tmp_path):
    (run / "history.csv").write_bytes(f"{header}\r\n{row}\r\n".encode())
    for kind in ("learning-curve", "alignment", "rates", "weights"):
        told = refused("plot", run, kind, "-o", tmp_path / "x.png")
        assert f"cannot read {run / 'history.csv'}: " in told
        assert len(told) < 1000
    assert left_out(run, "history.csv")


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "table",
    [
        f"right,a,b\na,1,{10**30}\nb,0,2\n",
        f"right,a,b\na,1,{'7' * 200_000}\nb,0,2\n",
        f"right,a,{'b' * 200_000}\na,1,2\nb,0,2\n",
        "right,a,b\na,1,-1\nb,0,2\n",
        "right,a,b\na,1,1.5\nb,0,2\n",
        "right,a,b\na,1,2\n",
        "right,a,b\nb,1,2\na,0,2\n",
        "right,a,b\na,1\nb,0,2\n",
        "right,a,\x1b\na,1,2\n\x1b,0,2\n",
        "right\n",
        "",
    ],
)
def test_hostile_confusions(table, run, refused, tmp_path):
    test = run / "tests" / "unperturbed"
    test.mkdir(parents=True)
    (test / "test.json").write_text('{"test_error": 0.2, "n_stimuli": 5}', "utf-8")
    (test / "confusion.csv").write_text(table, "utf-8")
    told = refused("plot", run, "confusion", "-o", tmp_path / "x.png")
    assert f"cannot read {test / 'confusion.csv'}: " in told
    assert len(told) < 1000
    assert left_out(run, "tests/unperturbed")


@pytest.mark.long
def test_two_thousand_classes_have_no_table_on_the_page(run, tmp_path):
    test, names = run / "tests" / "unperturbed", [f"class {k}" for k in range(2000)]
    test.mkdir(parents=True)
    (test / "test.json").write_text('{"test_error": 0.2, "n_stimuli": 5}', "utf-8")
    rows = [",".join(["right", *names]), *(",".join([name, *["0"] * 2000]) for name in names)]
    (test / "confusion.csv").write_text("\n".join(rows) + "\n", "utf-8")
    page = spikingfa.report(run).read_text("utf-8")
    assert "Of 2000 classes there is no table here: confusion.csv has it." in page
    assert len(page) < 2**20
    assert main(["plot", str(run), "confusion", "-o", str(tmp_path / "x.png")]) == 0


# spikes and recordings


@pytest.mark.parametrize(
    "changes",
    [
        {"populations": np.array(["input", "nowhere"])},
        {"sizes": np.array([6, 2**31])},
        {"duration": np.array(np.nan)},
        {"duration": np.array(1e308)},
        {"onsets": np.array([0.0, np.inf])},
        {"onsets": np.array([0.1, 0.0])},
        {"t": np.array(1.0)},
        {"labels": np.array(["0", "\x1b[2J"])},
        {"labels": np.array(["0", "x" * 200_000])},
        {"predictions": np.array("0")},
        {"population": None},
    ],
)
def test_hostile_spikes(changes, run, refused, tmp_path):
    path, (name, value) = run / "spikes.npz", *changes.items()
    arrays = read_checked(path)
    arrays = {key: array for key, array in arrays.items() if key != name}
    np.savez(path, **arrays if value is None else arrays | changes)
    for command in (
        ("raster", run, "-o", tmp_path / "x.png"),
        ("plot", run, "population-rates", "-o", tmp_path / "x.png"),
        ("plot", run, "animation", "-o", tmp_path / "x.gif"),
        ("export", run, "--to", "csv"),
        ("export", run, "--to", "npz"),
    ):
        told = refused(*command)
        assert f"cannot read {path}: " in told
        assert len(told) < 1000
    assert left_out(run, "spikes.npz")


@pytest.fixture
def recorded(run, tiny_run):
    """A run with a recording of two neurons, and the folder of that."""
    folder = run / "recordings" / "traces"
    folder.mkdir(parents=True)
    shutil.copy(run / "spikes.npz", folder)
    np.save(folder / "hidden.v.npy", np.zeros((200, 2)))
    about = [{"name": "hidden.v", "unit": "V", "which": [0, 11], "dt": 0.001}]
    (folder / "traces.json").write_text(json.dumps(about), "utf-8")
    return run, folder


def test_a_whole_recording_is_drawn(recorded, tmp_path):
    run, _ = recorded
    assert main(["plot", str(run), "traces", "-o", str(tmp_path / "x.png")]) == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "../../hidden.v"}, "is no variable of a group"),
        ({"name": "hidden"}, "is no variable of a group"),
        ({"unit": "$\\frac$"}, "0.unit: String should match pattern"),
        ({"unit": None}, "0.unit: Input should be a valid string"),
        ({"which": [0, 12]}, "hidden.v is of hidden 12, and there are 12"),
        ({"which": [0, -1]}, "greater than or equal to 0"),
        ({"which": [0, 1, 2]}, "does not hold 3 columns"),
        ({"which": 7}, "Input should be a valid array"),
        ({"which": [[0, 1], 2]}, "Input should be a valid"),
        ({"dt": 0}, "0.dt: Input should be greater than 0"),
        ({"dt": 1e308}, "0.dt: Input should be less than"),
        ({"dt": "1"}, "0.dt: Input should be a valid number"),
    ],
)
def test_hostile_recordings(changes, told, recorded, refused, tmp_path):
    run, folder = recorded
    about = json.loads((folder / "traces.json").read_text("utf-8"))
    (folder / "traces.json").write_text(json.dumps([about[0] | changes]), "utf-8")
    for command in (
        ("plot", run, "traces", "-o", tmp_path / "x.png"),
        ("export", run, "--to", "csv", "--recording", "traces"),
    ):
        line = refused(*command)
        assert f"cannot read the recording {folder}: " in line
        assert told in line


@pytest.mark.parametrize("values", [np.zeros(5), np.zeros((5, 2), int), np.zeros((5, 2), "U3")])
def test_hostile_traces(values, recorded, refused, tmp_path):
    run, folder = recorded
    np.save(folder / "hidden.v.npy", values)
    told = refused("plot", run, "traces", "-o", tmp_path / "x.png")
    assert "hidden.v.npy does not hold 2 columns of numbers" in told
