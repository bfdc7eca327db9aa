"""The functions that equations ask for stimuli: ``pixel(trial, i)`` and ``target(trial, i)``.

The compiled network maps the stimuli into memory from a file, so that neither their number nor
their order is compiled in, and a chunk of 60 000 images starts as fast as one of ten.
"""

from pathlib import Path

import numpy as np
from brian2 import Function

_HEADER = "lookup.h"


def compiled_functions() -> dict[str, Function]:
    """The functions for C++ standalone: see `write_header`."""
    functions = {"pixel": _function(_not_in_python), "target": _function(_not_in_python)}
    for name, function in functions.items():
        function.implementations.add_implementation(
            "cpp", code=None, name=name, compiler_kwds={"headers": [f'"{_HEADER}"']}
        )
    return functions


def write_header(folder: Path, n_features: int, n_outputs: int) -> None:
    """Put their C++ beside the sources that call them."""
    text = Path(__file__).with_name(_HEADER).read_text("utf-8")
    sizes = f"#define N_FEATURES {n_features}\n#define N_OUTPUTS {n_outputs}\n"
    (folder / _HEADER).write_text(sizes + text)


def python_functions(trials: dict[str, np.ndarray]) -> dict[str, Function]:
    """The functions for Brian2's runtime, which read `trials` (fields of a chunk)."""

    def pixel(trial, i):
        return trials["stimuli"][trials["order"][trial], i].astype(float)

    def target(trial, i):
        return trials["answers"][trials["targets"][trial], i].astype(float)

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
