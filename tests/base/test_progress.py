"""The progress of waits: what is written when, with a clock that the test moves."""

import io
import threading
from types import SimpleNamespace

import pytest
from helpers.waits import LIMIT

from spikingfa.base import progress
from spikingfa.base.progress import PATIENCE, Waiting, progress_shown


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def patience(no_progress, monkeypatch):
    """Seconds without a word, as users have them."""
    monkeypatch.setattr(progress, "PATIENCE", PATIENCE)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("tqdm.std.time", clock)
    monkeypatch.setattr(progress, "TICK", 1e6)  # no thread looks at the clock
    return clock


def into(stream, monkeypatch):
    """The stream, which the module takes for stderr: pytest changes that of the process."""
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=stream))
    return stream


@pytest.fixture
def log(monkeypatch):
    """stderr, as it goes into a file."""
    return into(io.StringIO(), monkeypatch)


@pytest.fixture
def terminal(monkeypatch):
    return into(Terminal(), monkeypatch)


def steps(waiting: Waiting, clock: Clock, n: int, seconds: float) -> None:
    for _ in range(n):
        clock.now += seconds
        waiting.update()


@pytest.mark.parametrize("stream", ["log", "terminal"])
@pytest.mark.parametrize("total", [10, None])
def test_short_waits_show_nothing(stream, total, clock, request):
    stream = request.getfixturevalue(stream)
    with Waiting("testing", total, " trials") as waiting:
        steps(waiting, clock, 10, 0.19)
    assert stream.getvalue() == ""


def test_a_log_has_whole_lines_further_and_further_apart(clock, log):
    with Waiting("testing", 1000, " trials") as waiting:
        steps(waiting, clock, 1000, 0.1)
    lines = log.getvalue().splitlines()
    assert lines[0] == "testing: 2 % of 1000 trials in 00:02, 01:38 left"
    assert [line.split()[7] for line in lines] == ["00:02,", "00:04,", "00:08,", *later(16, 32, 64)]
    assert "\r" not in log.getvalue()


def later(*seconds: int) -> list[str]:
    return [f"{s // 60:02d}:{s % 60:02d}," for s in seconds]


def test_lines_stay_ten_minutes_apart_at_most(clock, log):
    with Waiting("compare", 100, " runs") as waiting:
        steps(waiting, clock, 100, 120)
    assert 18 < len(log.getvalue().splitlines()) < 30


def test_a_bar_is_drawn_over_in_a_terminal_and_goes(clock, terminal):
    with Waiting("testing", 100, " trials") as waiting:
        steps(waiting, clock, 50, 0.1)
        shown = terminal.getvalue()
        assert "\n" not in shown
        assert shown.split("\r")[-1].startswith("testing |")
        assert "50 % of 100 trials  [00:05 < 00:05]" in shown
    assert terminal.getvalue().split("\r")[-1].strip() == ""


def test_a_notebook_is_drawn_over(clock, monkeypatch):
    stream = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})()
    into(stream, monkeypatch)
    with Waiting("testing", 10, " trials") as waiting:
        steps(waiting, clock, 5, 1)
    assert stream.getvalue().startswith("\rtesting")


def test_what_has_no_end_that_is_known_shows_its_time(clock, log):
    with Waiting("building the network") as waiting:
        for _ in range(5):
            clock.now += 1
            waiting.update(0)
    assert log.getvalue().splitlines() == [
        "building the network ... 00:02",
        "building the network ... 00:04",
    ]


@pytest.mark.parametrize("stream", ["log", "terminal"])
@pytest.mark.parametrize("wanted", [(False,), (False, True), (True, False)])
def test_it_can_be_switched_off_here_or_around(stream, wanted, clock, request):
    stream = request.getfixturevalue(stream)
    outer, inner = (*wanted, True)[:2]
    with progress_shown(outer), progress_shown(inner), Waiting("testing", 10) as waiting:
        waiting.say("a line")
        steps(waiting, clock, 10, 1)
    assert stream.getvalue() == ""
    with Waiting("testing") as waiting:  # it is on again
        waiting.say("a line")
    assert stream.getvalue().strip("\r") == "a line\n"


def test_without_stderr_there_is_nothing(clock, monkeypatch):
    into(None, monkeypatch)
    with Waiting("testing", 10) as waiting:
        waiting.say("a line")
        steps(waiting, clock, 10, 1)


def test_parts_are_counted_from_where_it_stands(clock, log):
    with Waiting("testing", 40, " trials") as waiting:
        for _ in range(2):
            part = waiting.within(20)
            clock.now += 5
            part(0.5)
            part(1.0)
    assert [line.split(" of")[0] for line in log.getvalue().splitlines()] == [
        "testing: 25 %",
        "testing: 75 %",
    ]


def test_time_is_drawn_while_nothing_is_counted(monkeypatch):
    """By a thread, which ends with the wait."""
    written = threading.Event()

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            if text.startswith("building ..."):
                written.set()
            return super().write(text)

    into(Stream(), monkeypatch)
    monkeypatch.setattr(progress, "TICK", 0.001)
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    with Waiting("building") as waiting:
        assert written.wait(LIMIT)
    waiting.ticking.join(LIMIT)
    assert not waiting.ticking.is_alive()
