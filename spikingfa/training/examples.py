"""Spikes of data themselves, as a recording of the input has them."""

import numpy as np

from spikingfa.run_folder.spikes import Spikes
from spikingfa.tasks.data import Data
from spikingfa.training.session import one_of_each_class_first

MOST = 6


def example_spikes(data: Data) -> Spikes:
    """Spikes of training stimuli, one of each of the first classes, as trials of the input."""
    order = one_of_each_class_first(data.y_train, min(len(data.classes or "a"), MOST))
    events = [data.x_train.of(k) for k in order]
    duration = float(max(t.max(initial=0.0) for t, _ in events)) * 1.02 or 0.1
    onsets = duration * np.arange(len(order))
    t = np.concatenate([onset + t for onset, (t, _) in zip(onsets, events)])
    i = np.concatenate([i for _, i in events]).astype(np.int32)
    labels = tuple(data.classes[k] for k in data.y_train[order]) if data.classes else ()
    return Spikes.gather(
        {"input": (t, i)},
        {"input": data.n_features},
        onsets=onsets,
        duration=duration,
        labels=labels or ("",) * len(order),
        predictions=("",) * len(order),
    )
