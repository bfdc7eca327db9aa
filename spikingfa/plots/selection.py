"""Choice and order of populations and neurons in a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from spikingfa.base.errors import SelectionError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.text import nearest
from spikingfa.base.text import shown as short
from spikingfa.run_folder.spikes import Spikes

#: How neurons may be ordered, and what is written beside them then.
SORTS = {"rate": "by rate", "selectivity": "by class"}


@dataclass(frozen=True)
class Order:
    """Neurons of a population from the lowest row of a raster up.

    Attributes
    ----------
    which : ndarray of int
        Their numbers.
    groups : tuple of (str, int)
        Names and sizes of groups of rows, from the lowest up; none where there is one alone.
    n_silent : int
        How many of them never fire in the recorded trials.
    """

    which: np.ndarray
    groups: tuple[tuple[str, int], ...] = ()
    n_silent: int = 0


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
        chosen = [name] if name in recorded else [p for p in recorded if p.startswith(f"{name}_")]
        if not chosen:
            raise ValueError(f"no population {name!r} was recorded{nearest(name, recorded)}")
        shown += chosen
    return shown


def choose_answering(names: Sequence[str] | None, recorded: Sequence[str]) -> list[str]:
    """As `choose_populations`; hidden layers and the output by default, all where there are none.

    Raises
    ------
    ValueError
        One was not recorded.
    """
    shown = choose_populations(names, recorded)
    if names is not None:
        return shown
    return [name for name in shown if name.startswith(("hidden", "output"))] or shown


def check_by_class(shown: Sequence[str], labels: Sequence[str]) -> None:
    """Check that there can be a line for each class.

    Raises
    ------
    ValueError
        There are several populations, or trials have no classes.
    """
    if len(shown) > 1:
        raise ValueError(f"by_class: needs one population, got {', '.join(shown)}")
    if not any(labels):
        raise ValueError("by_class: these trials have no classes")


def by_population(
    neurons: Mapping[str, Chosen] | Chosen, shown: Sequence[str], recorded: Sequence[str]
) -> dict[str, Chosen]:
    """Neurons chosen by the name of their population, where they are not all of it.

    Without a name they are those of the only population that is shown.

    Raises
    ------
    ValueError
        A population was not recorded, or several are shown and none is named.
    """
    if neurons is None:
        return {}
    if not isinstance(neurons, Mapping):
        if len(set(shown)) != 1:
            raise SelectionError(
                'neurons: needs a mapping such as {"hidden": range(50)} where several populations'
                f" are drawn ({', '.join(shown)}), got {short(neurons)}"
            )
        neurons = {shown[0]: neurons}
    wanted = {}
    for name, chosen in neurons.items():
        wanted |= dict.fromkeys(choose_populations([name], recorded), chosen)
    return wanted


def choose_neurons(
    spikes: Spikes,
    shown: Sequence[str],
    neurons: Mapping[str, Chosen] | Chosen = None,
    sort: str | None = None,
    inhibitory: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Order]:
    """Neurons of each population, from the lowest row of a raster up.

    Parameters
    ----------
    spikes : Spikes
        All recorded trials; `sort` goes by these.
    shown : sequence of str
        Populations.
    neurons : mapping of str to selection, optional
        Neurons of a population, all where it is not named; ``"hidden"`` stands for all hidden
        layers. Each is drawn once.
    sort : {"rate", "selectivity"}, optional
        Rising by the number of spikes, or by the class for whose trials a neuron fires most, and
        among those of a class by how much more than the mean it does; silent ones come last.
    inhibitory : mapping of str to ndarray of bool, optional
        Which neurons of a population inhibit: they come above the others where neurons are not
        chosen one by one.

    Raises
    ------
    ValueError
        A population was not recorded, there is no such order, or there are no classes.
    SelectionError
        There is no such neuron, or none is chosen.
    """
    if sort is not None and sort not in SORTS:
        raise ValueError(f"there is no order {sort!r}{nearest(str(sort), SORTS)}")
    if sort == "selectivity" and not any(spikes.labels):
        raise ValueError('sort = "selectivity" needs classes, and these trials have none')
    wanted = by_population(neurons, shown, spikes.populations)
    sizes = dict(zip(spikes.populations, spikes.sizes, strict=True))
    chosen = {}
    for name in shown:
        which = read_indices(wanted.get(name), sizes[name], f"neurons of {name}")
        once = np.array([*dict.fromkeys(which.tolist())])
        inhibits = (inhibitory or {}).get(name)
        inhibits = None if inhibits is None else inhibits[once]
        if inhibits is not None and name in wanted and not sort:
            chosen[name] = Order(once, _runs(inhibits))
        else:
            chosen[name] = _ordered(once, spikes, name, sort, inhibits)
    return chosen


def _runs(inhibits: np.ndarray) -> tuple[tuple[str, int], ...]:
    """Neighbours that are alike."""
    starts = np.flatnonzero(np.diff(inhibits, prepend=~inhibits[:1]))
    sizes = np.diff([*starts, len(inhibits)])
    return tuple(("EI"[int(inhibits[k])], int(n)) for k, n in zip(starts, sizes))


def _ordered(
    which: np.ndarray, spikes: Spikes, name: str, sort: str | None, inhibits: np.ndarray | None
) -> Order:
    if sort is None and inhibits is None:
        return Order(which)  # nothing is counted, which may be much
    counts = counts_by_trial(spikes, name)[:, which]
    silent = ~counts.any(axis=0)
    groups, keys = _grouped(counts, spikes.labels, sort)
    if inhibits is not None:
        groups = groups + len(keys) * inhibits
        keys = [f"{kind} {key}".strip() for kind in "EI" for key in keys]
    within = counts.sum(axis=0) if sort == "rate" else np.zeros(len(which))
    if sort == "selectivity":
        by_class = means_by_class(counts, spikes.labels)
        within = by_class.max(axis=0) - by_class.mean(axis=0)
    order = np.lexsort((within, groups))
    sizes = np.bincount(groups, minlength=len(keys))
    named = tuple((key, int(n)) for key, n in zip(keys, sizes) if n)
    return Order(which[order], named if len(named) > 1 else (), int(silent.sum()))


def _grouped(counts: np.ndarray, labels, sort: str | None) -> tuple[np.ndarray, list[str]]:
    """The group of each neuron, and the names of groups, from the lowest rows up."""
    silent = ~counts.any(axis=0)
    if sort == "rate":
        return (~silent).astype(int), ["silent", ""]
    if sort is None:
        return np.zeros(counts.shape[1], int), [""]
    by_class = means_by_class(counts, labels)
    groups = np.where(by_class.any(axis=0), by_class.argmax(axis=0), len(by_class))
    return groups, [*classes_of(labels), "silent"]


def means_by_class(counts: np.ndarray, labels: Sequence[str]) -> np.ndarray:
    """Means over the trials of each class, shape (n_classes, n_neurons)."""
    labels = np.array(labels)
    return np.array([counts[labels == one].mean(axis=0) for one in classes_of(labels)])


def counts_by_trial(
    spikes: Spikes, name: str, window: tuple[float, float] | None = None
) -> np.ndarray:
    """Spikes of each neuron in each trial, or in a time (s) of it, shape (n_trials, size)."""
    begin, end = window or (0.0, spikes.duration)
    t, i = spikes.of(name)
    n_trials, size = len(spikes.onsets), spikes.sizes[spikes.populations.index(name)]
    trial = spikes.trial_of(t)  # or a pause after it
    since = t - spikes.onsets[trial]
    inside = (trial >= 0) & (since > begin - 0.5e-9) & (since < end - 0.5e-9)
    cells = trial[inside] * size + i[inside]
    return np.bincount(cells, minlength=n_trials * size).reshape(n_trials, size)


def inhibitory_of(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Which neurons inhibit, by the name of their population, where Dale's law holds."""
    end = ".polarity"
    return {name.removesuffix(end): w < 0 for name, w in weights.items() if name.endswith(end)}


def classes_of(labels: Sequence[str]) -> list[str]:
    """The classes of these trials, in the order in which they first come."""
    return list(dict.fromkeys(map(str, labels)))
