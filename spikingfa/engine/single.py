"""Statements for every neuron or synapse in single precision, computed in singles throughout.

In a network of singles Brian2's C++ has constants in double precision, such as 0.5, so that what
is computed with them is, too; and it calls ``exp`` of the C library, which takes one number at a
time. Here constants are singles, as NumPy has them on Brian2's runtime, and ``exp`` and ``clip``
are functions that a compiler can vectorise (``templates/single.h``), with twins in NumPy. What is
computed once for all neurons stays as Brian2 has it, and so do networks in double precision.
"""

import re
from pathlib import Path

import numpy as np
from brian2 import prefs
from brian2.codegen.generators.cpp_generator import CPPCodeGenerator

HEADERS = [Path(__file__).parent / "templates" / name for name in ("single.h", "bits.h")]

_CONSTANT = re.compile(r"(?<![\w.])(\d+\.\d*(?:e[+-]?\d+)?|\d+e[+-]?\d+)(?![\w.])")
_FUNCTION = re.compile(r"(?<![\w:])_?(exp|clip)\(")

#: The highest power first, as in ``single.h``.
_EXP = (1.98756915e-4, 1.39819995e-3, 8.33345191e-3, 4.16657959e-2, 1.66666655e-1, 5.00000012e-1)
_LOWEST, _HIGHEST, _ROUNDING = np.float32(-87), np.float32(88.3), np.float32(12582912)


def in_singles(line: str) -> str:
    """A line of C++ with its constants as singles, and our own functions."""
    return _FUNCTION.sub(r"spikingfa::\1(", _CONSTANT.sub(r"\1f", line))


class SingleGenerator(CPPCodeGenerator):
    """Brian2's generator of C++; in networks of singles the vector code is `in_singles`."""

    def translate_statement_sequence(self, scalar_statements, vector_statements):
        """As Brian2's: scalar code, vector code and keywords of templates."""
        scalar, vector, keywords = super().translate_statement_sequence(
            scalar_statements, vector_statements
        )
        if prefs.core.default_float_dtype == np.float32:
            vector = {name: [in_singles(line) for line in code] for name, code in vector.items()}
        return scalar, vector, keywords


def exp(x):
    """The exponential: of arrays of singles the same bits as in C++, of all else NumPy's."""
    if not (isinstance(x, np.ndarray) and x.ndim and x.dtype == np.float32):
        return np.exp(x)
    inside = np.clip(x, _LOWEST, _HIGHEST)
    shifted = inside * np.float32(1.44269504) + _ROUNDING
    n = shifted - _ROUNDING
    f = (inside - n * np.float32(0.693359375)) + n * np.float32(2.12194440e-4)
    p = np.full_like(f, _EXP[0])
    for coefficient in _EXP[1:]:
        p = p * f + np.float32(coefficient)
    p = p * (f * f) + f + np.float32(1)
    scale = ((shifted.view(np.uint32) << 23) + np.uint32(0x3F800000)).view(np.float32)
    value = np.where(x < _LOWEST, np.float32(0), p * scale)
    return np.where(x > _HIGHEST, np.float32(np.inf), value)
