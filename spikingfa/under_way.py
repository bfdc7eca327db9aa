"""Spikes that are under way when a trial begins.

At the onset of a trial everything is put to rest. Spikes that were fired before it and arrive after
it are of the stimulus before, and are dropped; in continuous operation they arrive.
"""

from dataclasses import replace

from spikingfa.blueprint import Population
from spikingfa.layers import Hidden, Output

_ONSET = "onset : second (shared)"

#: 1 for a spike that was fired in this trial; `delay` is that of the synapse.
OF_THIS_TRIAL = "int(t - onset_post >= delay - dt/2)"


def are_dropped(layer: Hidden | Output, continuous: bool) -> bool:
    """Whether spikes may be under way to this layer that are to be dropped."""
    return float(layer.delay) > 0 and not continuous


def with_onset(population: Population) -> Population:
    """A population that knows when the trial began."""
    if "onset = t" in population.onset:
        return population
    return replace(
        population,
        equations=f"{population.equations}\n# spikes of the trial before are dropped\n{_ONSET}\n",
        onset=f"onset = t\n{population.onset}".strip(),
    )
