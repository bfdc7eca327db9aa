"""The encoding of raw data as stimuli: fitted on the training data, used for all later ones."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from spikingfa.base.errors import DataError
from spikingfa.model.section import Count, Section
from spikingfa.tasks.events import Events
from spikingfa.tasks.labels import read_labels
from spikingfa.tasks.values import (
    check_length,
    check_width,
    fitted_divisor,
    flattened,
    intensities,
)


class Encoding(Section):
    """The part of an encoding that training data determine; a record that JSON can hold.

    Attributes
    ----------
    n_features : int
        Number of input neurons.
    classes : tuple of str
        Names of the classes in the order of the output neurons; empty where there are none.
    events : bool
        Whether stimuli are spike trains.
    divisor : float
        Full intensity of an array: 255 for most of uint8, 1 where values are intensities already.
    columns : tuple of str
        Names of a table's features in the order of the input neurons, else empty.
    label : str or None
        Name of the column of a table that holds the class.
    dropped : tuple of str
        Names of columns that are no features.
    bin : float or None
        Width (s) of the time bins of a table of spikes, where there are any.
    low, high : tuple of float
        Values of a table's features that become 0 and 1; as many as there are columns.
    """

    n_features: Count
    classes: tuple[str, ...] = ()
    events: bool = False
    divisor: float = Field(1.0, gt=0)
    columns: tuple[str, ...] = ()
    label: str | None = None
    dropped: tuple[str, ...] = ()
    bin: float | None = Field(None, gt=0)
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class NewData:
    """Stimuli for a network that is trained.

    Attributes
    ----------
    x : ndarray of float32, shape (n, n_features), or Events
    y : ndarray of int, shape (n,), or None
        Class numbers as in training; None where the data have no labels.
    """

    x: np.ndarray | Events
    y: np.ndarray | None

    def __iter__(self):
        return iter((self.x, self.y))


def fit(
    x, y, names: tuple[str, str] = ("x", "y"), divisor: float | None = None
) -> tuple[np.ndarray | Events, np.ndarray, Encoding, tuple[int, int] | None]:
    """Turn arrays or events, and labels of any kind, into stimuli and class numbers.

    Parameters
    ----------
    x : array_like or Events
    y : array_like
    names : (str, str)
        What errors call them.
    divisor : float, optional
        Full intensity; see `fitted_divisor`.

    Returns
    -------
    x, y
        As in `NewData`.
    encoding : Encoding
    image : (int, int) or None
        Rows and columns, where the stimuli were images.

    Raises
    ------
    DataError
        They cannot be shown, or have fewer than two classes.
    """
    events, image = isinstance(x, Events), None
    if not events:
        x, image = flattened(x, names[0])
        divisor = fitted_divisor(x, divisor, names[0])
        x = intensities(x, divisor, names[0])
    labels = read_labels(y, names[1])
    check_length(len(x), len(labels), *names)
    encoding = Encoding(
        n_features=x.shape[1],
        classes=labels.classes(),
        events=events,
        divisor=1.0 if events else divisor,
    )
    return x, labels.numbers(encoding.classes), encoding, image


def encode(encoding: Encoding, x, y=None, names: tuple[str, str] = ("x", "y")) -> NewData:
    """Turn other arrays or events, with labels or without, into stimuli as `fit` did.

    Raises
    ------
    DataError
        They cannot be shown, are of another size, or have a class that is not in `encoding`.
    """
    if isinstance(x, Events) != encoding.events:
        needs = "events" if encoding.events else "intensities"
        raise DataError(f"{names[0]} needs {needs}, as the training data were")
    if encoding.events:
        check_width(x, encoding.n_features, names[0])
    else:
        x, _ = flattened(x, names[0])
        check_width(x, encoding.n_features, names[0])
        x = intensities(x, encoding.divisor, names[0])
    if y is None:
        return NewData(x, None)
    labels = read_labels(y, names[1])
    check_length(len(x), len(labels), *names)
    return NewData(x, labels.numbers(encoding.classes))
