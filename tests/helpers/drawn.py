"""What figures are drawn of in tests, and what is looked for in them."""

import numpy as np

from spikingfa.run_folder.spikes import Spikes
from spikingfa.tasks import Data

SIZES = {"input": 64, "hidden_0": 200, "hidden_1": 30, "output": 10}


SIZES |= {"teacher": 10, "error_on": 20, "error_off": 20}


DURATION = 0.1  # s


EPOCH = np.arange(12)


HISTORY = {
    "epoch": EPOCH.tolist(),
    "train_error": [np.nan, *(0.5 * np.exp(-EPOCH[1:] / 3))],  # none before learning
    "test_error": (0.02 + 0.6 * np.exp(-EPOCH / 3)).tolist(),
    **{f"angle_hidden_{k}_deg": [60.0 + 10 * k] * 12 for k in (0, 1)},
    **{f"rate_{name}_hz": [40.0] * 12 for name in SIZES},
}


def make_spikes(n_trials=4, rate=20.0, pause=0.0, sizes=SIZES):
    """Random spikes; every second prediction is wrong."""
    rng = np.random.default_rng(1)
    onsets = np.arange(n_trials) * (DURATION + pause)
    spikes = {}
    for name, size in sizes.items():
        count = int(rate * DURATION * size * n_trials)
        t = rng.choice(onsets, count) + rng.uniform(0, DURATION, count)
        spikes[name] = t, rng.integers(size, size=count)
    labels = tuple(str(k % 10) for k in range(n_trials))
    read = tuple(str((k + k % 2) % 10) for k in range(n_trials))
    trials = {"onsets": onsets, "duration": DURATION, "labels": labels, "predictions": read}
    return Spikes.gather(spikes, sizes, **trials)


def bands_of(fig):
    return fig.axes[1:-1]


def texts_of(fig):
    return [note.get_text() for ax in fig.axes for note in ax.texts]


def overlap(boxes):
    return any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])


def image_data(shape=(2, 3)):
    x = np.random.default_rng(0).random((8, shape[0] * shape[1]), np.float32)
    y = np.arange(8) % 3
    return Data(x, y, x, y, ("0", "1", "2"), image=shape)
