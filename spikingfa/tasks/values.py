"""Numbers of any container, from a file or from memory, as intensities in [0, 1].

Every array goes through here before it is shown to a network.
"""

import numpy as np

from spikingfa.base.errors import DataError, warn

ROUNDING = 1e-6  # beyond [0, 1], which is let pass
BYTE = 255.0
DARK = 128  # uint8 whose largest value is smaller may have another scale


def as_array(values, where: str) -> np.ndarray:
    """The array in a list, DataFrame, Series or sparse matrix, or what NumPy takes for one.

    Raises
    ------
    DataError
        It is none.
    """
    for method in ("toarray", "to_numpy"):  # of SciPy's sparse matrices, and of pandas
        if hasattr(values, method):
            values = getattr(values, method)()
            break
    try:
        return np.asarray(values)
    except (ValueError, TypeError, RuntimeError):
        raise DataError(f"{where} needs an array: its rows have different lengths") from None


def flattened(values, where: str) -> tuple[np.ndarray, tuple[int, int] | None]:
    """Numbers, shape (n, d), and the rows and columns of the images that they were, if any.

    Raises
    ------
    DataError
        There are no numbers, or it is a single row.
    """
    x = as_array(values, where)
    if x.dtype.kind == "O":
        x = _of_objects(x, where)
    if x.dtype.kind not in "fiub":
        raise DataError(f"{where} needs numbers in [0, 1] or uint8, got {x.dtype}")
    if x.ndim < 2 or x.size == 0:
        raise DataError(f"{where} needs the shape (n, d), got {x.shape}")
    gray = x.shape[:-1] if x.ndim == 4 and x.shape[-1] == 1 else x.shape
    return x.reshape(len(x), -1), gray[1:] if len(gray) == 3 else None


def fitted_divisor(x: np.ndarray, given: float | None, where: str) -> float:
    """The divisor of values: `given`, or 255 for uint8, and 1 for uint8 of 0 and 1 only.

    Warns of uint8 whose values do not come near 255.
    """
    if given is not None:
        return float(given)
    if x.dtype != np.uint8:
        return 1.0
    most = int(x.max())
    if most <= 1:
        return 1.0
    if most < DARK:
        warn(
            f"{where} is uint8 from {x.min()} to {most} and is divided by 255, so that intensities"
            f" reach {most / BYTE:.2g} only: task.divisor = {most} (or x / {most} in Python) makes"
            f" {most} full intensity",
        )
    return BYTE


def intensities(x: np.ndarray, divisor: float, where: str) -> np.ndarray:
    """Values of `flattened` divided by `divisor`, as float32, shape (n, d).

    Numbers in [0, 1] beside uint8 are intensities already.

    Raises
    ------
    DataError
        One is outside [0, 1], or all are zero.
    """
    scaled = x
    if divisor != 1 and not (divisor == BYTE and x.dtype.kind == "f" and x.max() <= 1 + ROUNDING):
        scaled = x / np.float32(divisor)
    low, high = scaled.min(), scaled.max()
    if not (low >= -ROUNDING and high <= 1 + ROUNDING):  # also where it is NaN
        _refuse(x, scaled, where)
    if low < 0 or high > 1:
        scaled = np.clip(scaled, 0, 1)
    scaled = np.asarray(scaled, np.float32)
    if not scaled.any():
        raise DataError(f"{where} is zero everywhere; no input neuron would ever fire")
    return scaled


def check_width(x: np.ndarray, n_features: int, where: str) -> None:
    """See that there are as many features as in training.

    Raises
    ------
    DataError
        There are not.
    """
    if x.shape[1] != n_features:
        raise DataError(f"{where} has {x.shape[1]} features, not {n_features} as in training")


def check_length(n_rows: int, n_labels: int, x: str, y: str) -> None:
    """See that there is a label for each row; `x` and `y` are what errors name.

    Raises
    ------
    DataError
        There is not.
    """
    if n_rows != n_labels:
        name = y.rpartition(": ")[2]
        raise DataError(f"{x} has {n_rows} rows but {name} has {n_labels} labels")


def _refuse(x: np.ndarray, scaled: np.ndarray, where: str) -> None:
    """Say which value is the first that is none, and what might be meant."""
    bad = ~((scaled >= -ROUNDING) & (scaled <= 1 + ROUNDING))
    row, column = np.argwhere(bad)[0]
    hint = ""
    if np.isfinite(x).all() and x.min() >= 0:
        hint = (
            f"; the largest is {x.max():g}: task.divisor, or x / {x.max():g} in Python, scales it"
        )
    raise DataError(
        f"{where} needs numbers in [0, 1] or uint8, got {x[row, column]} in row {row},"
        f" column {column}{hint}"
    )


def _of_objects(x: np.ndarray, where: str) -> np.ndarray:
    """Numbers that are stored as objects, as in a table whose columns differ in kind."""
    try:
        return x.astype(float)
    except (ValueError, TypeError):
        for place, value in np.ndenumerate(x):
            try:
                float(value)
            except (ValueError, TypeError):
                at = ", ".join(f"{n} {k}" for n, k in zip(("row", "column"), place))
                raise DataError(f"{where} needs numbers, got {value!r} in {at}") from None
        raise
