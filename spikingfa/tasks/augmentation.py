"""Training stimuli changed anew each time that they are shown."""

import numpy as np

from spikingfa.base.errors import DataError
from spikingfa.model.model import Task
from spikingfa.tasks import Data


def check(task: Task, data: Data) -> None:
    """Refuse what cannot be done to these data.

    Raises
    ------
    DataError
        The stimuli are no images, or images too small to be shifted so far.
    """
    if not task.shift:
        return
    if data.image is None:
        raise DataError(
            f"task.shift = {task.shift} needs images, which those of {task.name} are not"
        )
    if task.shift >= min(data.image):
        rows, columns = data.image
        raise DataError(f"task.shift = {task.shift} is too far for images of {rows} x {columns}")


def shifted(
    x: np.ndarray, image: tuple[int, int], most: int, rng: np.random.Generator
) -> np.ndarray:
    """Shift each image up or down and left or right, by whole pixels; what comes in is dark.

    Parameters
    ----------
    x : ndarray, shape (n, rows * columns)
    image : (int, int)
        Rows and columns.
    most : int
        Each shift is drawn uniformly from -most to most pixels.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, rows * columns)
    """
    rows, columns = image
    padded = np.pad(x.reshape(-1, rows, columns), ((0, 0), (most, most), (most, most)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, image, axis=(1, 2))
    down, right = rng.integers(0, 2 * most + 1, (2, len(x)))
    return windows[np.arange(len(x)), down, right].reshape(x.shape)
