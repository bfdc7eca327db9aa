"""Arrays of a data file in NumPy's ``.npz`` form."""

from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError, warn
from spikingfa.base.reading import read_arrays, readable


def read_npz(path: str, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Arrays of a file by name; one of Python objects is left out, and said so.

    Parameters
    ----------
    path : str
    names : tuple of str
        Arrays that matter, which may not be of Python objects.

    Raises
    ------
    DataError
        The file cannot be read, or one of `names` is an array of Python objects.
    """
    objects = []
    wrong = "it is not an .npz file of plain arrays"
    with readable(f"the data file {path}", wrong, DataError):
        arrays = read_arrays(Path(path), objects)
    for name in objects:
        if name in names:
            raise DataError(
                f"{path}: {name} is an array of Python objects, which are not read: needs numbers"
                " or texts, such as np.array(..., dtype=float)"
            )
        warn(
            f"{path}: {name} is an array of Python objects, which are not read",
        )
    return arrays
