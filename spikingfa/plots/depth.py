"""What becomes of the error from layer to layer, and from epoch to epoch."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.figure import Figure
from spikingfa.plots.style import FONT_PT, GREY, in_style, style_axes

MOST_LINES = 5  # epochs that are drawn

#: Columns of a history by layer, and what they are called.
_PANELS = {
    "rate_{}_hz": "rate (Hz)",
    "in_window_{}": "part in the window",
    "apical_{}_pa": "apical current (pA)",
    "rate_error_on_{}_hz": "error spikes (Hz)",
    "path_angle_{}_deg": "path angle",
    "cosine_{}": "cosine to transport",
}


@in_style
def plot_depth(history: Mapping[str, np.ndarray], *, width: float = 7.0) -> Figure:
    """Draw what the error does in each hidden layer, with a line for some of the epochs.

    Parameters
    ----------
    history : mapping of ndarray
        ``Run.history`` of a run with ``recording.depth``.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
        Rates (Hz), the part of the neurons in the window of sensitivity, the mean size of apical
        currents (pA), the rate of error neurons (on; Hz), the angle between the forward and the
        feedback weights on all ways to the output (degrees), and the cosine of the weight changes
        to those of transported weights.

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
    figure = Figure(figsize=(width, 0.55 * width))
    panels = figure.subplots(2, 3, gridspec_kw={"wspace": 0.42, "hspace": 0.32}).ravel()
    figure.subplots_adjust(left=0.075, right=0.985, top=0.93, bottom=0.11)
    for ax, (column, label) in zip(panels, _PANELS.items()):
        _draw(ax, history, column, label, layers, epochs)
    for ax in panels[3:]:
        ax.set_xlabel("hidden layer", fontsize=FONT_PT)
    panels[0].legend(
        title="epoch", title_fontsize=FONT_PT, fontsize=FONT_PT, handlelength=1.2, loc="best"
    )
    return figure


def _draw(
    ax: Axes,
    history: Mapping[str, np.ndarray],
    column: str,
    label: str,
    layers: list[str],
    epochs: Any,
) -> None:
    names = [column.format(layer) for layer in layers]
    style_axes(ax, label)
    numbers = np.arange(1, len(layers) + 1)
    colours = colormaps["viridis"](np.linspace(0.05, 0.85, len(epochs)))
    for epoch, colour in zip(epochs, colours):
        # before learning the network was tested, without a teacher, so that there were no errors
        known = epoch > 0 or "error" not in column
        values = [history[n][epoch] if n in history and known else np.nan for n in names]
        ax.plot(numbers, values, marker="o", ms=2.5, color=colour, label=f"{epoch:g}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    ax.set_xlim(0.5, len(layers) + 0.5)
    if "angle" in column:
        ax.set_ylim(0, 100)
        ax.set_yticks([0, 30, 60, 90])
        ax.yaxis.set_major_formatter("{x:g}°")
        ax.axhline(90, color=GREY, linestyle="--", linewidth=0.7, zorder=1)
    elif "cosine" in column:
        ax.axhline(0, color=GREY, linestyle="--", linewidth=0.7, zorder=1)
    else:
        highest = ax.dataLim.y1  # infinite where there are no values
        ax.set_ylim(0, 1.1 * highest if 0 < highest < np.inf else 1)
    if not np.isfinite(ax.dataLim.y1):
        ax.text(0.5, 0.5, "none", transform=ax.transAxes, ha="center", color=GREY)
