"""Latencies that follow the delays of a network: those of the teacher and of the error.

The teacher is silent until the network could have answered, and the error counts once it could
have answered for a while. By default (``"auto"``) both are sums::

    teacher_latency = 12 ms + delays,    error_latency = 20 ms + delays

over the layers from the first hidden one to the output; of delays that differ from synapse to
synapse it is the mean.
"""

from brian2.units.fundamentalunits import Quantity
from brian2.units.stdunits import ms

from spikingfa.base.units import AUTO, format_quantity
from spikingfa.model.distribution import Distribution

#: Seconds until a teacher speaks, or an error counts, that never does.
NEVER = 1e9

WITHOUT_DELAYS = {"output.teacher_latency": 12 * ms, "feedback.error_latency": 20 * ms}


def latency(model, path: str) -> Quantity:
    """One of the two as it stands in the model or, where that is ``"auto"``, its sum."""
    section, field = path.split(".")
    given = getattr(getattr(model, section), field)
    return WITHOUT_DELAYS[path] + forward_delay(model) if given == AUTO else given


def latencies(model) -> dict[str, str]:
    """Both, by their paths, as a model file would say them."""
    return {path: format_quantity(latency(model, path), "time") for path in WITHOUT_DELAYS}


def forward_delay(model) -> Quantity:
    """Time that spikes travel from the input to the output, by delays alone."""
    delays = (layer.delay for _, layer in model.layers())
    return sum((d.mean if isinstance(d, Distribution) else d for d in delays), 0 * ms)
