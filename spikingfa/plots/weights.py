"""Weights before and after learning, and on the way."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from spikingfa.base.errors import DataError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.text import nearest
from spikingfa.plots.colours import cycle, muted, steps
from spikingfa.plots.figure import COMPACT, relative, renamed
from spikingfa.plots.layout import Where, canvas, panels, size_of, text_that_fits
from spikingfa.plots.prefix import readable
from spikingfa.plots.style import literal
from spikingfa.plots.text import em, label, line, room_beneath
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.tasks import Data
from spikingfa.training.start import weights_before

BINS = 61
QUANTILES = ((5, 95, 0.2), (25, 75, 0.35))  # percent, and how dark
UNITS = {"w": "A", "b": ""}


def plot_weights(
    run: Run | str | Path,
    names: Sequence[str] | None = None,
    *,
    epochs: Chosen = None,
    data: Data | None = None,
    figure: Where | None = None,
    width: float | None = None,
    fig: Figure | None = None,
) -> FigureBase:
    """Draw how the weights of each projection are distributed, before and after learning.

    Parameters
    ----------
    run : Run or str or Path
        A run, or its folder. Its weights before learning are those that were kept, or are drawn
        again from its seed. Of a run of an older version that needs its data; where they are
        missing, only those after
        it are drawn.
    names : sequence of str, optional
        Keys of ``run.weights`` to draw, from top to bottom; all forward and recurrent weights
        (``"input_to_hidden.w"``) by default.
    epochs : int, slice, sequence of int, mask, or str, optional
        Epochs whose weights are drawn as histograms, 0 being before learning; the first and the
        last by default. Others are there where the model has ``recording.weights``. In any form
        that `trials` of `plot_raster` has.
    data : Data, optional
        What the run was trained on; needed of a run of an older version only, if not on what its
        model names.
    figure, width, fig : optional
        As in `plot_raster`; a new figure is 3.5 inches wide where text has 7 points.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into. Of each projection a panel with the share of its synapses by weight,
        on a logarithmic axis; and, where weights were kept, one with the quantiles of its weights
        over epochs. Synapses that are not there do not count.

    Raises
    ------
    ValueError
        If there are no such weights, or none of such an epoch.
    SelectionError
        If there is no such epoch.
    """
    run = as_run(run)
    forward = [name for name in run.arrays if name.endswith(".w")]
    names = forward if names is None else [names] if isinstance(names, str) else list(names)
    for name in names:
        if name not in run.arrays or name.rpartition(".")[2] not in UNITS:
            raise ValueError(f"there are no weights {name!r}{nearest(name, forward)}")
    course = _by_epoch(run, names, data)
    last = max(course)
    ends = [min(course), last]
    shown = ends if epochs is None else read_indices(epochs, last + 1, "epochs").tolist()
    for epoch in shown:
        if epoch not in course:
            known = ", ".join(map(str, course))
            raise ValueError(f"no weights of epoch {epoch} are known, but of {known}")
    figure = renamed(figure, fig, "plot_weights")
    new = figure is None
    figure = canvas(figure, width, 3.5 * em() / 7)
    columns = 1 + (len(course) > 2)
    with text_that_fits(figure, 18 * columns + 2, 11 * len(names) + 4):
        per_row = max(1, int((size_of(figure)[0] / columns - 6 * em()) / (6.5 * em())))
        rows = max(-(-len(shown) // per_row), 3 if columns > 1 else 1)  # of the legend
        margins = (6.4 * em(), em(), room_beneath(), (1.15 * rows + 1.8) * line())
        if new:
            figure.set_figheight((margins[3] + 12.5 * em() * len(names)) / 72)
        gaps = (6.8 * em(), room_beneath() + 1.6 * line())
        axes = panels(figure, [1] * columns, [1] * len(names), margins=margins, gaps=gaps)
        for name, row in zip(names, axes):
            values = {epoch: arrays[name] for epoch, arrays in course.items()}
            factor, unit = readable(np.concatenate(list(values.values())), UNITS[name[-1]])
            values = {epoch: factor * w for epoch, w in values.items()}
            what = f"{name[-1]} ({unit})" if unit else name[-1]
            _draw_shares(row[0], {epoch: values[epoch] for epoch in dict.fromkeys(shown)}, what)
            if columns > 1:
                _draw_quantiles(row[1], values, what)
            title = literal(name.rpartition(".")[0].replace("_", " "))
            row[0].set_title(title, loc="left", fontsize="medium", fontweight="bold", pad=3)
        for ax, ncols in zip(axes[0], (per_row, 1)):
            above = 1 + 1.6 * line() / (72 / figure.dpi * ax.bbox.height)  # over the title
            at = {"loc": "lower left", "bbox_to_anchor": (0, above), "borderaxespad": 0}
            ax.legend(ncols=ncols, borderpad=0, frameon=False, **at, **COMPACT)
    return figure


def _by_epoch(run: Run, names: list[str], data: Data | None) -> dict[int, dict[str, np.ndarray]]:
    """The weights of synapses that are there, flat, by epoch and name."""
    last = int(run.history["epoch"][-1])
    known = {epoch: run.arrays_after(epoch) for epoch in run.kept_epochs if epoch < last}
    if 0 not in known and last > 0:
        with contextlib.suppress(DataError):  # not known without data of an older run
            known = {0: run.arrays | weights_before(run, data)} | known
    known[last] = run.arrays
    return {
        epoch: {name: _of_those_there(arrays[name], run, name) for name in names}
        for epoch, arrays in known.items()
    }


def _of_those_there(w: np.ndarray, run: Run, name: str) -> np.ndarray:
    mask = run.arrays.get(f"{name.rpartition('.')[0]}.mask")
    return w.astype(float)[... if mask is None else mask > 0].ravel()


def _draw_shares(ax: Axes, values: dict[int, np.ndarray], what: str) -> None:
    """Histograms with the same bins; the first one filled, in grey."""
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), BINS)
    colours = [cycle()[0]] if len(values) <= 2 else steps(len(values) - 1)
    for k, (epoch, w) in enumerate(values.items()):
        share = 100 * np.histogram(w, edges)[0] / max(w.size, 1)
        first = k == 0 and len(values) > 1
        colour = muted(0.3) if first else colours[max(k - 1, 0)]
        name = f"epoch {epoch}"
        look = {"fill": first, "color": colour, "linewidth": relative(0.9)}
        ax.stairs(share, edges, label=name, baseline=1e-9, **look)  # a logarithm knows no zero
    label(ax, "synapses (%)", what, labelpad=2)
    smallest = min(100 / max(w.size, 1) for w in values.values())
    ax.set_yscale("log")
    ax.set_ylim(smallest / 1.5, 300)
    ax.yaxis.set_major_locator(LogLocator(numticks=4))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=(1, 2, 5, 10)))


def _draw_quantiles(ax: Axes, values: dict[int, np.ndarray], what: str) -> None:
    epochs, colour = list(values), cycle()[0]
    for low, high, dark in QUANTILES:
        ends = [np.percentile(w, (low, high)) for w in values.values()]
        name = f"{low} to {high} %"
        ax.fill_between(epochs, *zip(*ends), color=colour, alpha=dark, linewidth=0, label=name)
    middle = [np.median(w) for w in values.values()]
    ax.plot(epochs, middle, color=colour, linestyle="-", label="median")
    label(ax, what, "epoch", labelpad=2)
    ax.set_xlim(min(epochs), max(epochs))
    ax.margins(y=0.1)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5, min_n_ticks=1))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))
