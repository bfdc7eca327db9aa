"""When the spikes of the output count for its answer."""

from dataclasses import replace

from spikingfa.blueprint import Population
from spikingfa.layers import Output

_WINDOW = """
# the read-out begins
counts = int(t - onset >= readout_latency - dt/2)    : 1
onset           : second (shared)
readout_latency : second (shared, constant)
"""


def from_latency_on(population: Population, section: Output) -> Population:
    """The output population, whose spikes and charge count from `readout_latency` on.

    Without a latency, all count, and the population is what it was.
    """
    if not section.readout_latency:
        return population
    equations = population.equations.replace("dcharge/dt = i_syn ", "dcharge/dt = i_syn*counts ")
    reset = population.reset.replace("count += 1", "count += int(counts)")
    if equations == population.equations or reset == population.reset:
        raise NotImplementedError("this output population is read in a way unknown here")
    return replace(
        population,
        equations=f"{equations}{_WINDOW}",
        reset=reset,
        onset=f"onset = t\n{population.onset.strip()}",
    )


def parameters(section: Output) -> dict[str, float]:
    """Value of the read-out's parameter, in SI units."""
    latency = section.readout_latency
    return {"readout_latency": float(latency)} if latency else {}
