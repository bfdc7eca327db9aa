"""The functions that equations ask for stimuli and what should be answered to them.

==============================  =============================================================
``stimulus(trial, i)``             intensity of feature i in the stimulus shown in that trial
``event(trial, i, k)``          time of the k-th event of unit i, where stimuli are events
``target(trial, i)``            what output i should answer
``target_event(trial, i, k)``   time of its k-th spike, where answers are events
==============================  =============================================================

Times are in seconds since the onset; after the last event comes one that is never reached.

The compiled network maps the stimuli into memory from a file, so that neither their number nor
their order is compiled in, and a chunk of 60 000 images starts as fast as one of ten.
"""

from pathlib import Path
from typing import Any

import numpy as np
from brian2 import Function

from spikingfa.tasks.events import Events

_HEADER = Path(__file__).parent / "templates" / "lookup.h"
_NEVER = 1e9  # s

#: Numbers of arguments.
_FUNCTIONS = {"stimulus": 2, "event": 3, "target": 2, "target_event": 3}


def compiled_functions(target: str = "cpp", header: Path = _HEADER) -> dict[str, Function]:
    """The functions for a compiled network: see `write_header`."""
    functions = {name: _function(_not_in_python, n) for name, n in _FUNCTIONS.items()}
    for name, function in functions.items():
        function.implementations.add_implementation(
            target, code=None, name=name, compiler_kwds={"headers": [f'"{header.name}"']}
        )
    return functions


def write_header(folder: Path, n_features: int, n_outputs: int, header: Path = _HEADER) -> None:
    """Put their C++ beside the sources that call them."""
    sizes = f"#define N_FEATURES {n_features}\n#define N_OUTPUTS {n_outputs}\n"
    (folder / header.name).write_text(sizes + header.read_text("utf-8"))


def python_functions(trials: dict[str, Any]) -> dict[str, Function]:
    """The functions for Brian2's runtime, which read `trials` (fields of a chunk)."""

    def stimulus(trial, i):
        return trials["stimuli"][trials["order"][trial], i].astype(float)

    def event(trial, i, k):
        return _event_in(trials["stimuli"], trials["order"][trial], i, k)

    def target(trial, i):
        return trials["answers"][trials["targets"][trial], i].astype(float)

    def target_event(trial, i, k):
        return _event_in(trials["answers"], trials["targets"][trial], i, k)

    functions = {
        "stimulus": stimulus,
        "event": event,
        "target": target,
        "target_event": target_event,
    }
    return {name: _function(function, _FUNCTIONS[name]) for name, function in functions.items()}


def _event_in(events: Events, row, i, k) -> np.ndarray:
    train = row * events.n_units + i
    at = events.starts[train] + k
    there = at < events.starts[train + 1]
    return np.where(there, events.times[np.where(there, at, 0)].astype(float), _NEVER)


def _function(python, n_arguments: int) -> Function:
    function = Function(
        python,
        arg_units=[1] * n_arguments,
        return_unit=1,
        arg_types=["integer"] * n_arguments,
        return_type="float",
        stateless=False,
    )
    # Brian2 adds it for its own target alone, and not for those derived from it
    function.implementations.add_numpy_implementation(python)
    return function


def _not_in_python(*_):
    raise NotImplementedError("stimuli are looked up in the compiled network only")
