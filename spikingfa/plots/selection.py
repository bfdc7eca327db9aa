"""Choice and order of populations and neurons in a figure."""

from collections.abc import Mapping, Sequence

import numpy as np

from spikingfa.base.errors import SelectionError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.text import nearest
from spikingfa.base.text import shown as short
from spikingfa.run_folder.spikes import Spikes

#: How neurons may be ordered, and what is written beside them then.
SORTS = {"rate": "by rate", "selectivity": "by class"}


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
) -> dict[str, np.ndarray]:
    """Numbers of the neurons of each population, from the lowest row of a raster up.

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
        chosen[name] = _ordered(once, spikes, name, sort)
    return chosen


def _ordered(which: np.ndarray, spikes: Spikes, name: str, sort: str | None) -> np.ndarray:
    if sort is None:
        return which
    counts = _counts_by_trial(spikes, name)[:, which]
    if sort == "rate":
        return which[np.argsort(counts.sum(axis=0), kind="stable")]
    labels = np.array(spikes.labels)
    by_class = np.array([counts[labels == one].mean(axis=0) for one in classes_of(labels)])
    preferred = np.where(by_class.any(axis=0), by_class.argmax(axis=0), len(by_class))
    excess = by_class.max(axis=0) - by_class.mean(axis=0)
    return which[np.lexsort((excess, preferred))]


def _counts_by_trial(spikes: Spikes, name: str) -> np.ndarray:
    """Spikes of each neuron in each trial, shape (n_trials, size)."""
    t, i = spikes.of(name)
    n_trials, size = len(spikes.onsets), spikes.sizes[spikes.populations.index(name)]
    trial = spikes.trial_of(t)  # or a pause after it
    inside = (trial >= 0) & (t - spikes.onsets[trial] < spikes.duration - 0.5e-9)
    cells = trial[inside] * size + i[inside]
    return np.bincount(cells, minlength=n_trials * size).reshape(n_trials, size)


def classes_of(labels: Sequence[str]) -> list[str]:
    """The classes of these trials, in the order in which they first come."""
    return list(dict.fromkeys(map(str, labels)))
