"""The functions that equations ask for stimuli: ``pixel(trial, i)`` and ``target(trial, i)``.

The compiled network maps the stimuli into memory from a file, so that neither their number nor
their order is compiled in, and a chunk of 60 000 images starts as fast as one of ten.
"""

import numpy as np
from brian2 import Function

_CPP = """
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#ifndef SPIKINGFA_LOOKUP
#define SPIKINGFA_LOOKUP
inline const void* spikingfa_map(const char* variable)
{
    const char* path = std::getenv(variable);
    const int file = path ? open(path, O_RDONLY) : -1;
    struct stat info;
    void* start = MAP_FAILED;
    if (file >= 0 && fstat(file, &info) == 0)
        start = mmap(nullptr, info.st_size, PROT_READ, MAP_SHARED, file, 0);
    if (start == MAP_FAILED) {
        std::fprintf(stderr, "cannot read %s (%s)\\n", path ? path : "", variable);
        std::exit(1);
    }
    return start;
}
// trials: pairs of stimulus and class
inline const int* spikingfa_trials()
{
    static const int* trials = static_cast<const int*>(spikingfa_map("SPIKINGFA_TRIALS"));
    return trials;
}
inline const float* spikingfa_stimuli()
{
    static const float* stimuli = static_cast<const float*>(spikingfa_map("SPIKINGFA_STIMULI"));
    return stimuli;
}
#endif
"""

_CPP_PIXEL = """
inline double pixel(const int trial, const int i)
{
    return spikingfa_stimuli()[%d * (size_t)spikingfa_trials()[2 * trial] + i];
}
"""

_CPP_TARGET = """
inline double target(const int trial, const int i)
{
    return spikingfa_trials()[2 * trial + 1] == i;
}
"""


def compiled_functions(n_features: int) -> dict[str, Function]:
    """The functions for C++ standalone, which read the two files named by the environment."""
    functions = {"pixel": _function(_not_in_python), "target": _function(_not_in_python)}
    functions["pixel"].implementations.add_implementation("cpp", _CPP + _CPP_PIXEL % n_features)
    functions["target"].implementations.add_implementation("cpp", _CPP + _CPP_TARGET)
    return functions


def python_functions(trials: dict[str, np.ndarray]) -> dict[str, Function]:
    """The functions for Brian2's runtime, which read `trials` (stimuli, order, targets)."""

    def pixel(trial, i):
        return trials["stimuli"][trials["order"][trial], i].astype(float)

    def target(trial, i):
        return (trials["targets"][trial] == i).astype(float)

    return {"pixel": _function(pixel), "target": _function(target)}


def _function(python) -> Function:
    return Function(
        python,
        arg_units=[1, 1],
        return_unit=1,
        arg_types=["integer", "integer"],
        return_type="float",
        stateless=False,
    )


def _not_in_python(trial, i):
    raise NotImplementedError("stimuli are looked up in the compiled network only")
