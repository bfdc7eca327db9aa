"""The C++ compiler: is it there, which one is it, what is it told."""

import os
import shutil
import subprocess

from spikingfa.errors import BuildError
from spikingfa.subprocesses import finished

IDENTITY_LIMIT = 120  # seconds for the compiler to tell which one it is

#: No -ffast-math and no fused multiply-add: the same numbers as Brian2's runtime, bit for bit.
#: Neither may gcc move loads into branches: it can then not vectorise the refractory period.
COMPILER_FLAGS = (
    "-w",
    "-march=native",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-tree-sink",
    "-fno-tree-pre",
    "-std=c++11",
)


def compiler() -> list[str]:
    """The command that compiles C++: `$CXX`, else ``g++``.

    Raises
    ------
    BuildError
        The compiler is not on this machine.
    """
    command = os.environ.get("CXX", "g++").split() or ["g++"]
    if shutil.which(command[0]) is None:
        raise BuildError(
            f"{command[0]!r} was not found: a C++ compiler is needed (Debian or Ubuntu: apt install"
            " g++; Fedora: dnf install gcc-c++; macOS: xcode-select --install; conda: conda install"
            " cxx-compiler), or set training.device=runtime, which is slower"
        )
    return command


def identity() -> str:
    """What the compiler calls itself and the processor that ``-march=native`` stands for."""
    command = [*compiler(), *COMPILER_FLAGS, "-E", "-v", "-x", "c++", os.devnull]
    try:
        done = finished(command, IDENTITY_LIMIT)
        done.check_returncode()
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(f"the C++ compiler {command[0]!r} does not work: {error}") from None
    return done.stderr
