"""Which populations and neurons a figure shows, and in which order."""

from collections.abc import Mapping, Sequence

import numpy as np

from spikingfa.model_file import nearest
from spikingfa.recording import Spikes

#: How neurons may be ordered, and what is written beside them then.
SORTS = {"rate": "by rate", "selectivity": "by class"}

#: Neurons of a population: all if None.
Chosen = slice | Sequence[int] | None


def choose_populations(names: Sequence[str] | None, recorded: Sequence[str]) -> list[str]:
    """Names of the populations, ``"hidden"`` standing for ``"hidden_0"``, ``"hidden_1"``, ...

    Raises
    ------
    ValueError
        One was not recorded.
    """
    names = recorded if names is None else [names] if isinstance(names, str) else names
    shown = []
    for name in names:
        found = [name] if name in recorded else [p for p in recorded if p.startswith(f"{name}_")]
        if not found:
            raise ValueError(f"no population {name!r} was recorded{nearest(name, recorded)}")
        shown += found
    return shown


def choose_numbers(chosen: Chosen, size: int, whose: str) -> np.ndarray:
    """Numbers of those that are chosen of `size`, counted from 0; negative ones from the end.

    Raises
    ------
    IndexError
        There is none such, or none is chosen.
    """
    whole = chosen is None or isinstance(chosen, slice)
    index = (chosen or slice(None)) if whole else [int(k) for k in chosen]
    try:
        numbers = np.arange(size)[index]
    except IndexError:
        numbers = np.array([], int)
    if not len(numbers):
        raise IndexError(f"no such {whose}: {index}; recorded: {whose} 0 to {size - 1}")
    return numbers


def choose_neurons(
    spikes: Spikes,
    shown: Sequence[str],
    neurons: Mapping[str, Chosen] | None = None,
    sort: str | None = None,
) -> dict[str, np.ndarray]:
    """Numbers of the neurons of each population, from the lowest row of a raster up.

    Parameters
    ----------
    spikes : Spikes
        All recorded trials; `sort` goes by these.
    shown : sequence of str
        Populations.
    neurons : mapping of str to slice or sequence of int, optional
        Neurons of a population, all where it is not named; ``"hidden"`` stands for all hidden
        layers.
    sort : {"rate", "selectivity"}, optional
        Rising by the number of spikes, or by the class for whose trials a neuron fires most, and
        among those of a class by how much more than the mean it does; silent ones come last.

    Raises
    ------
    ValueError
        A population was not recorded, there is no such order, or there are no classes.
    IndexError
        There is no such neuron, or none is chosen.
    """
    if sort is not None and sort not in SORTS:
        raise ValueError(f"there is no order {sort!r}{nearest(str(sort), SORTS)}")
    if sort == "selectivity" and not any(spikes.labels):
        raise ValueError('sort = "selectivity" needs classes, and these trials have none')
    wanted = {}
    for name, chosen in (neurons or {}).items():
        wanted |= dict.fromkeys(choose_populations([name], spikes.populations), chosen)
    sizes = dict(zip(spikes.populations, spikes.sizes, strict=True))
    return {
        name: _ordered(
            choose_numbers(wanted.get(name), sizes[name], f"neurons of {name}"),
            spikes,
            name,
            sort,
        )
        for name in shown
    }


def _ordered(which: np.ndarray, spikes: Spikes, name: str, sort: str | None) -> np.ndarray:
    if sort is None:
        return which
    counts = counts_by_trial(spikes, name)[:, which]
    if sort == "rate":
        return which[np.argsort(counts.sum(axis=0), kind="stable")]
    by_class = means_by_class(counts, spikes.labels)
    preferred = np.where(by_class.any(axis=0), by_class.argmax(axis=0), len(by_class))
    excess = by_class.max(axis=0) - by_class.mean(axis=0)
    return which[np.lexsort((excess, preferred))]


def counts_by_trial(spikes: Spikes, name: str) -> np.ndarray:
    """Spikes of each neuron in each trial, shape (n_trials, size)."""
    t, i = spikes.of(name)
    n_trials, size = len(spikes.onsets), spikes.sizes[spikes.populations.index(name)]
    inside = within_trials(spikes, t)
    cells = spikes.trial_of(t[inside]) * size + i[inside]
    return np.bincount(cells, minlength=n_trials * size).reshape(n_trials, size)


def within_trials(spikes: Spikes, t: np.ndarray) -> np.ndarray:
    """Whether each of these times lies in a trial, and not in a pause between two."""
    trial = spikes.trial_of(t)
    return (trial >= 0) & (t - spikes.onsets[trial] < spikes.duration - 0.5e-9)


def means_by_class(values: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """Means over the trials of each class, in the order in which classes first come."""
    labels = np.array(labels)
    return np.array([values[labels == name].mean(axis=0) for name in classes_of(labels)])


def classes_of(labels: Sequence[str]) -> list[str]:
    """The classes of these trials, in the order in which they first come."""
    return list(dict.fromkeys(map(str, labels)))
