"""Weights before and after learning, and on the way."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from spikingfa.base.errors import DataError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.text import nearest
from spikingfa.plots.curves import COMPACT
from spikingfa.plots.figure import in_inches, sized
from spikingfa.plots.prefix import readable
from spikingfa.plots.style import BLUE, LINE_PT, in_style, literal, style_axes
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.tasks import Data
from spikingfa.training.start import weights_before

PANEL, ROW, TOP, LEFT, RIGHT, BETWEEN = 0.85, 1.4, 0.2, 0.48, 0.12, 0.62  # inches
BINS = 61
QUANTILES = ((5, 95, 0.2), (25, 75, 0.35))  # percent, and how dark
UNITS = {"w": "A", "b": ""}


@in_style
def plot_weights(
    run: Run | str | Path,
    names: Sequence[str] | None = None,
    *,
    epochs: Chosen = None,
    data: Data | None = None,
    fig: Figure | None = None,
    width: float | None = None,
) -> Figure:
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
    fig : matplotlib.figure.Figure, optional
        Empty figure to draw in, in its own size; a new one, as high as needed, by default.
    width : float, optional
        Width in inches (3.5 by default).

    Returns
    -------
    matplotlib.figure.Figure
        Of each projection a panel with the share of its synapses by weight, on a logarithmic
        axis; and, where weights were kept, one with the quantiles of its weights over epochs.
        Synapses that are not there do not count.

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
    new = fig is None
    fig = sized(fig, width, 3.5)
    several = len(course) > 2
    columns = 1 + several
    rows = max(-(-len(shown) // (4 // columns)), 3 if several else 1)  # of the legend
    top = TOP + rows * LINE_PT / 72
    if new:
        fig.set_figheight(top + ROW * len(names))
    for k, name in enumerate(names):
        axes = _make_axes(fig, top, k, len(names), columns)
        values = {epoch: arrays[name] for epoch, arrays in course.items()}
        factor, unit = readable(np.concatenate(list(values.values())), UNITS[name[-1]])
        values = {epoch: factor * w for epoch, w in values.items()}
        label = f"{name[-1]} ({unit})" if unit else name[-1]
        _draw_shares(axes[0], {epoch: values[epoch] for epoch in dict.fromkeys(shown)}, label)
        if several:
            _draw_quantiles(axes[1], values, label)
        what = literal(name.rpartition(".")[0].replace("_", " "))
        axes[0].set_title(what, loc="left", fontsize="medium", fontweight="bold", pad=3)
        if k == 0:
            for ax, ncols in zip(axes, (4 // columns, 1)):
                above = 1 + 14 / (72 / fig.dpi * ax.bbox.height)  # the title is in between
                at = {"loc": "lower left", "bbox_to_anchor": (0, above), "borderaxespad": 0}
                ax.legend(ncols=ncols, borderpad=0, **at, **COMPACT)
    return fig


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


def _make_axes(fig: Figure, top: float, row: int, n_rows: int, n_columns: int) -> list[Axes]:
    width, height = fig.get_size_inches()
    across = (width - LEFT - RIGHT - BETWEEN * (n_columns - 1)) / n_columns
    step = (height - top) / n_rows
    bottom = height - top - step * row - PANEL / ROW * step
    lefts = [LEFT + k * (across + BETWEEN) for k in range(n_columns)]
    places = [in_inches(fig, left, bottom, across, PANEL / ROW * step) for left in lefts]
    return [fig.add_axes(place) for place in places]


def _draw_shares(ax: Axes, values: dict[int, np.ndarray], label: str) -> None:
    """Histograms with the same bins; the first one filled, in grey."""
    edges = np.histogram_bin_edges(np.concatenate(list(values.values())), BINS)
    colours = [BLUE] if len(values) <= 2 else colormaps["viridis"](np.linspace(0.15, 0.85, 9))
    step = max(1, (len(colours) - 1) // max(len(values) - 2, 1))
    for k, (epoch, w) in enumerate(values.items()):
        share = 100 * np.histogram(w, edges)[0] / max(w.size, 1)
        first = k == 0 and len(values) > 1
        colour = "0.75" if first else colours[(k - 1) * step % len(colours)]
        name = f"epoch {epoch}"
        look = {"fill": first, "color": colour, "linewidth": 0.9}
        ax.stairs(share, edges, label=name, baseline=1e-9, **look)  # a logarithm knows no zero
    style_axes(ax, "synapses (%)", label, labelpad=2)
    smallest = min(100 / max(w.size, 1) for w in values.values())
    ax.set_yscale("log")
    ax.set_ylim(smallest / 1.5, 300)
    ax.yaxis.set_major_locator(LogLocator(numticks=4))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=(1, 2, 5, 10)))


def _draw_quantiles(ax: Axes, values: dict[int, np.ndarray], label: str) -> None:
    epochs = list(values)
    for low, high, dark in QUANTILES:
        ends = [np.percentile(w, (low, high)) for w in values.values()]
        name = f"{low} to {high} %"
        ax.fill_between(epochs, *zip(*ends), color=BLUE, alpha=dark, linewidth=0, label=name)
    ax.plot(epochs, [np.median(w) for w in values.values()], color=BLUE, label="median")
    style_axes(ax, label, "epoch", labelpad=2)
    ax.set_xlim(min(epochs), max(epochs))
    ax.margins(y=0.1)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5, min_n_ticks=1))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))
