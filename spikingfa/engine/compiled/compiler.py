"""The C++ compiler: is it there, which one is it, which flags it takes, how it links."""

import functools
import os
import shlex
import shutil
import subprocess
from pathlib import Path

from spikingfa.base.errors import BuildError
from spikingfa.base.subprocesses import finished

IDENTITY_LIMIT = 120  # seconds for the compiler to tell which one it is
LINK_LIMIT = 600  # seconds to link object files

#: No -ffast-math and no fused multiply-add: the same numbers as Brian2's runtime, bit for bit.
#: Neither may gcc move loads into branches: it can then not vectorise the refractory period.
COMPILER_FLAGS = (
    "-w",
    "-march=native",
    "-mprefer-vector-width=512",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-tree-sink",
    "-fno-tree-pre",
    "-std=c++11",
)
#: Without these the numbers are the same, and come more slowly.
_ONLY_FASTER = {flag for flag in COMPILER_FLAGS if flag.startswith(("-m", "-fno-"))}
_LAUNCHERS = ("ccache", "sccache", "distcc", "icecc")
#: The standard library of C++, which a C compiler leaves out.
_LIBRARIES = ((), ("-lstdc++", "-lm"), ("-lc++", "-lm"))


def compiler() -> list[str]:
    """The command that compiles C++: `$CXX`, else ``g++``.

    `$CXX` is a program, whose path may have spaces in it, or a command such as ``ccache g++``.

    Raises
    ------
    BuildError
        The compiler is not on this machine, or `$CXX` is no command.
    """
    chosen = os.environ.get("CXX", "").strip() or "g++"
    try:
        command = [chosen] if shutil.which(chosen) else shlex.split(chosen)
    except ValueError as error:
        raise BuildError(f"CXX={chosen!r} is no command: {error}") from None
    if shutil.which(command[0]) is None:
        raise BuildError(
            f"{command[0]!r} was not found: a C++ compiler is needed (Debian or Ubuntu: apt install"
            " g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install; conda: conda install"
            " cxx-compiler), or set training.device=runtime, which is slower"
        )
    return command


def program() -> str:
    """The compiler itself, where the command has another program before it."""
    return next(word for word in compiler() if Path(word).name not in _LAUNCHERS)


def flags() -> tuple[str, ...]:
    """Those of `COMPILER_FLAGS` that the compiler takes, all that numbers depend on among them."""
    return _flags_of(tuple(compiler()))


@functools.cache
def _flags_of(command: tuple[str, ...]) -> tuple[str, ...]:
    if _preprocess(command, COMPILER_FLAGS).returncode == 0:
        return COMPILER_FLAGS
    return tuple(
        flag
        for flag in COMPILER_FLAGS
        if flag not in _ONLY_FASTER or _preprocess(command, (flag,)).returncode == 0
    )


def identity() -> str:
    """The compiler's name of itself, and of the processor that ``-march=native`` stands for.

    Raises
    ------
    BuildError
        It compiles no C++.
    """
    done = _preprocess(compiler(), flags())
    if done.returncode != 0:
        reason = first_error(done.stderr) or f"exit status {done.returncode}"
        command = shlex.join(compiler())
        raise BuildError(
            f"the C++ compiler {command!r} does not work: {reason}; CXX may name another"
        )
    return done.stderr


def _preprocess(command, flags: tuple[str, ...]) -> subprocess.CompletedProcess:
    """Let the compiler say which one it is, and take these flags."""
    command = [*command, *flags, "-E", "-v", "-x", "c++", os.devnull]
    try:
        return finished(command, IDENTITY_LIMIT)
    except TimeoutError as error:  # with other flags it would be waited for again
        raise BuildError(
            f"the C++ compiler {shlex.join(compiler())!r} does not work: {error}; CXX may name"
            " another"
        ) from None
    except OSError as error:
        return subprocess.CompletedProcess(command, 1, "", f"{error.strerror or error}")


def link(folder: Path, objects: list[str]) -> None:
    """Link the object files in `folder` into `main`; by a C compiler too, such as gcc.

    Raises
    ------
    BuildError
        None of the standard libraries of C++ is found by the compiler.
    """
    said = []
    for libraries in _LIBRARIES:
        command = [*compiler(), *objects, *libraries, "-o", "main"]
        try:
            done = finished(command, LINK_LIMIT, cwd=folder)
        except OSError as error:
            raise BuildError(f"cannot link the network: {error}") from None
        if done.returncode == 0:
            return
        said.append(done.stderr)
    raise BuildError(
        f"{shlex.join(compiler())!r} compiles C++ but does not link it: {first_error(said[0])};"
        " CXX may name another compiler, such as g++"
    )


def first_error(output: str) -> str:
    """The first line of what a compiler says that tells an error, or else the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "rror:" in line or "undefined" in line]
    return [*errors, *lines[-1:], ""][0]
