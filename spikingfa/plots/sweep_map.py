"""Errors of a sweep over two parameters, as a heat map."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable

from spikingfa.plots.colours import on
from spikingfa.plots.figure import new_axes
from spikingfa.plots.style import literal
from spikingfa.plots.sweep_table import column_of, combined, parts_of
from spikingfa.plots.text import LEAST_PT, em, label, length_of, text_width

if TYPE_CHECKING:
    from pandas import DataFrame

LABELLED = 64  # fields that say their number

#: What may be drawn in place of the error, and its label.
COLUMNS = {"angle_deg": "angle between W and B (degrees)", "ms_per_trial": "time (ms per trial)"}


def plot_sweep_map(
    table: "DataFrame",
    x: str,
    y: str,
    *,
    column: str | None = None,
    metric: str = "error",
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the mean test or validation error (%) over two parameters as a heat map.

    Parameters
    ----------
    table : pandas.DataFrame
        As `spikingfa.sweep` returns it.
    x, y : str
        Parameters across and up, as columns or without their units: ``"hidden.tau_m"``.
    column : str, optional
        What is drawn in place of the error, mean over seeds: ``"angle_deg"``, ``"ms_per_trial"``.
    metric, title : str
        What the errors are called, and the map.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Where a combination was not run or failed, its field is empty. Numbers have as many
        decimals in all fields.

    Raises
    ------
    ValueError
        A parameter was not varied, or nothing is known of the column.
    """
    if column is not None and column not in COLUMNS:
        raise ValueError(f"column needs one of {', '.join(COLUMNS)}, got {column!r}")
    x, y = column_of(table, x), column_of(table, y)
    means = combined(table).groupby([x, y], sort=True)[column or "mean"].mean().unstack(x)
    errors = means.to_numpy(float) * (1 if column else 100)
    if ax is None:
        wide = rcParams["figure.figsize"][0]
        ax = new_axes((wide, 0.8 * wide))
    label(ax, literal(y), literal(x))
    ax.spines[:].set_visible(False)
    ax.grid(False)
    shown = np.ma.masked_invalid(errors)
    image = ax.pcolormesh(shown, cmap="viridis_r", rasterized=True, shading="flat")
    _ticks(ax, ax.xaxis, means.columns)
    _ticks(ax, ax.yaxis, means.index)
    ax.tick_params(which="both", length=0)
    _write_errors(ax, errors, image)
    bar = ax.figure.colorbar(image, ax=ax, aspect=25)
    label(bar.ax, COLUMNS[column] if column else f"{parts_of(table)} {metric} (%)")
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    if title:
        ax.set_title(title, loc="left", fontsize="medium", fontweight="bold")
    return ax


def _write_errors(ax: Axes, errors: np.ndarray, image: ScalarMappable) -> None:
    """The number of each field, all with the same decimals, where there is room."""
    largest = np.nanmax(np.abs(errors), initial=0) or 1
    decimals = int(np.clip(2 - np.floor(np.log10(largest)), 0, 3))
    texts = {at: f"{error:.{decimals}f}" for at, error in np.ndenumerate(errors)}
    cell = 0.75 * length_of(ax) / errors.shape[::-1]
    widest = max((text_width(text) for text in texts.values()), default=1)
    size = min(em(), em() * 0.9 * cell[0] / widest, 0.8 * cell[1])
    if errors.size > LABELLED or size < LEAST_PT:
        return
    for (row, column), text in texts.items():
        if np.isfinite(errors[row, column]):
            colour = on(image.cmap(image.norm(errors[row, column]))[:3])
            look = {"ha": "center", "va": "center", "color": colour, "fontsize": size}
            ax.text(column + 0.5, row + 0.5, text, **look)


def _ticks(ax: Axes, axis: Axis, levels: Iterable[Any]) -> None:
    step = -(-len(levels) // 12)
    labels = [value_text(value) for value in levels][::step]
    axis.set_ticks(np.arange(len(levels))[::step] + 0.5, labels)
    if axis.axis_name == "x":
        tilt(ax, labels)


def tilt(ax: Axes, labels: list[str]) -> None:
    """Turn labels of the horizontal axis where they would overlap."""
    if sum(text_width(text) + em() for text in labels) > length_of(ax)[0]:
        for tick in ax.get_xticklabels():
            tick.set(rotation=30, ha="right", rotation_mode="anchor")


def value_text(value: Any) -> str:
    """A value of a parameter as a label."""
    return literal(value) if isinstance(value, str) else f"{value:g}"
