"""Compiled networks that were damaged in the cache are noticed, and compiled again."""

import json
import os
import shutil
import subprocess

import numpy as np
import pytest
from helpers.chunks import compiled_by_two_processes, make_chunk, small_blueprint

from spikingfa import Model
from spikingfa.base.errors import BuildError
from spikingfa.engine.compiled import cache, checksums
from spikingfa.engine.compiled.standalone import StandaloneEngine


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A cache folder with one program."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPIKINGFA_CACHE", str(folder))
        cache.compiled(small_blueprint())
    return folder


@pytest.fixture
def program(original, tmp_path, monkeypatch):
    """The folder of the program in a cache of the test's own."""
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    shutil.copytree(original, tmp_path / "cache")
    return tmp_path / "cache" / cache.cache_key(small_blueprint())


def cut(path):
    os.truncate(path, path.stat().st_size // 2)


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


def copied_over(path):
    path.unlink()
    shutil.copy("/bin/true", path)


def forbidden(path):
    path.chmod(0o644)


DAMAGES = [(name, how) for how in (cut, flip, os.unlink) for name in ("main", "manifest.json")]
DAMAGES += [("main", copied_over), ("main", forbidden), (checksums.NAME, cut)]


@pytest.mark.parametrize(("name", "how"), DAMAGES)
def test_any_damage_is_noticed(program, name, how):
    assert checksums.problem(program) == ""
    how(program / name)
    assert checksums.problem(program).count("\n") == 0 < len(checksums.problem(program))


def test_the_sums_are_those_of_sha256sum(program):
    check = ["sha256sum", "--check", "--strict", checksums.NAME]
    assert subprocess.run(check, cwd=program, capture_output=True, check=False).returncode == 0


@pytest.mark.long
def test_what_was_damaged_is_built_again(program):
    """A program that runs from the folder is not disturbed: it keeps its file."""
    kept = json.loads((program / "manifest.json").read_text())
    with open(program / "main", "rb") as running:
        copied_over(program / "main")
        with pytest.MonkeyPatch.context() as patch:
            told = []
            patch.setattr(cache._log, "warning", told.append)
            assert cache.compiled(small_blueprint()).build_seconds > 0
        assert len(running.read()) > 1000
    assert told == [
        "the compiled network in the cache was damaged and is built again:"
        " main is not what was compiled"
    ]
    assert checksums.problem(program) == ""
    assert json.loads((program / "manifest.json").read_text()) == kept
    assert {path.name for path in program.parent.iterdir()} == {
        program.name,
        f"{program.name}.lock",
    }


@pytest.mark.long
def test_a_file_in_place_of_the_folder_is_replaced(program):
    """Who may read and write in the folder is as the user's mask says: a cache can be shared."""
    shutil.rmtree(program)
    program.write_text("no folder")
    cache.compiled(small_blueprint())
    assert checksums.problem(program) == ""
    mask = os.umask(0)
    os.umask(mask)
    assert program.stat().st_mode & 0o777 == 0o777 & ~mask


@pytest.mark.long
def test_two_processes_that_notice_it_build_once(program):
    cut(program / "main")
    assert len(compiled_by_two_processes()) == 1


@pytest.mark.long
def test_damage_between_two_chunks(tmp_path, monkeypatch):
    """The next one comes to the same result."""
    monkeypatch.setenv("SPIKINGFA_CACHE", str(tmp_path / "cache"))
    network, chunk = make_chunk(Model(hidden={"size": 12}))
    engine = StandaloneEngine(network, tmp_path)
    before = engine.run(chunk)
    cut(engine._folder / "main")
    after = engine.run(chunk)
    for name, array in before.state.items():
        np.testing.assert_array_equal(array, after.state[name])


@pytest.mark.long
def test_a_cache_where_nothing_can_be_executed(program, monkeypatch):
    monkeypatch.setattr(checksums, "problem", lambda folder: "main cannot be executed")
    with pytest.raises(BuildError, match="main cannot be executed: SPIKINGFA_CACHE may name"):
        cache.compiled(small_blueprint())


@pytest.mark.parametrize("name", ["identity", "c_library"])
def test_programs_of_another_kind_of_machine_have_another_name(program, monkeypatch, name):
    """Its processor, its compiler, or its C library."""
    monkeypatch.setattr(cache, name, lambda: "another")
    assert cache.cache_key(small_blueprint()) != program.name


def test_the_identity_names_the_processor():
    """What ``-march=native`` stands for, and not this text alone."""
    told = cache.identity()
    assert any(word in told for word in ("-mavx", "-msse", "-mtune=", "-target-cpu", "-mcpu="))
    assert cache.c_library()
