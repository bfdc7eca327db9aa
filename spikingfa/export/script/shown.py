"""The arrays that a script reads: stimuli, answers, initial weights."""

from dataclasses import dataclass, replace

import numpy as np

from spikingfa.export.script.equations import REPLAYED, SHOWN
from spikingfa.export.script.trials import Trials
from spikingfa.network.blueprint import Population
from spikingfa.tasks.events import Events


@dataclass(frozen=True)
class Lookup:
    """An array over time: its name, the time between two rows as Python, and what it holds."""

    name: str
    dt: str
    about: str


def lookups(trials: Trials) -> list[Lookup]:
    """Stimuli and answers, as rates for each trial or as spikes for each step."""
    chunk = trials.chunk
    names = zip((SHOWN, REPLAYED), ("trial_duration", "defaultclock.dt"))
    (stimuli, answers), (input_spikes, teacher_spikes) = (
        [Lookup(name, dt, "") for name in table.values()] for table, dt in names
    )
    replayed = "1 where a neuron spikes, by step and neuron"
    return [
        replace(input_spikes, about=replayed)
        if isinstance(chunk.stimuli, Events)
        else replace(stimuli, about="intensities from 0 to 1, by trial and neuron"),
        replace(teacher_spikes, about=replayed)
        if isinstance(chunk.answers, Events)
        else replace(answers, about="what each output should answer, by trial and neuron"),
    ]


def arrays(trials: Trials) -> dict[str, np.ndarray]:
    """Arrays that the script reads, by the names that it uses.

    Weights and other variables are called ``group.variable`` and have the shapes that they have in
    a run folder; labels are numbers of classes; recorded spikes are ``recorded.population.t`` (s)
    and ``.i``.
    """
    chunk, named = trials.chunk, {}
    for lookup, function in zip(lookups(trials), (_stimuli, _answers)):
        named[lookup.name] = function(trials)
    if trials.classes:
        named["labels"] = chunk.targets
    named |= chunk.arrays
    if trials.recorded is not None:
        for name in trials.recorded.populations:
            t, i = trials.recorded.of(name)
            named |= {f"recorded.{name}.t": t, f"recorded.{name}.i": i}
    return named


def _stimuli(trials: Trials) -> np.ndarray:
    chunk = trials.chunk
    if isinstance(chunk.stimuli, Events):
        return _raster(trials, trials.network.population("input"))
    return chunk.stimuli[chunk.order]


def _answers(trials: Trials) -> np.ndarray:
    chunk = trials.chunk
    if isinstance(chunk.answers, Events):
        return _raster(trials, trials.network.population("teacher"))
    return np.asarray(chunk.answers)[chunk.targets]


def _raster(trials: Trials, population: Population) -> np.ndarray:
    """1 where a neuron that replays events spikes, by step and neuron."""
    t, i = trials.alone(population)
    n_steps = round(trials.chunk.duration / trials.network.dt)
    raster = np.zeros((n_steps, population.size), np.int8)
    raster[np.round(t / trials.network.dt).astype(int), i] = 1
    return raster
