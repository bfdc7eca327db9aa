"""Sweeps that are killed or interrupted at work, and the same command again."""

import contextlib
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from benchmarks.reliability.contents import of_file, of_folder, unfinished
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from benchmarks.reliability.victim import AT_ONCE, Victim

LOST = "the chunk in progress"
OVER = "plasticity.eta_output=0.4,0.8"
#: Of the table: what says how long it took, and where.
TIMES = {"ms_per_trial", "train_seconds", "build_seconds", "seconds", "worker"}


def sweep(place: Place, out: Path) -> Victim:
    """Begin a sweep, whose process hears of no Ctrl-C."""
    over = ("--over", OVER, "--seeds", 1, "--jobs", 1)
    return place.victim("sweep", place.model, *over, "-o", out)


def killed(victim: Victim, seconds: float, draw: random.Random) -> bool:
    """Kill it and all workers, half of the time one of these before; whether it was at work."""
    began = time.perf_counter()
    if draw.random() < 0.5:
        victim.process.join(draw.uniform(0, seconds))
        for one in filter(_carries_out, _children(victim.process.pid)):
            _kill([one, *_children(one.pid)])
    victim.process.join(max(0, began + seconds - time.perf_counter()))
    others = _children(victim.process.pid)
    at_work = victim.killed_after(0)
    _kill(others)
    return at_work


def interrupted(victim: Victim, seconds: float, draw: random.Random) -> bool:
    """Interrupt it, and see that its workers end, too; whether it was at work."""
    victim.process.join(seconds)
    others = _children(victim.process.pid)
    at_work = victim.interrupted_after(0)
    _, alive = psutil.wait_procs(others, timeout=AT_ONCE)
    if alive:
        _kill(alive)
        raise Failed(f"{len(alive)} workers go on {AT_ONCE} s after it was interrupted")
    return at_work


#: What stops a sweep, so many seconds after its first run began.
StopSweep = Callable[[Victim, float, random.Random], bool]


def stopped_sweeps(place: Place, times: int, draw: random.Random, stop: StopSweep) -> Iterator[str]:
    """What each try lost."""
    out = place.folder / "sweep"
    sweep(place, out).finished()  # it compiles what is not in the cache
    shutil.rmtree(out)
    sweep(place, out).finished()
    work = time.time() - min(path.stat().st_mtime for path in _runs(out))
    expected = contents(out)
    while times:
        shutil.rmtree(out, ignore_errors=True)
        victim = sweep(place, out)
        while victim.process.is_alive() and not _runs(out):
            time.sleep(0.005)
        if not stop(victim, draw.uniform(0, work), draw):
            continue  # it had ended before
        finished = {path.parent: path.stat().st_mtime_ns for path in _finished(out)}
        sweep(place, out).finished()
        if contents(out) != expected:
            raise Failed(f"the sweep in {out} is not the same in the end")
        if left := unfinished(out):
            raise Failed(f"unfinished: {', '.join(left)}")
        for run, at in finished.items():
            if (run / "metrics.json").stat().st_mtime_ns != at:
                raise Failed(f"{run.parent.name} was finished and was run again")
        yield LOST if len(finished) < len(_runs(out)) else ""
        times -= 1


def _runs(out: Path) -> list[Path]:
    """Model files of the runs that have begun."""
    return list((out / "runs").rglob("model.toml"))


def contents(out: Path) -> dict[str, object]:
    """The table, apart from times, and what is in every run folder."""
    from spikingfa.sweeping.folder import read_rows

    names, rows = read_rows(out / "table.csv")
    cells = sorted(str([row[name] for name in names if name not in TIMES]) for row in rows)
    return {"table": cells, "model": of_file(out / "model.toml")} | of_folder(out / "runs")


def _finished(out: Path) -> list[Path]:
    return [p for p in (out / "runs").rglob("metrics.json") if '"finished": true' in p.read_text()]


def _children(process: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(process).children(recursive=True)
    return []


def _carries_out(process: psutil.Process) -> bool:
    """Whether runs are made in it: others remove what is left behind."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return "--process-name" in process.cmdline()
    return False


def _kill(processes: list[psutil.Process]) -> None:
    for one in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    psutil.wait_procs(processes)
