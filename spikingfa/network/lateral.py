"""Synapses between outputs: each inhibits every other one."""

from spikingfa.model.layers import Output
from spikingfa.network.blueprint import Projection


def inhibition(layer: Output) -> tuple[Projection, ...]:
    """Each output neuron inhibits every other one."""
    if not float(layer.inhibition):
        return ()
    return (
        Projection(
            "output_to_output",
            "output",
            "output",
            equations="inhibition : amp (shared, constant)",
            on_pre=layer.soma().deliver.format(w="(-inhibition)"),
            connect="i != j",
        ),
    )
