"""Incoming weights of hidden neurons, as images."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spikingfa.base.errors import DataError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.model.model import layer_names
from spikingfa.network.pathways import forward_names
from spikingfa.plots.figure import in_inches, sized
from spikingfa.plots.prefix import readable
from spikingfa.plots.style import LINE_PT, in_style, style_axes
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.tasks import Data
from spikingfa.training.run_data import data_for

FEW = 30  # neurons that are drawn by default
LONGEST_BAR = 1.5  # inches
IMAGE = 0.5  # inches, about
LEFT, BAR, RIGHT, BOTTOM, GAP = 0.05, 0.09, 0.52, 0.05, 0.05  # inches


@in_style
def plot_receptive_fields(
    run: Run | str | Path,
    neurons: Chosen = slice(FEW),
    *,
    data: Data | None = None,
    fig: Figure | None = None,
    width: float | None = None,
) -> Figure:
    """Draw the weights from the pixels of an image onto neurons of the first hidden layer.

    Parameters
    ----------
    run : Run or str or Path
        A run, or its folder, of a task whose stimuli are images.
    neurons : int, slice, sequence of int, mask, or str, optional
        Which ones, row by row, as `trials` of `plot_raster`; the first thirty by default.
    data : Data, optional
        What it was trained on; needed of a run of an older version only, which did not record the
        size of its images, where they are not what its model names.
    fig : matplotlib.figure.Figure, optional
        Empty figure to draw in, in its own size; a new one, as high as needed, by default.
    width : float, optional
        Width in inches (3.5 by default).

    Returns
    -------
    matplotlib.figure.Figure
        An image per neuron, beneath its number, and a colour bar for all of them: blue inhibits,
        red excites.

    Raises
    ------
    DataError
        If the stimuli are no images, or, of a run of an older version, are missing.
    SelectionError
        If there is no such neuron, or none is chosen.
    """
    run = as_run(run)
    shape = (data or run.data or data_for(run)).image
    w = run.arrays[f"{forward_names(run.model)[0]}.w"].astype(float)
    if shape is None:
        task = run.model.task.name
        raise DataError(f"receptive fields need images, which the stimuli of {task} are not")
    if np.prod(shape) != len(w):
        rows, columns = shape
        raise DataError(f"images of {rows} x {columns} do not fit {len(w)} input neurons")
    which = read_indices(neurons, w.shape[1], f"neurons of {layer_names(run.model)[0]}")
    w = w[:, which]
    factor, unit = readable(w, "A")
    new = fig is None
    fig = sized(fig, width, 3.5)
    cells, bar = _make_axes(fig, len(which), shape, new)
    largest = factor * np.abs(w).max() or 1
    for ax, neuron, field in zip(cells, which, w.T):
        look = {"cmap": "RdBu_r", "vmin": -largest, "vmax": largest, "aspect": "auto"}
        image = ax.imshow(factor * field.reshape(shape), **look)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set(linewidth=0.3, color="0.6")
        ax.set_title(f"{neuron}", fontsize="medium", pad=1.5)
    fig.colorbar(image, cax=bar)
    bar.spines[:].set_visible(False)
    style_axes(bar, f"w ({unit})")
    return fig


def _make_axes(fig: Figure, n: int, image: tuple[int, int], new: bool) -> tuple[list[Axes], Axes]:
    """A cell for each neuron, row by row, and one for the colour bar at their right."""
    width, title = fig.get_figwidth(), LINE_PT / 72
    across = width - LEFT - BAR - RIGHT - GAP
    n_columns = min(n, max(1, int(across / IMAGE)))
    n_rows = -(-n // n_columns)
    wide = min(across / n_columns - GAP, 2 * IMAGE)
    high = wide * image[0] / image[1]
    if new:
        fig.set_figheight(n_rows * (high + title + GAP) + BOTTOM)
    height = fig.get_figheight()
    high = (height - BOTTOM) / n_rows - title - GAP
    cells = []
    for row, column in (divmod(k, n_columns) for k in range(n)):
        left, bottom = LEFT + column * (wide + GAP), height - (row + 1) * (high + title + GAP)
        cells.append(fig.add_axes(in_inches(fig, left, bottom, wide, high)))
    left = LEFT + n_columns * (wide + GAP) + GAP
    top, long = height - title - GAP, min(height - title - 2 * GAP, LONGEST_BAR)
    return cells, fig.add_axes(in_inches(fig, left, top - long, BAR, long))
