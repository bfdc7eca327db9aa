"""A stranger's model file or run folder runs nothing, and lets nothing be written elsewhere."""

import ast
import io
import struct
import subprocess
import sys
import zipfile
from importlib import import_module
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from spikingfa import Model, ModelError, RunFolderError, open_run
from spikingfa.cli.main import main
from spikingfa.export.report.contents import Contents
from spikingfa.export.report.page import page
from spikingfa.export.script.render import _block, _quoted
from spikingfa.model.files import to_model
from spikingfa.model.user_equations.expressions import problem_of_expression
from spikingfa.model.user_equations.names import problem_of_name
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.run_folder.lock import locked
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.writer import RunWriter
from spikingfa.sweeping.compare import compare_models
from spikingfa.sweeping.folder import read_rows
from spikingfa.training.record import _folder as recording_folder

ROOT = Path(__file__).parents[2]
SIZE = Stimuli(4, 2, 1.0)
LIF = "dv/dt = (v_rest - v + r_m*i_in) / tau_m : volt"


@pytest.fixture
def strangers(monkeypatch):
    """The benchmark that tries all attacks."""
    monkeypatch.syspath_prepend(ROOT)
    return import_module("benchmarks.strangers")


def refused(**hidden) -> str:
    """What is told of a layer by equations."""
    changes = {f"hidden.{name}": text for name, text in hidden.items()}
    with pytest.raises(ModelError) as told:
        Model().but({"hidden.model": "equations"} | changes)
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 1000
    return str(told.value)


@pytest.mark.long
def test_every_text_of_a_model_is_attacked(strangers):
    model = strangers.model_with_texts()
    fields = strangers.text_fields(model)
    assert {"hidden.equations", "hidden.reset", "plasticity.change", "task.file"} <= set(fields)
    assert {"hidden.tau_syn", "hidden.parameters.tau", "output.model", "task.name"} <= set(fields)
    attacks = list(strangers.ATTACKS.values())
    for path, attack in [*zip(fields, cycle(attacks)), *zip(cycle(fields[::-1]), attacks)]:
        assert strangers.attacked(model, path, attack) in ("refused", "harmless"), (path, attack)


@pytest.mark.slow
def test_every_text_of_a_model_is_given_every_attack(strangers):
    model = strangers.model_with_texts()
    for path in strangers.text_fields(model):
        for attack in strangers.ATTACKS.values():
            became = strangers.attacked(model, path, attack)
            assert became in ("refused", "harmless"), (path, attack)


@pytest.mark.long
def test_an_attack_that_gets_through_would_be_seen(strangers):
    model = strangers.model_with_texts()
    assert strangers.attacked(model, "hidden.equations", f"{LIF}\nharmful : 1") == "refused"
    parameters = "hidden.equations"
    text = "dv/dt = (v_rest - v + r_m*i_in) / tau : volt\nharmful : 1"
    assert "in what is compiled" in strangers.attacked(model, parameters, text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("threshold", "v > exp('{}')*mV"),
        ("drive", "exp('{}')"),
        ("reset", "v = exp('{}')*mV"),
        ("onset", "v = exp('{}')*mV"),
        ("equations", "dv/dt = exp('{}')*(v_rest - v + r_m*i_in) / tau_m : volt"),
    ],
)
def test_sympy_evaluates_nothing(field, text, tmp_path):
    """It takes a text in quotes for Python."""
    canary = tmp_path / "canary"
    told = refused(**{field: text.format(f'__import__("os").mkdir("{canary}")')})
    assert told.startswith(f"hidden.{field}: needs an expression of numbers, got")
    assert not canary.exists()


def squared(n: int) -> str:
    """Abbreviations that are 2**n terms when all is written out."""
    lines = [f"x{k + 1} = x{k}*x{k} : 1" for k in range(n)]
    return "\n".join([LIF, "x0 = v/mV + 1 : 1", *lines])


@pytest.mark.parametrize(
    ("equations", "told"),
    [
        (f"{LIF}**9**9**9", "'v' needs a unit such as volt or amp/second, got 'volt**9**9**9'"),
        (f"{LIF}\ny = 9**9**9**9 : 1", "needs powers of at most 100"),
        (f"{LIF}\ny = 1e29*1e29 : 1", "'1e+29 * 1e+29' is too large to compute with"),
        (f"{LIF}\ny = {'9' * 400} : 1", "too large to compute with"),
        (f"{LIF}\ny = exp(exp(exp(9.0))) : 1", "is no number to compute with"),
        (f"{LIF}\ny = 1/0 : 1", "'1 / 0' is no number to compute with"),
        (f"{LIF}\ny = ((v + v_rest)/mV + 1 + i_in/pA)**90 : 1", "multiplied out"),
        (squared(40), "multiplied out it has over 500 terms"),
        (f"{LIF}\n{'y = y + 1 : 1'}", "cycle"),
        (f"{LIF}\ny = {'(' * 500}1{')' * 500} : 1", "needs an expression"),
        (f"{LIF}\ny = {'-' * 1900}1 : 1", "at most 100 operations in each other"),
        (f"{LIF}\ny = {'1+' * 1500}1 : 1", "at most 2000 characters"),
        ("\n".join([LIF, *(f"y{k} : 1" for k in range(100))]), "at most 100 equations, got 101"),
        ("#" * 30_000, "needs at most 20000 characters, got 30000"),
        (f"{LIF}\ny : __import__", "Expected end of text"),
        (f"{LIF}\ndouble : 1", "it is a word of C++"),
        (f"{LIF}\nerrno : 1", "the C library has something of that name"),
    ],
    ids=lambda text: text[-20:],
)
def test_what_would_take_forever_is_refused_at_once(equations, told):
    assert told in refused(equations=equations)


@pytest.mark.parametrize(
    "text",
    [
        *("0.1/mV*10*mV/exprel((v_t - v)/(10*mV))/ms", "(g_na*m*m*m*h*(v - E_na) + i_in)/c_m"),
        *("clip(1 - abs(v - v_t)/(v_t - v_rest), 0, 1)", "int(v > 0*mV and not drive <= 2)"),
        *("((v + 55*mV)/(4*mV))**2 % 3 // 1", "-(v_rest - v)*1e-9", "a != b or True", "2**0.5"),
    ],
)
def test_expressions_of_the_trade_are_taken(text):
    assert problem_of_expression(text) is None


@pytest.mark.parametrize("name", ["E_Na", "EK", "v_T", "I", "tau_m", "g2", "C", "x" * 64])
def test_names_of_the_trade_are_taken(name):
    assert problem_of_name(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *("", "_v", "v__x", "2v", "v-x", "é", "v\n", "x" * 65, "int", "class", "lambda", "nullptr"),
        *("NULL", "ENOENT", "SIGKILL", "M_PI", "system", "std", "int32_t", "volatile"),
    ],
)
def test_names_that_mean_something_else_are_refused(name):
    assert problem_of_name(name)
    with pytest.raises(ModelError, match=r"hidden.parameters: .* cannot be the name"):
        to_model({"hidden": {"model": "equations", "parameters": {name: 1.0}}})


@pytest.mark.parametrize("value", [10**400, float("nan"), float("inf"), 1e31, "1e400 mV"])
def test_parameters_are_numbers_to_compute_with(value):
    with pytest.raises(ModelError, match=r"hidden.parameters: y needs a "):
        to_model({"hidden": {"model": "equations", "parameters": {"y": value}}})


def test_a_model_of_thousands_of_layers_is_refused():
    with pytest.raises(ModelError, match="needs at most 100 hidden layers, got 5000"):
        to_model({"hidden": [{}] * 5000})


COMMENTED = {
    "hidden.model": "equations",
    "hidden.equations": f'{LIF} # harmful """ */ ??/',
    "hidden.reset": 'v = v_reset # harmful ??/\nv = v_reset - 0*mV # "); system("harmful',
    "hidden.onset": "v = v_rest # harmful */ #include <harmful>",
}


def test_comments_of_statements_are_left_out():
    hidden = blueprint(Topology(Model().but(COMMENTED), SIZE)).population("hidden")
    assert "harmful" not in hidden.reset + hidden.onset + hidden.rest


@pytest.mark.slow
def test_comments_do_not_reach_the_generated_code(tmp_path):
    """Of all C++ that is written; none of it is compiled here."""
    program = (
        "import sys; from pathlib import Path; from spikingfa.engine.compiled import build\n"
        "from spikingfa.network.blueprint import Blueprint\n"
        "build.compile_program = lambda folder: None\n"
        "build.build(Blueprint.from_json(sys.stdin.read()), Path(sys.argv[1]))"
    )
    text = blueprint(Topology(Model().but(COMMENTED), SIZE)).to_json()
    command = [sys.executable, "-c", program, str(tmp_path)]
    subprocess.run(command, input=text, text=True, check=True, capture_output=True)
    sources = [p for p in tmp_path.rglob("*") if p.suffix in (".cpp", ".h") or p.name == "makefile"]
    assert any("v_reset" in path.read_text() for path in sources)
    assert not any("harmful" in path.read_text() for path in sources)


@pytest.mark.parametrize(
    "text", ['"""', '""""', "'''\n\"\"\"", "\\", '\\"""', '"\nimport os\n"', "#", '"', "{{ x }}"]
)
def test_texts_stay_texts_in_an_exported_script(text):
    for written in (_block(text), _quoted(text)):
        (statement,) = ast.parse(written).body
        assert isinstance(ast.literal_eval(statement.value), str)


@pytest.fixture
def run(tmp_path) -> Path:
    """A run folder with spikes, in a folder beside which there is another, `elsewhere`."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "traces").mkdir()
    (tmp_path / "elsewhere" / "traces" / "precious").write_text("precious")
    writer = RunWriter(tmp_path / "run")
    with writer.begin(Model()):
        writer.weights({"input_to_hidden.w": np.zeros((64, 200))}, {"hidden": np.ones((10, 200))})
        writer.history([{"epoch": 0, "train_error": np.nan, "test_error": 0.9}])
        writer.metrics({"test_error": 0.9, "epochs": 0})
        writer.spikes(spikes())
    return writer.folder


def spikes(**changes) -> Spikes:
    whole = {
        **{"t": np.array([0.01, 0.02]), "i": np.array([0, 1]), "population": np.array([0, 0])},
        **{"populations": ("hidden",), "sizes": (200,), "onsets": np.array([0.0])},
        **{"duration": 0.1, "labels": ("1",), "predictions": ("2",)},
    }
    return Spikes(**whole | changes)


@pytest.fixture
def elsewhere(run):
    """Nothing may change there."""

    def contents():
        return {path: path.is_dir() or path.read_bytes() for path in folder.rglob("*")}

    folder = run.parent / "elsewhere"
    before = contents()
    yield folder
    assert contents() == before


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("figures", ["plot", "run", "learning-curve"]),
        ("figures", ["plot", "run"]),
        ("export", ["export", "run", "--to", "csv"]),
        ("recordings", ["record", "run", "hidden.v"]),
        ("tests", ["test", "run"]),
    ],
    ids=str,
)
def test_no_command_writes_through_a_link_out_of_the_run_folder(
    name, command, run, elsewhere, monkeypatch, capsys
):
    monkeypatch.chdir(run.parent)
    (run / name).symlink_to(elsewhere)
    assert main(command) == 2
    assert f"run/{name}" in (told := capsys.readouterr().err)
    assert f"is a link out of {run}, where nothing is written" in told.splitlines()[-1]


def test_the_name_of_a_recording_is_no_path(run):
    with pytest.raises(ModelError, match="no name of a recording"):
        recording_folder(open_run(run), "../traces")


def test_a_run_writes_through_no_link(run, elsewhere):
    (run / "weights").symlink_to(elsewhere)
    writer = RunWriter(run, force=True)
    with pytest.raises(RunFolderError, match="is a link out of"), writer.begin(Model(), keep=True):
        writer.weights({}, {}, epoch=0)
    (run / "figures").symlink_to(elsewhere)
    with writer.begin(Model()):  # the links go, and what they lead to stays
        assert not (run / "figures").is_symlink()


def test_files_are_replaced_and_links_not_followed(run, elsewhere):
    (run / "metrics.json").unlink()
    (run / "metrics.json").symlink_to(elsewhere / "traces" / "precious")
    with RunWriter(run, force=True).begin(Model(), keep=True):
        RunWriter(run, force=True).metrics({"test_error": 0.5})
    assert not (run / "metrics.json").is_symlink()


def test_the_lock_is_no_link(run, elsewhere):
    (run / ".lock").symlink_to(elsewhere / "new")
    with pytest.raises(RunFolderError, match="cannot write"), locked(run):
        pass


@pytest.mark.parametrize("name", ["../elsewhere/v", "/etc/passwd", "hidden.v/../../x", "", "v"])
def test_recordings_name_no_files_elsewhere(name, run):
    folder = run / "recordings" / "traces"
    folder.mkdir(parents=True)
    (folder / "traces.json").write_text(f'[{{"name": "{name}", "unit": "V", "which": [0]}}]')
    with pytest.raises(RunFolderError, match="is no variable of a group"):
        _ = open_run(run).recording().traces


@pytest.mark.parametrize("name", ["/etc", "../../x", "runs/../../../x"])
def test_the_runs_of_a_sweep_lie_in_its_folder(name, tmp_path):
    (tmp_path / "table.csv").write_text(f"run,seed,status\n{name},1,finished\n")
    with pytest.raises(RunFolderError, match="is no folder in it"):
        read_rows(tmp_path / "table.csv")


def test_a_sweep_goes_on_through_no_link(run, elsewhere):
    from spikingfa.sweeping.folder import SweepFolder
    from spikingfa.sweeping.plan import Planned
    from spikingfa.sweeping.run_jobs import _divided

    (run / "runs").mkdir()
    (run / "runs" / "x").symlink_to(elsewhere)
    planned = Planned({}, Model(), 1, "runs/x/seed-1")
    with pytest.raises(RunFolderError, match="is a link out of"):
        _divided([planned], SweepFolder(run, []))


def test_a_comparison_goes_on_through_no_link(run, elsewhere):
    (run / "runs").symlink_to(elsewhere)
    with pytest.raises(RunFolderError, match="is a link out of"):
        compare_models({"x": Model()}, [1], run)


def test_archives_are_not_unpacked(run, elsewhere):
    array = io.BytesIO()
    np.save(array, np.zeros(3))
    with zipfile.ZipFile(run / "weights.npz", "w") as file:
        for name in ("../elsewhere/new.npy", "/tmp/new.npy", "input_to_hidden.w.npy"):
            file.writestr(name, array.getvalue())
    with pytest.raises(RunFolderError, match=r"there is no hidden_to_output\.w|the model needs"):
        _ = open_run(run).arrays
    assert not (run.parent / "new.npy").exists()


def test_weights_are_numbers(run):
    np.savez(run / "weights.npz", **{"input_to_hidden.w": np.array([["0.5"]])})
    with pytest.raises(RunFolderError, match=r"input_to_hidden\.w is an array of <U3, not of num"):
        _ = open_run(run).arrays


@pytest.mark.parametrize(
    "kind", ["<M8[s/0]", "<m8[s/0]", [("a", "<f8")], "\\x3cM8\\x5bs/0]", "|S0"]
)
def test_arrays_that_end_a_process_are_not_loaded(kind, run):
    """NumPy divides by the number in a kind of dates, and by the size of nothing."""
    shape = -1 if kind == "|S0" else 2
    text = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': ({shape},), }}"
    text = text.replace("\\\\", "\\")
    head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + bytes(16)
    with zipfile.ZipFile(run / "weights.npz", "w") as file:
        file.writestr("x.npy", head)
    with pytest.raises(RunFolderError, match="not of plain numbers or texts"):
        _ = open_run(run).arrays
    folder = run / "recordings" / "traces"
    folder.mkdir(parents=True)
    (folder / "hidden.v.npy").write_bytes(head)
    (folder / "traces.json").write_text(
        '[{"name": "hidden.v", "unit": "V", "which": [0], "dt": 1}]'
    )
    with pytest.raises(RunFolderError, match="not of plain numbers or texts"):
        _ = open_run(run).recording().traces


@pytest.mark.parametrize(
    "changes",
    [
        {"t": np.zeros(3)},
        {"t": np.array(["a", "b"])},
        {"t": np.array([0.0, np.nan])},
        {"i": np.array([0, 200])},
        {"i": np.array([-1, 0])},
        {"population": np.array([0, 1])},
        {"population": np.array([0.0, 0.0])},
        {"sizes": (200, 3)},
        {"onsets": np.zeros(2)},
        {"predictions": ()},
        {"duration": np.inf},
    ],
    ids=str,
)
def test_spikes_that_do_not_belong_together_are_refused(changes, run):
    spikes(**changes).save(run / "spikes.npz")
    with pytest.raises(RunFolderError, match="its spikes do not belong together"):
        _ = open_run(run).spikes


def test_a_page_shows_texts_as_texts(run):
    evil = "<script>alert(1)</script>"
    spikes(labels=(evil,), predictions=(evil,), populations=(evil,)).save(run / "spikes.npz")
    (run / "model.toml").write_text(
        f"[task]\nname = 'arrays'\nfile = '{evil}'\n[hidden]\nmodel = 'equations'\n"
        f"equations = '''{LIF}  # {evil}'''\n"
    )
    (run / "versions.json").write_text(f'{{"format": 1, "command": "{evil}"}}')
    (run / "history.csv").write_text(f"epoch,{evil}\n0,1\n")
    html = page(Contents(open_run(run)), [])
    assert "alert(1)" in html
    assert evil not in html


def test_the_terminal_is_told_no_codes(tmp_path, capsys):
    path = tmp_path / "model.toml"
    path.write_text('[task]\nname = "arrays"\nfile = "\\u001b[2J.npz"\n')
    main(["show", str(path)])
    path.write_text('[task]\n"\\u001b[2J" = 1\n')
    assert main(["show", str(path)]) == 2
    assert "\x1b" not in "".join(capsys.readouterr())


def test_links_within_a_run_folder_are_followed(run, monkeypatch):
    (run / "pictures").mkdir()
    (run / "figures").symlink_to(run / "pictures")
    monkeypatch.chdir(run.parent)
    assert main(["plot", "run", "learning-curve"]) == 0
    assert (run / "pictures" / "learning_curve.png").is_file()
