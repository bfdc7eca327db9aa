"""What becomes of the error from layer to layer, and from epoch to epoch."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.colours import muted, steps
from spikingfa.plots.figure import COMPACT, relative
from spikingfa.plots.layout import Where, canvas, panels, size_of, text_that_fits
from spikingfa.plots.scales import scale_degrees
from spikingfa.plots.text import em, label, line, room_beneath

MOST_LINES = 5  # epochs that are drawn
BESIDE = 40  # widths of text from which on there are three panels in a row

#: Columns of a history by layer, and what they are called.
_PANELS = {
    "rate_{}_hz": "rate (Hz)",
    "in_window_{}": "part in the window",
    "apical_{}_pa": "apical current (pA)",
    "rate_error_on_{}_hz": "error spikes (Hz)",
    "path_angle_{}_deg": "path angle",
    "cosine_{}": "cosine to transport",
}


def plot_depth(
    history: Mapping[str, np.ndarray],
    *,
    figure: Where | None = None,
    width: float | None = None,
) -> FigureBase:
    """Draw what the error does in each hidden layer, with a line for some of the epochs.

    Parameters
    ----------
    history : mapping of ndarray
        ``Run.history`` of a run with ``recording.depth``.
    figure, width : optional
        As in `plot_raster`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into: rates (Hz), the part of the neurons in the window of sensitivity, the
        mean size of apical currents (pA), the rate of error neurons (on; Hz), the angle between
        the forward and the feedback weights on all ways to the output (degrees), and the cosine of
        the weight changes to those of transported weights.

    Raises
    ------
    ValueError
        It was not measured.
    """
    layers = [name[len("in_window_") :] for name in history if name.startswith("in_window_")]
    if not layers:
        raise ValueError(
            "what the error does in each layer was not measured: needs recording.depth = true"
        )
    n_epochs = len(history["epoch"])
    epochs = np.unique(np.linspace(0, n_epochs - 1, min(n_epochs, MOST_LINES)).round().astype(int))
    new, inch = figure is None, em() / 7
    figure = canvas(figure, width, 7.0 * inch)
    columns = 3 if size_of(figure)[0] > BESIDE * em() else 2
    rows = len(_PANELS) // columns
    if new:
        figure.set_figheight(rows * 1.9 * inch)
    with text_that_fits(figure, 15 * columns + 5, 10 * rows):
        margins = (3 * em(), 6 * em(), room_beneath(), 1.5 * line())
        gaps = (4.5 * em(), room_beneath() + 0.5 * line())
        axes = panels(figure, [1] * columns, [1] * rows, margins=margins, gaps=gaps)
        for ax, (column, name) in zip(axes.ravel(), _PANELS.items()):
            _draw(ax, history, column, name, layers, epochs)
        for ax in axes[-1]:
            label(ax, xlabel="hidden layer", labelpad=2)
        at = {"loc": "upper left", "bbox_to_anchor": (1, 1), "borderaxespad": 0.5}
        look = {"title_fontsize": "medium", "fontsize": "medium", "frameon": False} | COMPACT
        axes[0, -1].legend(*axes[0, 0].get_legend_handles_labels(), title="epoch", **at, **look)
    return figure


def _draw(
    ax: Axes,
    history: Mapping[str, np.ndarray],
    column: str,
    name: str,
    layers: list[str],
    epochs: np.ndarray,
) -> None:
    names = [column.format(layer) for layer in layers]
    ax.set_title(name, loc="left", fontsize="medium", fontweight="normal", pad=3)
    numbers = np.arange(1, len(layers) + 1)
    for epoch, colour in zip(epochs, steps(len(epochs))):
        # before learning the network was tested, without a teacher, so that there were no errors
        known = epoch > 0 or "error" not in column
        values = [history[n][epoch] if n in history and known else np.nan for n in names]
        look = {"marker": "o", "ms": relative(2.5), "linestyle": "-"}
        ax.plot(numbers, values, color=colour, label=f"{epoch:g}", **look)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=(1, 2, 5, 10)))
    ax.set_xlim(0.5, len(layers) + 0.5)
    if "angle" in column:
        scale_degrees(ax)
    elif "cosine" in column:
        ax.axhline(0, color=muted(), linestyle="--", linewidth=0.7, zorder=1)
    else:
        highest = ax.dataLim.y1  # infinite where there are no values
        ax.set_ylim(0, 1.1 * highest if 0 < highest < np.inf else 1)
    if not np.isfinite(ax.dataLim.y1):
        ax.text(0.5, 0.5, "none", transform=ax.transAxes, ha="center", color=muted())
