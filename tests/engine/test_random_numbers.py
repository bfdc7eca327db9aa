"""Random numbers: published vectors, the same bits in C++ and NumPy, and their distribution."""

import platform
import shutil
import subprocess

import numpy as np
import pytest
from scipy import stats

from spikingfa.engine import random_numbers
from spikingfa.engine.compiled.compiler import COMPILER_FLAGS, compiler, flags
from spikingfa.engine.draws import HEADERS
from spikingfa.engine.random_numbers import Moment, philox, rand, rand8, randn
from spikingfa.engine.single import HEADERS as BITS

ONES, ZEROS, PI = 0xFFFFFFFF, 0, (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344)

#: Known answers of Random123 (Salmon et al. 2011): rounds, counter, key, words.
KNOWN = [
    (7, [ZEROS] * 4, [ZEROS] * 2, "5f6fb709 0d893f64 4f121f81 4f730a48"),
    (7, [ONES] * 4, [ONES] * 2, "5207ddc2 45165e59 4d8ee751 8c52f662"),
    (7, PI, [0xA4093822, 0x299F31D0], "4dfccaba 190a87f0 c47362ba b6b5242a"),
    (10, [ZEROS] * 4, [ZEROS] * 2, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    (10, [ONES] * 4, [ONES] * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (10, PI, [0xA4093822, 0x299F31D0], "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.parametrize(("rounds", "counter", "key", "words"), KNOWN)
def test_known_answers(rounds, counter, key, words, monkeypatch):
    monkeypatch.setattr(random_numbers, "ROUNDS", rounds)
    (drawn,) = philox(np.array(counter, np.uint32)[:, np.newaxis], tuple(key)).T
    assert " ".join(f"{word:08x}" for word in drawn) == words


#: Numbers drawn by rows and one by one, of a network whose third trial is number 77.
PROGRAM = """
#define SPIKINGFA_LOOKUP
inline const int* trials() { static const int all[] = {0, 0, 5, 0, 0, 6, 0, 0, 77}; return all; }
#include "random.h"
#include <cstdio>

using namespace spikingfa;

int main()
{
    static float numbers[2][1024];
    static uint8_t bytes[1024];
    const Moment moment(12345, 57, 20);
    fill_rand(numbers[0], 700, moment, 0xDEADBEEF, 3);
    fill_rand8(bytes, 700, moment, 0xDEADBEEF, 3);
    fill_randn(numbers[1], 700, moment, 0xDEADBEEF, 3);
    for (int i = 0; i < 700; i++) {
        const float one[3] = {
            rand_at(moment, 0xDEADBEEF, i, 3),
            rand8_at(moment, 0xDEADBEEF, i, 3),
            randn_at(moment, 0xDEADBEEF, i, 3),
        };
        const float row[3] = {numbers[0][i], as_uniform8(bytes[i]), numbers[1][i]};
        for (int k = 0; k < 3; k++)
            std::printf("%08x %08x ", as_bits(row[k]), as_bits(one[k]));
        std::printf("\\n");
    }
}
"""


OF_X86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="of x86")


@pytest.mark.parametrize(
    "chosen",
    [
        ["-O0"],  # one after another
        ["-O3"],
        pytest.param(["-O3", *COMPILER_FLAGS], id="as networks"),  # as wide as the processor can
        pytest.param(["-O3", *COMPILER_FLAGS, "-mno-avx512f"], marks=OF_X86, id="AVX2"),
        pytest.param(["-O3", *COMPILER_FLAGS, "-mno-avx"], marks=OF_X86, id="SSE"),
    ],
    ids=str,
)
def test_the_same_bits_in_cpp(chosen, tmp_path):
    """Whether a compiler vectorises, and how widely."""
    for header in [*HEADERS, *BITS]:
        shutil.copy(header, tmp_path)
    (tmp_path / "lookup.h").touch()
    (tmp_path / "a.cpp").write_text(PROGRAM)
    known = [flag for flag in chosen if flag in flags() or flag.startswith(("-O", "-mno-"))]
    command = [*compiler(), "-std=c++11", "-ffp-contract=off", *known, "a.cpp", "-o", "a"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=600)
    text = subprocess.check_output(tmp_path / "a", text=True, timeout=600)
    bits = np.array([[int(word, 16) for word in line.split()] for line in text.splitlines()])
    moment, i = Moment(12345, 17, 77), np.arange(700)
    for k, draw in enumerate((rand, rand8, randn)):
        expected = draw(moment, 0xDEADBEEF, i, 3).view(np.uint32)
        np.testing.assert_array_equal(bits[:, 2 * k], expected, draw.__name__)
        np.testing.assert_array_equal(bits[:, 2 * k + 1], expected, draw.__name__)


def test_a_number_is_that_of_its_place():
    """Of a part of the neurons, of a row, in another order: the same."""
    moment, i = Moment(1, 2, 3), np.arange(600)
    for draw in (rand, rand8, randn):
        whole = draw(moment, 4, i, 5)
        np.testing.assert_array_equal(draw(moment, 4, i[::-7], 5), whole[::-7])
        np.testing.assert_array_equal(draw(moment, 4, 77, np.array([4, 5]))[1], whole[77])
        others = (
            draw(Moment(2, 2, 3), 4, i, 5),
            draw(Moment(1, 3, 3), 4, i, 5),
            draw(Moment(1, 2, 4), 4, i, 5),
            draw(moment, 5, i, 5),
            draw(moment, 4, i, 6),
        )
        for other in others:
            assert (other == whole).mean() < 0.02


N = 2**18


@pytest.fixture(scope="module")
def drawn():
    """Numbers of 64 neurons, over steps and trials, as a network draws them."""
    moments = [Moment(9, step, trial) for trial in range(8) for step in range(N // 8 // 512)]
    return {
        draw.__name__: np.array([draw(moment, 1, np.arange(512)) for moment in moments])
        for draw in (rand, rand8, randn)
    }


@pytest.mark.parametrize("name", ["rand", "randn"])
def test_distribution(name, drawn):
    """Kolmogorov-Smirnov, moments, and no correlation between neurons, steps or both words."""
    values = drawn[name].astype(float)
    assert values.size == N
    known = {"rand": stats.uniform(), "randn": stats.norm()}[name]
    assert stats.kstest(values.ravel(), known.cdf).pvalue > 1e-3
    unit = (values - known.mean()) / known.std()
    assert abs(unit.mean()) < 4 / N**0.5
    assert abs((unit**2).mean() - 1) < 4 * ((known.stats("k") + 2) / N) ** 0.5
    assert abs(stats.skew(unit.ravel())) < 4 * (6 / N) ** 0.5
    if name == "randn":
        assert abs(stats.kurtosis(unit.ravel())) < 4 * (24 / N) ** 0.5
        assert 4.2 < np.abs(unit).max() < 5.8
    for lag in (1, 16, 32, 64):
        pairs = unit[:, lag:] * unit[:, :-lag], unit[lag:] * unit[:-lag]
        for products in pairs:
            assert abs(products.mean()) < 4 / products.size**0.5
        # nor of their sizes, which the two of a pair share the radius of
        squares = (unit[:, lag:] ** 2 - 1) * (unit[:, :-lag] ** 2 - 1)
        assert abs(squares.mean()) < 5 * squares.std() / squares.size**0.5


def test_bits_are_fair(drawn):
    """Each of the 24 bits is set as often as not, and the first changes as often as not."""
    words = (drawn["rand"].astype(float) * 2**24).astype(int)
    for bit in range(24):
        share = ((words >> bit) & 1).mean()
        assert abs(share - 0.5) < 4 * 0.5 / N**0.5
    ups = np.diff((words.ravel() > 2**23).astype(int)) != 0
    assert abs(ups.mean() - 0.5) < 4 * 0.5 / N**0.5


def test_bytes(drawn):
    """All 256 steps are as frequent, and a sum of four is close to normal."""
    values = drawn["rand8"].astype(float)
    steps = values * 256 - 0.5
    np.testing.assert_array_equal(steps, np.round(steps))
    counts = np.bincount(steps.astype(int).ravel(), minlength=256)
    assert stats.chisquare(counts).pvalue > 1e-3
    unit = np.sqrt(12) * (values - 0.5)
    assert unit.var() == pytest.approx(1, abs=4 / N**0.5)
    sums = unit.reshape(-1, 4).sum(axis=1) / 2
    assert stats.kurtosis(sums) == pytest.approx(-1.2 / 4, abs=0.03)
