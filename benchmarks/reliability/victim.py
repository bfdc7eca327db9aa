"""Processes that come to harm: commands of the package, in processes of their own.

They are forked off a server that has imported everything, so that a random moment lies in the work
itself and not in imports. Each leads a session, to which the compiled program that it starts
belongs, so that both can be killed at once.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path

from benchmarks.reliability.failed import Failed
from benchmarks.reliability.permissions import bind_root
from spikingfa.base.subprocesses import environment

MODULES = ["benchmarks.reliability.victim", "spikingfa.training.train", "spikingfa.plots.figures"]
EXPORTS = [
    "neo.io.nixio",
    "nixio",
    "pynwb",
    "nir",
    "spikingfa.export.script.render",
    "spikingfa.export",
]

ROOT = Path(__file__).parents[2]

SWEEPS = ["spikingfa.sweeping.sweep", "spikingfa.sweeping.summary", "pyarrow.parquet"]

LONGEST = 3600  # seconds for a command to end by itself
AT_ONCE = 30  # seconds after which what was interrupted has ended

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(MODULES + EXPORTS + SWEEPS)


def start_server(**settings: str) -> None:
    """Start what all victims are forked off, with these in its environment."""
    paths = os.pathsep.join([str(ROOT), environment()["PYTHONPATH"]])
    before = dict(os.environ)
    # who was killed has not cleaned up; that is done for it, and warned of
    sys.warnoptions.append("ignore:resource_tracker")
    os.environ.update({"PYTHONPATH": paths, "MPLBACKEND": "agg", **settings})
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass
class Victim:
    """A command at work: ``spikingfa ARGUMENTS``.

    Attributes
    ----------
    arguments : list of str
    said : Path
        File of what it prints.
    chunks : Path
        File with a line when the command begins, for each chunk that begins or has been kept.
    bound : bool
        Whether permissions hold for it, even if it is root's.
    """

    arguments: list[str]
    said: Path
    chunks: Path
    bound: bool = False

    def __post_init__(self):
        self.said.unlink(missing_ok=True)
        self.chunks.unlink(missing_ok=True)
        self.said.touch(0o666)
        self.chunks.touch(0o666)
        told = ([str(one) for one in self.arguments], str(self.said), str(self.chunks))
        self.process = _server.Process(target=_carry_out, args=(*told, self.bound))
        self.began = time.perf_counter()
        self.process.start()

    def killed_after(self, seconds: float) -> bool:
        """Kill it and what it started; whether it was still at work."""
        self.process.join(max(0, self.began + seconds - time.perf_counter()))
        at_work = self.process.is_alive()
        for kill in (os.killpg, os.kill):  # by its number only, if it leads no session yet
            with contextlib.suppress(ProcessLookupError):
                kill(self.process.pid, signal.SIGKILL)
        self.process.join(AT_ONCE)
        return at_work

    def interrupted_after(self, seconds: float) -> bool:
        """Interrupt it and what it started, as Ctrl-C does; whether it was still at work."""
        self.process.join(max(0, self.began + seconds - time.perf_counter()))
        while self.process.is_alive() and not self.chunks.stat().st_size:
            time.sleep(0.001)  # it has not come to the command yet
        at = time.perf_counter()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.join(AT_ONCE)
        if self.process.is_alive():
            self.killed_after(0)
            raise Failed(f"it goes on {AT_ONCE} s after it was interrupted: {self.told()}")
        told = self.told()
        if self.process.exitcode == 130 and told.endswith("spikingfa: interrupted\n"):
            if "Traceback" not in told:
                return True
        elif self.process.exitcode == 0 and time.perf_counter() - at < 1:
            return False  # it was done
        raise Failed(f"exit status {self.process.exitcode} when interrupted: {told}")

    def ended(self) -> int:
        """Wait for it; its exit status."""
        self.process.join(LONGEST)
        if self.process.is_alive():
            self.killed_after(0)
            raise Failed(f"it has not ended in {LONGEST} s: {self.told()}")
        self.seconds = time.perf_counter() - self.began
        return self.process.exitcode

    def finished(self) -> None:
        """Wait for it, and see that it was not refused."""
        if status := self.ended():
            raise Failed(f"exit status {status}: {self.told()}")

    def refused(self) -> str:
        """Wait for it, and see that it was refused in one line, which is returned."""
        status, told = self.ended(), self.told()
        complaints = [line for line in told.splitlines() if line.startswith("spikingfa:")]
        if status != 2 or "Traceback" in told or len(complaints) != 1:
            raise Failed(f"exit status {status}, and not one line: {told}")
        return complaints[0]

    def told(self) -> str:
        """What it printed."""
        return self.said.read_text("utf-8", "replace")

    def chunks_of(self, what: str) -> list[int]:
        """Chunks that it has begun (``begun``), or has kept (``kept``)."""
        lines = [line.split() for line in self.chunks.read_text().splitlines()]
        return [int(number) for word, number in lines if word == what]


#: What stops a command after so many seconds, and tells whether it was still at work.
Stop = Callable[[Victim, float], bool]


def _carry_out(arguments: list[str], said: str, chunks: str, bound: bool) -> None:
    os.setsid()
    output = os.open(said, os.O_WRONLY | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if bound and os.geteuid() == 0:
        bind_root()
    from spikingfa.cli.main import main
    from spikingfa.plots import figures

    figures.DRAWN = figures.DRAWN[:1]  # they take most of the time, and are written in one way
    sys.argv = ["spikingfa", *arguments]
    log = os.open(chunks, os.O_WRONLY | os.O_APPEND)
    _log_chunks(log)
    _log_command(log)
    sys.exit(main(arguments))


def _log_command(log: int) -> None:
    from spikingfa.cli import main as cli

    parser = cli._parser  # it is the first that a command needs

    def logged():
        os.write(log, b"command 0\n")
        return parser()

    cli._parser = logged


def _log_chunks(log: int) -> None:
    from spikingfa.training.loop import TrainingLoop

    learn = TrainingLoop._learn

    def logged(self, order, n_parts):
        number = (self.at.epoch - 1) * n_parts + self.at.part
        os.write(log, f"begun {number}\n".encode())
        yield from learn(self, order, n_parts)
        os.write(log, f"kept {number}\n".encode())

    TrainingLoop._learn = logged
