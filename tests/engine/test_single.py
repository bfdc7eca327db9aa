"""Networks of singles: functions with the same bits in C++ and NumPy, and no constant in double."""

import shutil
import subprocess

import numpy as np
import pytest
from helpers.chunks import make_chunk

from spikingfa import Model
from spikingfa.engine.compiled.compiler import compiler, flags
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.engine.single import HEADERS, exp, in_singles

#: Everywhere, at the ends of what is computed, and what is no number.
X = np.concatenate(
    [
        np.linspace(-90, 90, 5001),
        np.random.default_rng(1).normal(0, 1, 2000),
        [0.0, -0.0, -87.0, np.nextafter(np.float32(-87), np.float32(-88)), 88.3, 88.4, 1e-30],
        [np.inf, -np.inf, np.nan],
    ]
).astype(np.float32)

PROGRAM = """
#include "single.h"
#include <cstdio>

int main()
{
    static float x[10000], y[10000];
    const size_t n = std::fread(x, sizeof(float), 10000, stdin);
    for (size_t i = 0; i < n; i++)
        y[i] = spikingfa::exp(x[i]);
    std::fwrite(y, sizeof(float), n, stdout);
}
"""


@pytest.mark.parametrize("optimised", ["-O0", "-O3"])
def test_the_same_bits_in_cpp(optimised, tmp_path):
    for header in HEADERS:
        shutil.copy(header, tmp_path)
    (tmp_path / "a.cpp").write_text(PROGRAM)
    command = [*compiler(), *flags(), optimised, "a.cpp", "-o", "a"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=600)
    done = subprocess.run(tmp_path / "a", input=X.tobytes(), capture_output=True, timeout=600)
    np.testing.assert_array_equal(np.frombuffer(done.stdout, np.float32), exp(X))


def test_it_is_the_exponential():
    """To two parts in ten millions; beyond what a single holds zero and infinity."""
    inside = X[(X >= -87) & (X <= 88.3)]
    exact = np.exp(inside.astype(float))
    assert np.abs(exp(inside) / exact - 1).max() < 2e-7
    assert exp(np.zeros(1, np.float32))[0] == 1
    with np.errstate(all="ignore"):
        ends = exp(np.array([-np.inf, -1000, 1000, np.inf, np.nan], np.float32))
    np.testing.assert_array_equal(ends, [0, 0, np.inf, np.inf, np.nan])


def test_of_all_else_it_is_that_of_numpy():
    for x in (np.linspace(-3, 3, 7), np.float32(0.3), 0.3):
        np.testing.assert_array_equal(exp(x), np.exp(x))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 0.5*y + 1e-05 - 2;", "x = 0.5f*y + 1e-05f - 2;"),
        ("const float s = 1.0f*1.0/(1.0 + exp(- v));",
         "const float s = 1.0f*1.0f/(1.0f + spikingfa::exp(- v));"),
        ("w = _clip(w, - 80, w_max);", "w = spikingfa::clip(w, - 80, w_max);"),
        ("w1 = v_2*my_exp(x)*a1.0;", "w1 = v_2*my_exp(x)*a1.0;"),
    ],
)  # fmt: skip
def test_lines(line, expected):
    assert in_singles(line) == expected


SIGMOID = {"hidden.model": "stochastic_sigmoid", "output.model": "stochastic_sigmoid"}


@pytest.mark.long
@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("changes", [SIGMOID, {"hidden.model": "adex"}], ids=["sigmoid", "adex"])
def test_spikes_are_those_of_the_runtime(changes, tmp_path):
    """What else is kept differs in the last digits, as NumPy rounds at other places."""
    model = Model(hidden={"size": 12})
    for key, name in changes.items():
        model = model.but({key: name})
    network, chunk = make_chunk(model.but({"training.precision": "single"}))
    compiled, runtime = StandaloneEngine(network, tmp_path).run(chunk), RuntimeEngine(network)
    outcome = runtime.run(chunk)
    assert compiled.n_spikes["hidden"] > 0
    for name, (t, i) in compiled.spikes.items():
        np.testing.assert_array_equal(t, outcome.spikes[name][0])
        np.testing.assert_array_equal(i, outcome.spikes[name][1])
    for name, array in compiled.state.items():
        most = np.abs(array).max()
        np.testing.assert_allclose(array, outcome.state[name], atol=1e-4 * most, err_msg=name)
