"""The house: where modules lie, and under which names they are found."""

import ast
import importlib
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import spikingfa
from spikingfa.base.errors import SpikingFAWarning
from spikingfa.base.old_names import MOVED
from spikingfa.engine.compiled import cache

PACKAGE = Path(spikingfa.__file__).parent

#: What the process that compiles imports, and no line of the compiled program comes from: the
#: blueprint is a part of the key itself.
NO_CODE = {
    *("base/cores.py", "base/errors.py", "base/files.py", "base/interrupts.py"),
    *("base/run_whole.py", "base/subprocesses.py", "network/blueprint.py", "tasks/events.py"),
}


def imported_by(module: str, seen: set[Path]) -> set[Path]:
    """Files of this package that a module imports, and those that these import."""
    path = PACKAGE.parent / module.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file() or path in seen:
        return seen
    seen.add(path)
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("spikingfa"):
            imported_by(node.module, seen)
            for name in node.names:
                imported_by(f"{node.module}.{name.name}", seen)
    return seen


@pytest.mark.parametrize("builder", ["compiled", "cuda"])
def test_whatever_makes_code_is_in_the_key_of_the_cache(builder):
    """Or an old program would be run for a new version."""
    files = imported_by(f"spikingfa.engine.{builder}.build", set())
    made = {path for path in files if path.relative_to(PACKAGE).as_posix() not in NO_CODE}
    assert len(made) > 8
    assert made <= {*cache.sources()}


def test_templates_are_in_the_key_of_the_cache():
    ends = {".cpp", ".h", ".cu", ".cuh"}
    written = {path for path in PACKAGE.rglob("*") if path.suffix in ends}
    assert len(written) > 8
    assert written <= {*cache.sources()}


def test_no_room_hides_a_public_function():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    assert not rooms & {*spikingfa.__all__}
    for name in spikingfa.__all__:
        assert not isinstance(getattr(spikingfa, name), type(sys)), name


def test_at_most_sixteen_entries_lie_in_the_package():
    """Beside the models, which lie there in a wheel, and the mark of type hints (PEP 561)."""
    names = {path.name for path in PACKAGE.iterdir()} - {"__pycache__", "models", "py.typed"}
    assert len(names) <= 16


@pytest.mark.parametrize("old", sorted(MOVED))
def test_old_names_of_modules_are_found_with_a_warning(old, monkeypatch):
    monkeypatch.delitem(sys.modules, f"spikingfa.{old}", raising=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its package may have an old name, too
        importlib.import_module(f"spikingfa.{old}".rpartition(".")[0])
    with pytest.warns(SpikingFAWarning, match=f"spikingfa.{old} is called spikingfa.{MOVED[old]}"):
        module = importlib.import_module(f"spikingfa.{old}")
    assert module is importlib.import_module(f"spikingfa.{MOVED[old]}")


def test_help_needs_no_brian2():
    code = (
        "import sys; from spikingfa.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit('brian2' in sys.modules or 'matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
