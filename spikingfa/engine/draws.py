"""What ``rand()`` and ``randn()`` draw in a network: numbers of :mod:`random_numbers`.

Equations and statements say ``rand()`` and ``randn()``, as in Brian2; in the code that Brian2 makes
of them, each call is replaced. Its stream is a digest of the name of its code object and of which
call it is, so that a network has the same numbers compiled and on Brian2's runtime. Synapses may
draw `rand8`, too: ``rand()`` in 256 steps. Other functions of Brian2 that draw (``poisson()``,
``binomial()``) have its own generator, seeded for each chunk.
"""

import re
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from brian2 import Function, Synapses, prefs
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

from spikingfa.engine import random_numbers, single
from spikingfa.engine.random_numbers import Moment
from spikingfa.engine.single import SingleGenerator

HEADERS = [Path(__file__).parent / "templates" / name for name in ("random.h", "philox.h")]

_CALL = re.compile(r"\b_?(randn|rand8?)\(_vectorisation_idx\)")
_NUMPY_CALL = re.compile(r"\b(randn|rand8?)\((?=_vectorisation_idx)")
_DRAWN = re.compile(r"\brand(n|8)?\(")
_OF_RUNNER = re.compile(r"(_\d+)?_codeobject(_\d+|\*)?$")  # which of the same name, too
_AT_MOMENT = re.compile(r"\bspikingfa::(fill_\w+|\w+_at)\(")
_POINTERS = "///// POINTERS"  # what comes before is the functions' own C++

#: Uniform in 256 steps: a function of networks beside Brian2's own.
RAND8 = Function(None, arg_units=[], return_unit=1, stateless=False, auto_vectorise=True)
for _target in ("cpp", "numpy"):
    RAND8.implementations.add_implementation(_target, code=None, name="rand8")

#: The step, in C++: of the group of what belongs to the run, and of the clock of the network.
_MOMENT = """const spikingfa::Moment _moment(
    _array_run_seed[0], _array_step_timestep[0], _array_run_steps_per_trial[0]);
"""

#: What a row of numbers is kept as, and how one of it is read, in C++.
_STORED = {"rand": "float", "randn": "float", "rand8": "uint8_t"}
_READ = {"rand": "{}", "randn": "{}", "rand8": "spikingfa::as_uniform8({})"}

Code = list[str] | str


def draws(*texts: str) -> bool:
    """Whether equations or statements draw random numbers."""
    return any(_DRAWN.search(text) for text in texts)


def stream(name: str, call: int) -> int:
    """The stream of a call in the code object of this name, 32 bits."""
    return zlib.crc32(f"{_OF_RUNNER.sub('', name)} {call}".encode())


def buffers(
    scalar_code: Code, vector_code: Code, name: str, n: str, row: str = "0", which: int = 0
) -> list[str]:
    """C++ that draws the numbers of all `n` neurons, or of a row of synapses, at once.

    `which` tells rows apart that are updated together.
    """
    calls, before = _CALL.findall(_text(vector_code)), len(_CALL.findall(_text(scalar_code)))
    lines = []
    for k, function in enumerate(calls, before):
        drawn, at = f"_drawn_{k}_{which}", f"_moment, {stream(name, k)}u, {row}"
        lines += [
            f"alignas(64) static {_STORED[function]} {drawn}[({n} + 255)/256*256];",
            f"spikingfa::fill_{function}({drawn}, {n}, {at});",
        ]
    return lines


def buffered(
    scalar_code: Code, vector_code: Code, index: str = "_idx", which: int = 0
) -> list[str]:
    """The code with calls that read what `buffers` drew."""
    k = len(_CALL.findall(_text(scalar_code)))

    def read(match: re.Match) -> str:
        nonlocal k
        k += 1
        return _READ[match[1]].format(f"_drawn_{k - 1}_{which}[{index}]")

    return _CALL.sub(read, _text(vector_code)).splitlines()


def one_by_one(scalar_code: Code, vector_code: Code, name: str, index: str, row: str) -> list[str]:
    """The code with calls that draw one number each."""
    return _one_by_one(_text(vector_code), name, index, row, len(_CALL.findall(_text(scalar_code))))


def _one_by_one(text: str, name: str, index: str, row: str, k: int = 0) -> list[str]:
    def draw(match: re.Match) -> str:
        nonlocal k
        k += 1
        return f"spikingfa::{match[1]}_at(_moment, {stream(name, k - 1)}u, {index}, {row})"

    return _CALL.sub(draw, text).splitlines()


def _text(code: Code) -> str:
    return code if isinstance(code, str) else "\n".join(code)


class KeyedCodeObject(CPPStandaloneCodeObject):
    """Brian2's own C++, whose calls that are left draw one number each at the `_moment`."""

    generator_class = SingleGenerator

    def __init__(self, owner, code, *args, **kwds):
        head, pointers, body = getattr(code, "cpp_file", "").partition(_POINTERS)
        if pointers:
            body = "\n".join(_one_by_one(body, kwds["name"], *_place(owner, "_vectorisation_idx")))
            if "spikingfa::" in body:
                head = '#include "random.h"\n#include "single.h"\n' + head
            moment = _MOMENT if _AT_MOMENT.search(body) else ""
            code.cpp_file = f"{head}{moment}{pointers}{body}\n"
        super().__init__(owner, code, *args, **kwds)


def _place(owner, index: str) -> tuple[str, str]:
    """Where a neuron or synapse lies, of its number: all to all, as `Synapses.connect` counts."""
    if not isinstance(owner, Synapses):
        return index, "0"
    n_post = len(owner.target)
    return f"{index} % {n_post}u", f"{index} / {n_post}u"


def keyed_numpy(moment: Callable[[], Moment]) -> type[NumpyCodeObject]:
    """The code generation target of NumPy, whose calls draw at the `moment` that is now."""

    class KeyedNumpyCodeObject(NumpyCodeObject):
        def compile_block(self, block):
            text, k = getattr(self.code, block, ""), 0

            def name(match: re.Match) -> str:
                nonlocal k
                self.namespace[f"_drawn_{k}"] = _drawn(
                    match[1], moment, stream(self.name, k), self.owner
                )
                k += 1
                return f"_drawn_{k - 1}("

            setattr(self.code, block, _NUMPY_CALL.sub(name, text))
            self.namespace["exp"] = single.exp
            return super().compile_block(block)

    return KeyedNumpyCodeObject


def _drawn(function: str, moment: Callable[[], Moment], number: int, owner) -> Callable:
    draw, dtype = getattr(random_numbers, function), prefs.core.default_float_dtype
    n_post = len(owner.target) if isinstance(owner, Synapses) else None

    def drawn(index) -> np.ndarray | float:
        if isinstance(index, int):  # shared by all: in C++ the index is the last one there
            row, i = (0, 2**32 - 1) if n_post is None else divmod(2**64 - 1, n_post)
            return draw(moment(), number, i, row % 2**32).astype(dtype)[0]
        i = np.asarray(index, dtype=np.int64)
        row, i = (0, i) if n_post is None else np.divmod(i, n_post)
        return draw(moment(), number, i, row).astype(dtype)

    return drawn
