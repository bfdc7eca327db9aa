"""The harness of the fault tests: its own parts, what is stored, and a few tries of each kind."""

import errno
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT))

from benchmarks.reliability import __main__ as harness  # noqa: E402
from benchmarks.reliability import contents  # noqa: E402
from benchmarks.reliability.clock import Clock  # noqa: E402
from benchmarks.reliability.disk import Disk  # noqa: E402
from benchmarks.reliability.failed import Failed  # noqa: E402
from benchmarks.reliability.faults import FAULTS, Fault  # noqa: E402
from benchmarks.reliability.permissions import read_only  # noqa: E402
from benchmarks.reliability.place import Place  # noqa: E402
from benchmarks.reliability.results import RESULTS, summary, table  # noqa: E402

KEYS = {"fault", "in", "times", "lost", "command", "seconds", "versions"}
#: Faults that come at random moments are tried so often.
OFTEN = {f"{blow}-{of}": 100 for blow in ("kill", "interrupt") for of in ("run", "sweep", "export")}
#: Opens a file, writes four times, and says which of the operations failed with which error.
WRITES = """
import os, sys
def tried(operation, *arguments):
    try:
        return operation(*arguments)
    except OSError as error:
        print(error.errno, end=" ")
file = tried(os.open, sys.argv[1], os.O_CREAT | os.O_WRONLY)
if file is None:
    sys.exit()
tried(os.write, file, b"one")
tried(os.pwrite, file, b"two", 3)
tried(os.writev, file, [b"three"])
tried(os.fsync, file)
"""


def said(code: str, *arguments, **environment: str) -> str:
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, check=True
    )
    return done.stdout


linux = pytest.mark.skipif(sys.platform != "linux", reason="faults need Linux")


@pytest.fixture
def disk(tmp_path) -> Disk:
    return Disk(tmp_path)


@linux
def test_operations_that_need_room_are_counted_in_one_folder(disk, tmp_path):
    assert said(WRITES, disk.folder / "a", **disk.settings) == ""
    assert disk.count == 5
    assert said(WRITES, tmp_path / "elsewhere", **disk.settings) == ""
    assert disk.count == 5


@linux
@pytest.mark.parametrize(
    ("nth", "stays", "failed"), [(1, False, 1), (3, False, 1), (3, True, 3), (5, True, 1)]
)
def test_the_nth_operation_finds_no_room(disk, nth, stays, failed):
    disk.full_at(nth, stays)
    assert said(WRITES, disk.folder / "a", **disk.settings) == f"{errno.ENOSPC} " * failed
    disk.good()
    assert said(WRITES, disk.folder / "a", **disk.settings) == ""


@linux
def test_the_clock_is_set_and_time_goes_on(tmp_path):
    clock = Clock(tmp_path)
    clock.set(-10_000)
    told = said("import time; print(time.time(), time.monotonic())", **clock.settings)
    wall, monotonic = map(float, told.split())
    assert time.time() - wall == pytest.approx(10_000, abs=100)
    assert monotonic == pytest.approx(time.monotonic(), abs=100)


@linux
def test_nobody_writes_where_nothing_can_be_written(tmp_path):
    (tmp_path / "inner").mkdir()
    code = (
        "import os, sys; from benchmarks.reliability.permissions import bind_root\n"
        "if os.geteuid() == 0: bind_root()\n"
        "print(os.access(sys.argv[1], os.W_OK))"
    )
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    with read_only(tmp_path):
        assert said(code, tmp_path / "inner", PYTHONPATH=path) == "False\n"
    assert said(code, tmp_path / "inner", PYTHONPATH=path) == "True\n"


def test_a_file_that_is_not_whole_is_seen(tiny_run, tmp_path):
    place = Place(tmp_path)
    expected = contents.of_folder(tiny_run.folder)
    assert {"weights.npz", "metrics.json", "figures/raster.png"} <= expected.keys()
    place.check_same(tiny_run.folder, expected)
    with pytest.raises(Failed, match=r"not that of the undisturbed run: weights\.npz"):
        place.check_same(tiny_run.folder, expected | {"weights.npz": "another"})
    (tmp_path / ".unfinished-0-1-0-weights.npz").touch()
    assert contents.unfinished(tmp_path) == [".unfinished-0-1-0-weights.npz"]


@pytest.fixture
def made_up(monkeypatch, tmp_path):
    """A fault whose third try goes wrong, or none."""
    monkeypatch.setattr(harness, "start_server", lambda **_: None)
    monkeypatch.setattr("benchmarks.reliability.results.RESULTS", tmp_path)

    def tries(place: Place, times: int, draw: random.Random):
        for k in range(times):
            if k == 3:
                raise Failed("a file was lost")
            yield "" if k else "a chunk"

    monkeypatch.setitem(FAULTS, "made-up", Fault("it rains", "run", 2, tries))
    return tmp_path / "made-up.json"


def test_what_was_lost_is_counted_and_kept(made_up, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["reliability", "made-up"])
    assert harness.main() == 0
    found = json.loads(made_up.read_text("utf-8"))
    assert found.keys() == KEYS
    assert found["times"] == 2
    assert found["lost"] == "a chunk (once)"
    assert found["command"] == "python -m benchmarks.reliability made-up --seed 1"


def test_a_try_that_goes_wrong_is_told_and_nothing_kept(made_up, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["reliability", "made-up", "--times", "9", "--seed", "7"])
    assert harness.main() == 1
    assert "made-up --seed 7: try 4 failed: a file was lost" in capsys.readouterr().err
    assert not made_up.exists()


def test_nothing_lost_is_said_so():
    assert summary(["", ""]) == "nothing"
    assert summary(["a", "", "b", "a"]) == "a (2 times); b (once)"


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_has_a_stored_result(name):
    found = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    assert found.keys() == KEYS
    assert found["times"] >= OFTEN.get(name, 1)
    assert (found["fault"], found["in"]) == (FAULTS[name].what, FAULTS[name].during)
    assert f"python -m benchmarks.reliability {name} --seed " in found["command"]
    assert found["versions"]["python"]


def test_the_table_is_that_of_the_stored_results():
    assert table() in (ROOT / "docs" / "reliability.md").read_text("utf-8")


@linux
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "times"), [("kill-run", 2), ("interrupt-export", 2), ("disk-full-run", 2)]
)
def test_a_few_tries(name, times):
    command = [sys.executable, "-m", "benchmarks.reliability", name, "--times", str(times)]
    done = subprocess.run(
        [*command, "--not-kept"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
