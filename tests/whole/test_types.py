"""Types of what is public: checked by mypy, complete, and of use to who makes a mistake."""

import ast
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import spikingfa

ROOT = Path(__file__).parents[2]
CHECKED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]["files"]
USE = "tests/whole/typed_use.py"

#: Mistakes of a user, and what mypy says of them.
MISTAKES = {
    'spikingfa.train("digits_fa", seed="one")': '"seed" to "train" has incompatible type "str"',
    'spikingfa.train("digits_fa", sede=1)': 'Unexpected keyword argument "sede"',
    "spikingfa.train()": 'Missing positional argument "model"',
    'spikingfa.open_run("runs/a").weigths': '"Run" has no attribute "weigths"',
    'spikingfa.load_model("digits_fa").training.epoch': '"Training" has no attribute "epoch"',
    'spikingfa.evaluate("runs/a", kill=0.2)': 'Unexpected keyword argument "kill"',
    'spikingfa.record("runs/a", trials="all")': '"trials" to "record" has incompatible type "str"',
    "spikingfa.Perturbation(seed=None)": '"seed" to "Perturbation" has incompatible type "None"',
    'spikingfa.open_run("runs/a").test(0.2)': '"test" of "Run" has incompatible type "float"',
    "spikingfa.plot_rasters": 'Module has no attribute "plot_rasters"',
}


def public_modules() -> set[str]:
    """Files in which the public names are, wherever the package is installed."""
    modules = {getattr(spikingfa, name).__module__ for name in spikingfa.__all__}
    installed = Path(spikingfa.__file__).parents[1]
    paths = {Path(sys.modules[name].__file__).relative_to(installed) for name in modules}
    return {path.as_posix() for path in paths}


def test_what_is_public_is_checked():
    assert public_modules() <= {*CHECKED}
    assert {"spikingfa/__init__.pyi", USE} <= {*CHECKED}


def test_the_script_of_a_user_names_everything():
    tree = ast.parse((ROOT / USE).read_text("utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "spikingfa"
    }
    assert used == {*spikingfa.__all__, "__version__"}


def functions() -> dict[str, object]:
    """Public functions, and public methods of public classes, by name."""
    named = {name: getattr(spikingfa, name) for name in spikingfa.__all__}
    methods = {
        f"{name}.{key}": inspect.unwrap(method)
        for name, kind in named.items()
        if inspect.isclass(kind)
        for key, method in vars(kind).items()
        if inspect.isfunction(method) and (not key.startswith("_") or key == "__call__")
    }
    return methods | {n: inspect.unwrap(f) for n, f in named.items() if inspect.isfunction(f)}


@pytest.mark.parametrize("name", functions())
def test_signatures_are_complete(name):
    signature = inspect.signature(functions()[name])
    parameters = [one for key, one in signature.parameters.items() if key != "self"]
    missing = [one.name for one in parameters if one.annotation is inspect.Parameter.empty]
    assert not missing
    assert signature.return_annotation is not inspect.Signature.empty


def checked(*files: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mypy", "--no-incremental", *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.long
@pytest.mark.needs("mypy")
def test_mypy_finds_nothing_in_what_is_public():
    done = checked()
    assert done.returncode == 0, done.stdout


@pytest.mark.long
@pytest.mark.needs("mypy")
def test_mypy_finds_a_users_mistakes(tmp_path):
    script = tmp_path / "mistakes.py"
    script.write_text("\n".join(["import spikingfa", *MISTAKES]), "utf-8")
    told = checked(str(script)).stdout
    for number, (mistake, reason) in enumerate(MISTAKES.items(), 2):
        lines = [line for line in told.splitlines() if f"mistakes.py:{number}: error" in line]
        assert any(reason in line for line in lines), (mistake, lines)
