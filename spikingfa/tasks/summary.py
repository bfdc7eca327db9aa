"""What data hold, in a few lines: before a network is trained on them."""

import numpy as np

from spikingfa.tasks.data import Data
from spikingfa.tasks.events import Events

MANY = 12  # classes that are not all named


def summary(data: Data) -> str:
    """Lines on numbers of stimuli, features or units, classes, and values or rates.

    Parameters
    ----------
    data : Data

    Returns
    -------
    str
    """
    n_train, n_test = len(data.x_train), len(data.x_test)
    rows = [("stimuli", f"{n_train + n_test} ({n_train} to train, {n_test} held out for the test)")]
    if data.classes:
        rows.append(("classes", _classes(data)))
    rows += _events(data) if isinstance(data.x_train, Events) else _values(data)
    return "\n".join(f"{name:<12} {text}" for name, text in rows)


def _classes(data: Data) -> str:
    counts = np.bincount(np.concatenate([data.y_train, data.y_test]), minlength=len(data.classes))
    named = [f"{name} ({n})" for name, n in zip(data.classes, counts)][:MANY]
    more = len(data.classes) - len(named)
    return f"{len(data.classes)}: {', '.join(named)}{f' and {more} more' * bool(more)}"


def _values(data: Data) -> list[tuple[str, str]]:
    x = np.concatenate([np.asarray(data.x_train), np.asarray(data.x_test)])
    image = f", images of {data.image[0]} x {data.image[1]}" if data.image else ""
    lit = (x != 0).mean()
    return [
        ("features", f"{data.n_features}{image}"),
        ("intensities", f"{x.min():.3g} to {x.max():.3g}, mean {x.mean():.3g}, {lit:.0%} not 0"),
    ]


def _events(data: Data) -> list[tuple[str, str]]:
    times = np.concatenate([data.x_train.times, data.x_test.times])
    counts = [np.diff(x.starts).reshape(x.shape) for x in (data.x_train, data.x_test)]
    by_stimulus = np.concatenate([count.sum(axis=1) for count in counts])
    by_unit = sum(count.sum(axis=0) for count in counts)
    last = float(times.max(initial=0.0))
    rate = len(times) / (len(by_stimulus) * data.n_features * last) if last else 0.0
    return [
        ("units", f"{data.n_features}, of which {np.sum(by_unit == 0)} are silent"),
        ("events", f"{len(times)}, {by_stimulus.min()} to {by_stimulus.max()} a stimulus"),
        ("last event", f"{1e3 * last:.4g} ms after the onset (training.trial is to be as long)"),
        ("mean rate", f"{rate:.3g} Hz of a unit, until then"),
    ]
