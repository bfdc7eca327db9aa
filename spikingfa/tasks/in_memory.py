"""New stimuli in memory, encoded as those of a file are."""

from spikingfa.errors import DataError
from spikingfa.events import Events
from spikingfa.tasks.encoding import Encoding, NewData
from spikingfa.tasks.labels import read_labels
from spikingfa.tasks.table import check_names, scaled
from spikingfa.tasks.values import check_length, check_width, flattened, intensities


def new_values(x, encoding: Encoding, y=None) -> NewData:
    """Encode stimuli for a network that is trained, from values as the training data had them.

    Parameters
    ----------
    x : array_like, shape (n, n_features), DataFrame, or Events
        Where the training data were a table, its columns in their order, or a DataFrame with
        their names.
    encoding : Encoding
        That of the training data.
    y : array_like, shape (n,), optional
        Labels.

    Raises
    ------
    DataError
        There are other columns or another number of units, or a value cannot be used; or a label
        is none of the training data.
    """
    x = _encoded(x, encoding)
    if y is None:
        return NewData(x, None)
    labels = read_labels(y, "y")
    check_length(len(x), len(labels), "x", "y")
    return NewData(x, labels.numbers(encoding.classes))


def _encoded(x, encoding: Encoding):
    if isinstance(x, Events) != encoding.events:
        needs = "events" if encoding.events else "intensities"
        raise DataError(f"x needs {needs}, as the training data were")
    if encoding.events:
        check_width(x, encoding.n_features, "x")
        return x
    if encoding.columns and hasattr(x, "columns"):
        names = tuple(map(str, x.columns))
        check_names(names, None, encoding, "x", labels=False)
        x = x.iloc[:, [names.index(name) for name in encoding.columns]]
    values, _ = flattened(x, "x")
    check_width(values, encoding.n_features, "x")
    if encoding.columns:
        return scaled(values.astype(float), encoding, "x")
    return intensities(values, encoding.divisor, "x")
