"""Incoming weights of hidden neurons, as images."""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from spikingfa.base.errors import DataError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.model.model import layer_names
from spikingfa.network.pathways import forward_names
from spikingfa.plots.colours import muted
from spikingfa.plots.figure import renamed
from spikingfa.plots.layout import Where, canvas, cells_of, put, size_of, text_that_fits
from spikingfa.plots.prefix import readable
from spikingfa.plots.text import em, label, line
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.tasks import Data
from spikingfa.training.run_data import data_for

FEW = 30  # neurons that are drawn by default
IMAGE = 5.0  # widths of text that an image takes, about


def plot_receptive_fields(
    run: Run | str | Path,
    neurons: Chosen = slice(FEW),
    *,
    data: Data | None = None,
    figure: Where | None = None,
    width: float | None = None,
    fig: Figure | None = None,
) -> FigureBase:
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
    figure, width, fig : optional
        As in `plot_raster`; a new figure is 3.5 inches wide where text has 7 points.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into. An image per neuron, beneath its number, and a colour bar for all of
        them: blue inhibits, red excites.

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
    figure = renamed(figure, fig, "plot_receptive_fields")
    new = figure is None
    figure = canvas(figure, width, 3.5 * em() / 7)
    with text_that_fits(figure, 14, 9):
        cells, bar = _make_axes(figure, len(which), shape, new)
        largest = factor * np.abs(w).max() or 1
        for ax, neuron, field in zip(cells, which, w.T):
            image = ax.imshow(
                factor * field.reshape(shape),
                cmap="RdBu_r",
                vmin=-largest,
                vmax=largest,
                aspect="auto",
                origin="upper",
                interpolation="nearest",
            )
            ax.set(xticks=[], yticks=[])
            ax.grid(False)
            ax.spines[:].set(visible=True, linewidth=0.3, color=muted(0.4))
            ax.set_title(f"{neuron}", fontsize="medium", fontweight="normal", pad=1.5)
        figure.colorbar(image, cax=bar)
        bar.spines[:].set_visible(False)
        bar.grid(False)
        label(bar, f"w ({unit})")
    return figure


def _make_axes(
    figure: FigureBase, n: int, image: tuple[int, int], new: bool
) -> tuple[list[Axes], Axes]:
    """A cell for each neuron, row by row, and one for the colour bar at their right."""
    gap, bar, right, title = 0.5 * em(), 0.9 * em(), 6 * em(), 1.1 * line()
    wide, high = size_of(figure)
    across = wide - gap - bar - right
    part = image[0] / image[1]
    if new:
        n_columns = min(n, max(1, int(across / (IMAGE * em()))))
        cell = min(across / n_columns - gap, 2 * IMAGE * em())
        high = -(-n // n_columns) * (cell * part + title + gap)
        figure.set_figheight(high / 72)
    else:
        n_columns = max(range(1, n + 1), key=lambda k: _side(n, k, across, high, part, gap, title))
        cell = min(_side(n, n_columns, across, high, part, gap, title), 4 * IMAGE * em())
    n_rows = -(-n // n_columns)
    used = gap + n_columns * (cell + gap)
    beneath = max(gap, high - n_rows * (cell * part + title + gap) + gap)
    margins = (gap, wide - used + gap, beneath, title)
    gaps = (gap, gap + title)
    places = cells_of(figure, [1] * n_columns, [1] * n_rows, margins=margins, gaps=gaps)
    cells = [put(figure, places[k // n_columns][k % n_columns]) for k in range(n)]
    long = min(high - title - 2 * gap, 16 * em())
    at = (used + gap, wide - used - gap - bar, high - title - long, title)
    return cells, put(figure, cells_of(figure, [1], [1], margins=at, gaps=(0, 0))[0][0])


def _side(
    n: int, columns: int, across: float, high: float, part: float, gap: float, title: float
) -> float:
    """Width of an image where there are so many in a row."""
    rows = -(-n // columns)
    return min(across / columns - gap, (high / rows - title - gap) / part)
