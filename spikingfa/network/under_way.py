"""Spikes that are under way when a trial begins.

At the onset of a trial everything is put to rest. Spikes that were fired before it and arrive after
it are of the stimulus before: they bring no current and change no weight. In continuous operation
they do.
"""

from dataclasses import replace

from brian2.units.fundamentalunits import Quantity

from spikingfa.model.distribution import Distribution
from spikingfa.network.blueprint import Population

_ONSET = "onset : second (shared)"

#: 1 for a spike that was fired in this trial; `delay` is that of the synapse, which is rounded to
#: whole steps as Brian2 does, halves up.
OF_THIS_TRIAL = "int(t - onset_post >= (int(delay/dt + 0.5) - 0.5)*dt)"


def are_dropped(delay: Quantity | Distribution, continuous: bool) -> bool:
    """Whether spikes may be under way that are to be dropped, where synapses have this delay."""
    return float(delay) > 0 and not continuous


def with_onset(population: Population) -> Population:
    """A population that knows when the trial began."""
    if "onset = t" in population.onset:
        return population
    return replace(
        population,
        equations=f"{population.equations}\n# spikes of the trial before are dropped\n{_ONSET}\n",
        onset=f"onset = t\n{population.onset}".strip(),
    )
