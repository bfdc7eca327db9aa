"""Compilers as they come: a command of two words, a C compiler, one that takes no -march=native."""

import subprocess

import pytest
from helpers.chunks import small_blueprint

from spikingfa.base.errors import BuildError, SpikingFAWarning
from spikingfa.engine.compiled import cache, checksums, compiler

SOURCE = (
    '#include <iostream>\n#include <string>\nint main() { std::cout << std::string("it works"); }'
)


@pytest.fixture
def wrapper(tmp_path, monkeypatch):
    """Write a script that stands for a compiler, in a folder with a space in its name."""

    def write(script: str, name: str = "my c++"):
        path = tmp_path / "my tools" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


def refusing(flag: str, command: str) -> str:
    error = f"echo \"error: unrecognized argument in option '{flag}'\" >&2; exit 1"
    return f'for a in "$@"; do case "$a" in {flag}) {error};; esac; done\nexec {command} "$@"'


def test_a_compiler_is_a_program_or_a_command(wrapper, monkeypatch):
    path = wrapper('exec g++ "$@"')
    for chosen, command in {
        "g++": ["g++"],
        "": ["g++"],
        "env g++ -m64": ["env", "g++", "-m64"],
        str(path): [str(path)],
        f"'{path}' -O2": [str(path), "-O2"],
    }.items():
        monkeypatch.setenv("CXX", chosen)
        assert compiler.compiler() == command
        assert "cc1plus" in compiler.identity()


def test_a_command_that_is_none_is_told(monkeypatch):
    monkeypatch.setenv("CXX", "'g++")
    with pytest.raises(BuildError, match="is no command: No closing quotation"):
        compiler.compiler()


def test_nvcc_is_told_the_compiler_and_not_what_launches_it(wrapper, monkeypatch):
    launcher = wrapper('exec "$@"', "ccache")
    monkeypatch.setenv("CXX", f"'{launcher}' g++")
    assert compiler.program() == "g++"


def test_what_a_compiler_lacks_for_speed_is_left_out(wrapper, monkeypatch):
    monkeypatch.setenv("CXX", str(wrapper(refusing("-march=native", "g++"))))
    assert compiler.flags() == tuple(f for f in compiler.COMPILER_FLAGS if f != "-march=native")
    assert "cc1plus" in compiler.identity()


def test_what_a_compiler_lacks_for_the_same_numbers_is_an_error(wrapper, monkeypatch):
    monkeypatch.setenv("CXX", str(wrapper(refusing("-ffp-contract=off", "g++"))))
    assert "-ffp-contract=off" in compiler.flags()
    with pytest.raises(BuildError, match="does not work: error: unrecognized argument in option"):
        compiler.identity()


@pytest.mark.sampled(3)
@pytest.mark.parametrize("command", ["env gcc", "gcc", "g++"])
def test_a_c_compiler_links_too(command, monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", command)
    (tmp_path / "main.cpp").write_text(SOURCE)
    subprocess.run([*compiler.compiler(), "-c", "main.cpp"], cwd=tmp_path, check=True)
    compiler.link(tmp_path, ["main.o"])
    assert subprocess.run(tmp_path / "main", stdout=subprocess.PIPE).stdout == b"it works"


def test_a_compiler_that_cannot_link_says_why(wrapper, monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", str(wrapper('echo "ld: error: no library of that name" >&2; exit 1')))
    told = "compiles C\\+\\+ but does not link it: ld: error: no library of that name; CXX may name"
    with pytest.raises(BuildError, match=told):
        compiler.link(tmp_path, ["main.o"])


@pytest.mark.long
def test_with_all_that_at_once_a_network_is_compiled(wrapper, monkeypatch, tmp_path):
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CXX", f"env '{wrapper(refusing('-march=native', 'gcc'))}'")
    with pytest.warns(SpikingFAWarning, match="'env' lacks -march=native"):
        made = cache.compiled(small_blueprint())
    assert not checksums.problem(made.folder)
    assert cache.compiled(small_blueprint()).build_seconds == 0  # and no warning any more


@pytest.mark.long
def test_a_relative_cache_stays_where_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SPIKINGFA_CACHE", f"../{tmp_path.name}/cache")
    made = cache.compiled(small_blueprint())
    assert made.folder.is_absolute()
    assert made.folder.parent.samefile(tmp_path / "cache")
    monkeypatch.chdir("/")
    assert cache.compiled(small_blueprint()) == cache.Program(made.folder, 0.0)
