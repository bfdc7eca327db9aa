"""The files in which the compiled program leaves each variable of a network."""

import numpy as np
from brian2 import get_device
from brian2.core.variables import ArrayVariable, DynamicArrayVariable

from spikingfa.engine.construct import Constructed
from spikingfa.engine.vectorised import VectorisedCodeObject, by_column, stride_of


def manifest(parts: Constructed) -> dict[str, dict]:
    """Name in the program and file of each array, by ``group.variable``.

    The size is None where it grows; the stride is that of rows or columns of synapses, None
    elsewhere.
    """
    entries = {}
    for variable in get_device().arrays:
        if not isinstance(variable, ArrayVariable):
            continue
        grows = isinstance(variable, DynamicArrayVariable)
        name = f"{variable.owner.name}.{variable.name}"
        entries[name] = {
            "argument": name,
            "file": get_device().get_array_filename(variable),
            "dtype": np.dtype(variable.dtype).name,
            "size": None if grows else int(variable.size),
            "stride": None,
            "by_column": False,
        }
    for synapses in parts.synapses.values():
        if hasattr(synapses, "pre"):  # Brian2 2.11 calls it _pre_delay
            delay = synapses.pre.variables["delay"]
            entries[f"{synapses.name}.delay"] = entries[f"{synapses.name}.{delay.name}"]
        if synapses.codeobj_class is VectorisedCodeObject:
            for variable in synapses._registered_variables:
                lies = {"stride": stride_of(synapses), "by_column": by_column(synapses)}
                entries[f"{synapses.name}.{variable.name}"] |= lies
    return entries
