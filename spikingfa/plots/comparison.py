"""Variants beside each other: learning curves and alignment, over seeds."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

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


class Compared(Protocol):
    """A variant of a model, as `spikingfa.compare` returns it."""

    @property
    def label(self) -> str: ...

    @property
    def part(self) -> str: ...

    @property
    def metric(self) -> str: ...

    @property
    def errors(self) -> np.ndarray: ...

    @property
    def angles(self) -> np.ndarray: ...


def metric_and_part(compared: Sequence[Compared]) -> tuple[str, str]:
    """What the errors of variants are, and of which part of the data; several where they differ."""
    metric, part = (
        " or ".join(dict.fromkeys(getattr(variant, name) for variant in compared))
        for name in ("metric", "part")
    )
    return metric, part


@in_style
def plot_comparison(
    curves: Sequence[Compared] | Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    title: str = "",
    metric: str | None = None,
    part: str | None = None,
) -> Figure:
    """Draw errors and alignment angles of several variants over epochs.

    Parameters
    ----------
    curves : sequence of Variant, or mapping of str to (ndarray, ndarray)
        What `spikingfa.compare` returned. Or by the name of each variant errors as fractions, and
        angles in degrees (NaN where there is no feedback), each of shape (n_seeds, n_epochs + 1),
        from before learning on.
    title : str
        What is varied.
    metric : str, optional
        What the errors are, such as ``"NSE"``: see `spikingfa.training.metrics.Metric`; what the
        variants say, or ``"error"``, by default.
    part : str, optional
        What they are of, ``"test"`` or ``"validation"``; what the variants say, or ``"test"``, by
        default.

    Returns
    -------
    matplotlib.figure.Figure
        Seven inches wide; lines are means over seeds, bands their 95 % intervals (bootstrap).
    """
    if not isinstance(curves, Mapping):
        said = metric_and_part(curves)
        metric, part = metric or said[0], part or said[1]
        curves = {variant.label: (variant.errors, variant.angles) for variant in curves}
    metric, part = metric or "error", part or TEST
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


def _band(ax: Axes, values: np.ndarray, first: int, look: dict[str, Any]) -> None:
    if np.isnan(values).all():
        return
    epochs = np.arange(first, first + values.shape[1])
    ax.fill_between(epochs, *mean_interval(values), color=look["color"], alpha=0.15, lw=0)
    ax.plot(epochs, values.mean(0), marker="o" if len(epochs) <= 20 else None, ms=2, **look)
