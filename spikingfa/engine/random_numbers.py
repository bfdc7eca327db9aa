"""Random numbers that depend on nothing but where they are drawn.

A number is a function of the seed, of the stream (which place in which statements draws it), of
the trial, of the step in the trial, and of the neuron or synapse. So the noise of a trial is the
same in whichever chunk, shard or order it is shown, whether it is recorded or not, compiled and on
Brian2's runtime. The compiled program has the same bits in C++ (``templates/random.h``).

The generator is Philox 4x32-7 (Salmon, Moraes, Dror & Shaw 2011, SC '11:16); normal numbers are
made of pairs of its words after Box & Muller (1958, Ann Math Stat 29:610), in single precision.
"""

from typing import NamedTuple

import numpy as np

#: A block has 64 numbers: word k of its counter l is number 16 k + l.
LANES, WORDS = 16, 4
BLOCK = WORDS * LANES

ROUNDS = 7
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_KEY_STEPS = np.array([0x9E3779B9, 0xBB67AE85], np.uint32)

_F = np.float32
_UNIT = _F(2**-24)
_LOG_2, _HALF = _F(0.693147181), _F(0.5)
_SQRT_HALF = np.uint32(0x3F3504F3)  # the bits of the single
#: Polynomials, the highest power first: ln(1 + f)/f, sin(x pi/2)/x and cos(x pi/2) in x**2.
_LOG = (0.119310544, -0.186807514, 0.204917596, -0.249082892, 0.333146738, -0.50001145, 1.00000096)
_SINE = (-0.0046021631, 0.0796802229, -0.645963478, 1.57079632)
_COSINE = (-0.0204082555, 0.253598608, -1.23369701, 0.999999972)


class Moment(NamedTuple):
    """A step of a trial of a run."""

    seed: int
    step: int
    trial: int


def philox(counter: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Four random words for each counter.

    Parameters
    ----------
    counter : ndarray of uint32, shape (4, n)
    key : tuple of int
        Two words of 32 bits.

    Returns
    -------
    ndarray of uint32, shape (4, n)
    """
    words = [*np.asarray(counter, np.uint32)]
    keys = np.array(key, np.uint32)
    for _ in range(ROUNDS):
        high_0, low_0 = _product(words[0], _MULTIPLIERS[0])
        high_1, low_1 = _product(words[2], _MULTIPLIERS[1])
        words = [high_1 ^ words[1] ^ keys[0], low_1, high_0 ^ words[3] ^ keys[1], low_0]
        keys = keys + _KEY_STEPS
    return np.array(words)


def _product(word: np.ndarray, factor: np.uint64) -> tuple[np.ndarray, np.ndarray]:
    product = word.astype(np.uint64) * factor
    return (product >> np.uint64(32)).astype(np.uint32), product.astype(np.uint32)


def rand(moment: Moment, stream: int, i, row=0) -> np.ndarray:
    """Uniform numbers in [0, 1), in steps of 2**-24.

    Parameters
    ----------
    moment : Moment
    stream : int
        Which of the places that draw.
    i, row : ndarray of int, shape (n,), or int
        Of neurons their index and 0, of synapses those of the postsynaptic and presynaptic neuron.

    Returns
    -------
    ndarray of float32, shape (n,)
    """
    words, k = _words(moment, stream, i, row)
    return _whole(words[k, np.arange(len(k))] >> 8) * _UNIT


def rand8(moment: Moment, stream: int, i, row=0) -> np.ndarray:
    """Uniform numbers in (0, 1), the middles of 256 steps; see `rand`.

    Of mean 1/2 and variance 1/12 (1 - 2**-16). They cost a quarter of what others do.
    """
    i = np.atleast_1d(i)
    words, k = _words(moment, stream, i // 4, row)
    own = words[k, np.arange(len(k))] >> (8 * (i % 4)).astype(np.uint32)
    return _whole(2 * (own & 255) + 1) * _F(1 / 512)


def randn(moment: Moment, stream: int, i, row=0) -> np.ndarray:
    """Normal numbers of mean 0 and variance 1, up to 5.8 SD; see `rand`."""
    words, k = _words(moment, stream, i, row)
    n = np.arange(len(k))
    first, second = words[k & ~1, n], words[k | 1, n]
    radius = np.sqrt(_minus_log(_whole(first >> 8) * _UNIT + _UNIT))
    x = (_whole(second >> 8) - _F(0x7FFFFF)) * _UNIT - _HALF * _UNIT  # in quarter turns
    sine, cosine = _polynomial(_SINE, x * x) * x, _polynomial(_COSINE, x * x)
    one = _bits(radius * (cosine - sine)) ^ (second << 31)
    other = _bits(radius * (cosine + sine)) ^ ((second & 2) << 30)
    return np.where(k & 1, other, one).view(_F)


def _words(moment: Moment, stream: int, i, row) -> tuple[np.ndarray, np.ndarray]:
    """The four words of each number's counter, and which of them is its own."""
    i, row = np.atleast_1d(*np.broadcast_arrays(i, row))
    block, within = np.divmod(i, BLOCK)
    places = (block * LANES + within % LANES, np.full_like(i, moment.step))
    counter = np.array([*places, np.full_like(i, moment.trial), row]).astype(np.uint32)
    return philox(counter, (moment.seed, stream)), within // LANES


def _whole(words: np.ndarray) -> np.ndarray:
    return words.astype(_F)  # 24 bits, which a single has


def _minus_log(u: np.ndarray) -> np.ndarray:
    """Of numbers in (0, 1], which are m 2**e with sqrt(1/2) <= m < sqrt(2)."""
    bits = _bits(u) - _SQRT_HALF
    e = (bits.view(np.int32) >> 23).astype(_F)
    f = ((bits & np.uint32(0x7FFFFF)) + _SQRT_HALF).view(_F) - _F(1)
    return -(_polynomial(_LOG, f) * f + e * _LOG_2)


def _polynomial(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    value = _F(coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + _F(coefficient)
    return value


def _bits(values: np.ndarray) -> np.ndarray:
    return values.view(np.uint32)
