"""How raw data became stimuli: fitted on the training data, and used for all that come later."""

from dataclasses import dataclass

import numpy as np
from pydantic import Field

from spikingfa.events import Events
from spikingfa.section import Count, Section


class Encoding(Section):
    """What training data determine about the stimuli of a network; a record that JSON can hold.

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
