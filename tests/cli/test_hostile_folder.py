"""Commands carry out nothing of a stranger's folder that they are called in."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.chunks import small_blueprint
from helpers.waits import LIMIT

import spikingfa
from spikingfa.cli.main import COMMANDS
from spikingfa.engine.compiled import cache

#: A call of each command in a run folder, by its name. None of them needs to compile.
CALLS = {
    "run": "run model.toml --out ../new",
    "test": "test .",
    "predict": "predict . ../tiny.npz",
    "record": "record . --trials 1",
    "plot": "plot . animation -o ../one.gif",
    "raster": "raster . -o ../raster.png",
    "report": "report .",
    "export": "export . --to neo -o ../run.nix",
    "compare": "compare model.toml --vary plasticity.eta_hidden=0.1,0.2 --seeds 1 -o ../compared",
    "sweep": "sweep model.toml --over plasticity.eta_hidden=0.1 --seeds 1 --jobs 2 -o ../swept",
    "paper": "paper flow --quick --seeds 1 -o ../flow",
    "models": "models",
    "show": "show model.toml",
    "methods": "methods .",
}

BRIAN = 'codegen.target = open({canary!r}, "a").write("brian_preferences ") and "numpy"\n'
MATPLOTLIB = "this line is none\nanimation.ffmpeg_path: ./ffmpeg.sh\nfigure.dpi: 33\n"
FFMPEG = "#!/bin/sh\necho ffmpeg >> {canary}\n"
MODULE = 'open({canary!r}, "a").write(__name__ + " ")\n'

#: Modules that a Python would take from the current folder, if it looked for them there.
MODULES = sys.stdlib_module_names | {"brian2", "conftest", "dask", "distributed", "joblib"}
MODULES |= {"matplotlib", "numpy", "pandas", "sitecustomize", "spikingfa", "usercustomize"}
MODULES |= {"ipython_config", "jupyter_config", "setup"}


class Names(list):
    """Gathers the names of commands, in place of argparse."""

    def add_parser(self, name, **options):
        self.append(name)
        return self

    def __getattr__(self, name):
        return lambda *arguments, **options: self


def names() -> list[str]:
    gathered = Names()
    for command in COMMANDS:
        command.add(gathered)
    return gathered


def plant(folder: Path) -> Path:
    """Put into a folder what its reader would carry out; return the file that would then appear."""
    canary = folder.parent / "carried_out"
    written = {"brian_preferences": BRIAN, "matplotlibrc": MATPLOTLIB, "ffmpeg.sh": FFMPEG}
    for name, text in (written | {f"{module}.py": MODULE for module in MODULES}).items():
        (folder / name).write_text(text.format(canary=str(canary)))
    (folder / "ffmpeg.sh").chmod(0o755)
    return canary


@pytest.fixture
def stranger(tiny_run, tiny_data, tmp_path) -> Path:
    """A copy of a run, with what is hostile in it."""
    folder = tmp_path / "run"
    shutil.copytree(tiny_run.folder, folder)
    shutil.copy(tiny_data, tmp_path)
    plant(folder)
    return folder


def called(arguments: list, folder: Path, **variables) -> subprocess.CompletedProcess:
    """Carry out a program in a folder."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONSAFEPATH", "PYTHONPATH")}
    return subprocess.run(
        list(map(str, arguments)),
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )


def command(call: str, folder: Path, **variables) -> subprocess.CompletedProcess:
    """Carry out the installed command in a folder."""
    return called([Path(sys.executable).with_name("spikingfa"), *call.split()], folder, **variables)


def test_each_command_has_a_call():
    assert set(CALLS) == set(names())


@pytest.mark.sampled(13)
@pytest.mark.parametrize("name", names())
def test_nothing_of_a_hostile_folder_is_carried_out(name, stranger):
    done = command(CALLS[name], stranger)
    assert (done.returncode, done.stderr.count("matplotlibrc")) == (0, 0), done.stderr
    canary = stranger.parent / "carried_out"
    assert not canary.exists(), canary.read_text()


@pytest.mark.long
def test_a_hostile_ffmpeg_is_not_called(stranger):
    done = command("plot . animation -o ../one.mp4", stranger)
    assert done.returncode == (0 if shutil.which("ffmpeg") else 2), done.stderr
    assert not (stranger.parent / "carried_out").exists()


@pytest.mark.long
def test_compiling_in_a_hostile_folder(tmp_path, monkeypatch):
    (tmp_path / "folder").mkdir()
    canary = plant(tmp_path / "folder")
    monkeypatch.chdir(tmp_path / "folder")
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    compiler = tmp_path / "g++"  # by the time that it fails all has been read
    compiler.write_text('#!/bin/sh\ncase "$*" in *-E*) exit 0;; esac\nexit 1\n')
    compiler.chmod(0o755)
    monkeypatch.setenv("CXX", str(compiler))
    with pytest.raises(spikingfa.BuildError, match="compiling the network failed"):
        cache.compiled(small_blueprint())
    assert not canary.exists(), canary.read_text()


DPI = "import spikingfa, matplotlib; print(matplotlib.rcParams['figure.dpi'])"


@pytest.mark.parametrize(
    ("options", "variables", "dpi"),
    [
        ([], {}, "33.0"),
        (["-P"], {}, "100.0"),
        ([], {"PYTHONSAFEPATH": "1"}, "100.0"),
        (["-P"], {"MATPLOTLIBRC": "../own"}, "44.0"),
    ],
)
def test_in_python_its_safe_path_decides(tmp_path, options, variables, dpi):
    """Else a folder's settings are those of the user who works there."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    (folder / "matplotlibrc").write_text("figure.dpi: 33\n")
    (tmp_path / "own").write_text("figure.dpi: 44\n")
    done = called([sys.executable, *options, "-c", DPI], folder, **variables)
    assert (done.stdout.strip(), done.stderr) == (dpi, "")


@pytest.mark.long
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("codegen.nonsense = 1", "Preference 'codegen.nonsense' is unregistered. Spelling error?"),
        ("codegen.target =", "invalid syntax (<string>, line 0)"),
        ("codegen.target = 'numpy'", ""),
    ],
)
def test_settings_of_the_users_own(tmp_path, text, told):
    """They are read; a wrong one ends in one line."""
    (tmp_path / ".brian").mkdir()
    (tmp_path / ".brian" / "user_preferences").write_text(text)
    done = command("show digits_fa", tmp_path, HOME=str(tmp_path))
    where = "(are the settings in ~/.brian/user_preferences right?)"
    complaint = f"spikingfa: cannot import brian2: {told} {where}\n" if told else ""
    assert (done.returncode, done.stderr) == (2 if told else 0, complaint)


@pytest.mark.parametrize("gone", [True, False], ids=["removed", "forbidden"])
def test_a_folder_that_cannot_be_returned_to(tmp_path, gone):
    """Then nothing can be read in it either."""
    end = "rmdir ../folder" if gone else "chmod 0 ."
    (tmp_path / "folder").mkdir()
    call = [sys.executable, "-P", "-c", DPI]
    done = called(["sh", "-c", f"cd folder && {end} && {shlex.join(call)}"], tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "100.0\n", "")
