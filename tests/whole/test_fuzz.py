"""Readers take or refuse whatever they are given: some hundreds of what `benchmarks/fuzz` tries."""

import json
import time
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def fuzz(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)
    return lambda name: import_module(f"benchmarks.fuzz.{name}")


@pytest.mark.parametrize("reader", ["model_inputs", "idx_inputs", "run_folder_inputs"])
def test_files_are_read_or_refused_in_one_line(reader, fuzz, tmp_path):
    counts = fuzz("running").fed(fuzz(reader), 300, 7, tmp_path / "failed")
    assert counts.all == 300
    assert counts.read > 10
    assert counts.refused > 100


@pytest.mark.parametrize(
    ("reader", "times"), [("model", 100_000), ("idx", 100_000), ("run-folder", 20_000)]
)
def test_as_many_inputs_are_stored(reader, times):
    path = ROOT / "benchmarks" / "results" / "reliability" / f"fuzz-{reader}.json"
    found = json.loads(path.read_text("utf-8"))
    assert found["times"] >= times
    assert found["lost"].startswith("nothing: ")
    assert found["command"].startswith(f"python -m benchmarks.fuzz {reader} --inputs ")


def _raises(error: Exception):
    def read(folder, value):
        raise error

    return read


def _never_ends(folder, value):
    while True:
        time.sleep(0.01)


def _takes_all(folder, value):
    return bytearray(2**40)


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (_raises(KeyError("x")), "input 1: KeyError: 'x'"),
        (_raises(ValueError("two\nlines")), "input 1: its error is no line"),
        (_never_ends, "input 1: Hang: it took more than"),
        (_takes_all, "input 1: MemoryError"),
    ],
)
def test_what_is_neither_is_found(read, told, fuzz, tmp_path, monkeypatch):
    monkeypatch.setattr(fuzz("limits"), "WAITING", 0.2)
    reader = SimpleNamespace(
        prepared=lambda folder: None, made=lambda *_: b"it", read=read, ERRORS=ValueError
    )
    with pytest.raises(fuzz("running").Failed, match=told):
        fuzz("running").fed(reader, 3, 1, tmp_path / "failed")
    assert b"it" in (tmp_path / "failed").read_bytes()
