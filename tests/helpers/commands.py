"""Commands of the documentation, carried out."""

import contextlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from spikingfa.cli.main import main


def carried_out(command: str, folder: Path) -> None:
    """Carry out a command; one epoch will do where it would train a shipped model for many."""
    trains = re.match(r"spikingfa (run|compare|sweep) \w+ ", command) and "epochs" not in command
    program, *arguments = shlex.split(f"{command} --epochs 1" if trains else command)
    if program == "spikingfa":  # here, as a process of its own takes seconds to begin
        with contextlib.chdir(folder):
            assert main(arguments) == 0
    else:
        run([program, *arguments], folder)


def run(arguments: list[str], folder: Path) -> None:
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
