"""The program against the network in NumPy that was written from the page "The model, whole"."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import spikingfa
from spikingfa.model.files import load_model, write_model

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "docs" / "reference_simulation.py"
PAGE = ROOT / "docs" / "guide" / "model-whole.md"
EQUAL = "every spike and weight equal\n"

DELAYS = {"hidden.delay": "3 ms", "output.delay": "2 ms", "feedback.delay": "4 ms"}
#: Many neurons are refractory at an onset then, with a potential that is not that of rest.
RESET = {"hidden.tau_refrac": "10 ms", "hidden.v_reset": "-70 mV"}
MODELS = {
    "digits_fa": ("digits_fa", {}),
    "digits_fa_deep": ("digits_fa_deep", {}),
    "lif_cond": ("digits_lif_cond", {}),
}
#: Constants and orders, and others in their place.
FAULTS = [
    ("12e-3", "13e-3"),  # s, until the teacher begins
    ("20e-3", "21e-3"),  # s, until the error counts
    ('["teacher"][:] = np.zeros(10), 0.5', '["teacher"][:] = np.zeros(10), 0.45'),
    ("(np.arange(self.m[of]) + 0.5)", "(np.arange(self.m[of]) + 0.4)"),
    ("+ 1e-3) - 1", "+ 1e-3)"),  # a step more of refractoriness
    ('"Hz": 1.0', '"Hz": 1.0001'),
    ("spawn_key=(number, index)", "spawn_key=(number, index + 1)"),
    ("(drive > least)", "(drive >= 1.1 * least)"),
]


def made(folder: Path, name: str, settings: dict) -> Path:
    """The folder of two epochs of ten digits, with a recording of ten digits while it learns."""
    model = load_model(name).but({"task.limit": 10, "training.epochs": 2} | settings)
    run = spikingfa.train(model, out=folder / "run", progress=False, figures=False)
    spikingfa.record(
        run,
        stimuli="0:10",
        training_set=True,
        learning=True,
        untrained=True,
        name="learning",
        progress=False,
    )
    return run.folder


@pytest.fixture(scope="module")
def delayed(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("delayed"), "digits_fa", DELAYS | RESET)


def compared(folder: Path, old: str = "", new: str = "") -> int:
    """The exit status of the script, with a fault."""
    text = SCRIPT.read_text("utf-8")
    assert not old or text.count(old) == 1, old
    names = {"__name__": "reference_simulation"}
    exec(compile(text.replace(old, new) if old else text, str(SCRIPT), "exec"), names)
    return names["main"](folder)


@pytest.mark.long
def test_as_a_command_it_says_that_all_is_equal(delayed):
    command = [sys.executable, str(SCRIPT), str(delayed)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, EQUAL, "")


def test_every_spike_and_weight_is_that_of_the_program_with_delays(delayed, capsys):
    assert compared(delayed) == 0
    assert capsys.readouterr().out == EQUAL


@pytest.mark.long
@pytest.mark.parametrize("name", MODELS)
def test_every_spike_and_weight_is_that_of_the_program(name, tmp_path, capsys):
    assert compared(made(tmp_path, *MODELS[name])) == 0
    assert capsys.readouterr().out == EQUAL


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("old", "new"), FAULTS)
def test_a_constant_that_is_changed_is_seen(delayed, old, new, capsys):
    assert compared(delayed, old, new) == 1
    assert "equal" not in capsys.readouterr().out


def test_other_models_are_refused(tmp_path):
    write_model("digits_alif", tmp_path / "model.toml")
    with pytest.raises(SystemExit, match="not written for model = 'alif'"):
        compared(tmp_path)


def test_it_imports_nothing_of_the_package():
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in imports for alias in node.names if isinstance(node, ast.Import)}
    names |= {node.module for node in imports if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in names} <= {
        *sys.stdlib_module_names,
        *("numpy", "sklearn"),
    }


def test_the_constants_of_the_page_are_those_of_the_model():
    model = load_model("digits_fa")
    text = PAGE.read_text("utf-8").partition("## 10 Constants")[2]
    rows = re.findall(r"`(\w+)\.(\w+)` \| ([^|]+) \|", text)
    assert len(rows) > 30
    for section, field, value in rows:
        record = getattr(model, section)
        record = record[0] if section == "hidden" else record
        assert str(record.model_dump(mode="json")[field]) == value.strip(), f"{section}.{field}"
    shared = ("v_rest", "v_reset", "v_thresh", "tau_m", "r_m", "tau_syn", "tau_refrac")
    assert all(getattr(model.output, name) == getattr(model.hidden, name) for name in shared)
    layer = load_model("digits_lif_cond").hidden[0].model_dump(mode="json")
    rows = re.findall(r"`(e_rev_[ei])` (-?\d+ mV)", text)
    assert dict(rows) == {name: layer[name] for name in ("e_rev_e", "e_rev_i")}
