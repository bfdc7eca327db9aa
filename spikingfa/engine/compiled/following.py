"""Follows a program that simulates: its progress, what it says of failures, and its end."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from spikingfa.base.errors import SimulationError
from spikingfa.engine.chunk import Progress

END_LIMIT = 60  # seconds for a program that has closed its output to be gone


@dataclass(frozen=True)
class Output:
    """Output of a program: variables that diverged, with the trial, and all other lines."""

    diverged: dict[str, int]
    complaints: list[str]


def status(program: subprocess.Popen) -> int:
    """Exit status of a program that has closed its output; until then it may run for days."""
    try:
        return program.wait(END_LIMIT)
    except subprocess.TimeoutExpired:
        raise SimulationError(
            f"the simulation has finished but did not end in {END_LIMIT} s, and was stopped"
        ) from None


def follow(lines, progress: Progress | None, complains: Callable[[str], bool]) -> Output:
    """Pass on the program's progress."""
    output = Output({}, [])
    for line in lines:
        match line.split():
            case ["progress", part]:
                if progress is not None:
                    progress(float(part))
            case ["diverged", name, trial]:
                output.diverged[name] = int(trial)
            case _ if complains(line):
                output.complaints.append(line.strip())
    return output


@contextlib.contextmanager
def killed_on_error(program: subprocess.Popen) -> Iterator[None]:
    """Leave no program at work where something goes wrong in the block."""
    try:
        yield
    except BaseException:
        program.kill()
        raise
