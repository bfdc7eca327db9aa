"""Variants beside each other: learning curves and alignment, over seeds."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.curves import scale_percent
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import GREY, RUN_COLOURS, in_style, literal, style_axes
from spikingfa.run_folder.held_out import TEST
from spikingfa.training.analysis import mean_interval

DASHES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # so that more variants than colours stay apart


@in_style
def plot_comparison(
    curves: dict[str, tuple[np.ndarray, np.ndarray]],
    *,
    title: str = "",
    metric: str = "error",
    part: str = TEST,
) -> Figure:
    """Draw errors and alignment angles of several variants over epochs.

    Parameters
    ----------
    curves : dict of (ndarray, ndarray), each of shape (n_seeds, n_epochs + 1)
        By the variant's name: errors as fractions, and angles in degrees (NaN where there
        is no feedback), from before learning on.
    title : str
        What is varied.
    metric : str
        What the errors are, such as ``"NSE"``: see `spikingfa.training.metrics.Metric`.
    part : str
        What they are of, ``"test"`` or ``"validation"``.

    Returns
    -------
    matplotlib.figure.Figure
        Seven inches wide; lines are means over seeds, bands their 95 % intervals (bootstrap).
    """
    figure = Figure(figsize=(7.0, 2.7))
    angles = figure.add_axes((0.075, 0.15, 0.26, 0.74))
    errors = figure.add_axes((0.42, 0.15, 0.33, 0.74))
    style_axes(angles, r"angle between $W$ and $B^\mathsf{T}$", "epoch")
    style_axes(errors, f"{part} {metric} (%)", "epoch")
    ends = {}
    for k, (name, (error, angle)) in enumerate(curves.items()):
        round_, number = divmod(k, len(RUN_COLOURS))
        look = {"color": RUN_COLOURS[number], "linestyle": DASHES[round_ % 3]}
        _band(angles, angle, 0, look)
        _band(errors, 100 * error[:, 1:], 1, look)
        last = 100 * error[:, -1].mean()
        ends[f"{literal(name)}  {last:.3g} %"] = last, look["color"]
    angles.set_ylim(0, 95)
    angles.set_yticks([0, 30, 60, 90])
    angles.yaxis.set_major_formatter("{x:g}°")
    angles.axhline(90, color=GREY, linestyle="--", linewidth=0.7, zorder=1)
    scale_percent(errors)
    name_ends(errors, ends)
    for ax in (errors, angles):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    angles.set_title(title, loc="left", fontsize="medium", fontweight="bold")
    return figure


def _band(ax: Axes, values: np.ndarray, first: int, look: dict) -> None:
    if np.isnan(values).all():
        return
    epochs = np.arange(first, first + values.shape[1])
    ax.fill_between(epochs, *mean_interval(values), color=look["color"], alpha=0.15, lw=0)
    ax.plot(epochs, values.mean(0), marker="o" if len(epochs) <= 20 else None, ms=2, **look)
