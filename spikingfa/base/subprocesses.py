"""Other processes: those of this Python, and programs that must come to an end."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SAFE_PATH = "PYTHONSAFEPATH"
_KILLED = 10  # seconds for a process that was killed to be gone


def environment() -> dict[str, str]:
    """The environment of child processes, in which they find this package.

    They do not look for modules, nor for settings (:mod:`spikingfa.base.import_guard`), in the
    current folder: an empty entry of PYTHONPATH would mean it, too.
    """
    paths = [str(Path(__file__).parents[2]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), SAFE_PATH: "1"}


@contextlib.contextmanager
def safe_path() -> Iterator[None]:
    """Have Pythons that libraries start meanwhile look for no modules in the current folder."""
    before, paths = os.environ.get(SAFE_PATH), sys.path[:]
    os.environ[SAFE_PATH] = "1"
    sys.path[:] = filter(None, paths)  # which loky passes on
    try:
        yield
    finally:
        sys.path[:] = paths
        del os.environ[SAFE_PATH]
        if before is not None:
            os.environ[SAFE_PATH] = before


def finished(
    command: list[str],
    limit: float,
    text: str | None = None,
    *,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess:
    """Run a program to its end and return what it printed.

    Parameters
    ----------
    command : list of str
    limit : float
        Seconds after which it is killed, with all that it started.
    text : str, optional
        What it reads from its standard input; by default nothing.
    env : dict, optional
    cwd : Path, optional

    Raises
    ------
    TimeoutError
        It was killed.
    OSError
        It cannot be started.
    """
    # files, not pipes: what it started may keep a pipe open, which would be waited for
    with _text_file() as out, _text_file() as err:
        stdin = subprocess.DEVNULL if text is None else subprocess.PIPE
        streams = {"stdin": stdin, "stdout": out, "stderr": err}
        program = subprocess.Popen(command, text=True, env=env, cwd=cwd, process_group=0, **streams)
        try:
            program.communicate(text, timeout=limit)
        except BaseException as error:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait(_KILLED)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimeoutError(f"{command[0]} did not end in {limit:g} s") from None
            raise
        for stream in (out, err):
            stream.seek(0)
        return subprocess.CompletedProcess(command, program.returncode, out.read(), err.read())


def _text_file():
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
