"""Variants beside each other: learning curves and alignment, over seeds."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.colours import cycle, muted
from spikingfa.plots.curves import FEW_EPOCHS
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import relative
from spikingfa.plots.layout import Where, canvas, panels, size_of, text_that_fits
from spikingfa.plots.scales import draw_range, scale_degrees, scale_percent
from spikingfa.plots.style import literal
from spikingfa.plots.text import em, label, line, room_beneath, text_width
from spikingfa.run_folder.held_out import TEST
from spikingfa.training.analysis import mean_interval

DASHES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # so that more variants than colours stay apart
BESIDE = 45  # widths of text from which on panels stand beside each other


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


def plot_comparison(
    curves: Sequence[Compared] | Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    title: str = "",
    metric: str | None = None,
    part: str | None = None,
    figure: Where | None = None,
    width: float | None = None,
) -> FigureBase:
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
    figure, width : optional
        As in `plot_raster`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into: angles, and errors. Lines are means over seeds, bands their 95 %
        intervals (bootstrap).
    """
    if not isinstance(curves, Mapping):
        said = metric_and_part(curves)
        metric, part = metric or said[0], part or said[1]
        curves = {variant.label: (variant.errors, variant.angles) for variant in curves}
    metric, part = metric or "error", part or TEST
    ends = {
        f"{literal(name)}  {100 * error[:, -1].mean():.3g} %": name
        for name, (error, _) in curves.items()
    }
    new, n_seeds = figure is None, max(len(error) for error, _ in curves.values())
    figure = canvas(figure, width, 7.0 * em() / 7)
    beside = size_of(figure)[0] > BESIDE * em()
    if new:
        figure.set_figheight((2.7 if beside else 4.5) * em() / 7)
    names = max(map(text_width, ends)) / em()  # which may take two fifths of a narrow figure
    wide = 52 if beside else max(26, 2.5 * names)
    with text_that_fits(figure, wide, 17 if beside else 27):
        right = max(map(text_width, ends)) + 5
        margins = (6.4 * em(), right, room_beneath(), 1.3 * line() + 5)
        gaps = (6.4 * em(), room_beneath() + 1.8 * line())
        shape = ([0.44, 0.56], [1]) if beside else ([1], [1, 1])
        angles, errors = panels(figure, *shape, margins=margins, gaps=gaps).ravel()
        label(angles, r"angle between $W$ and $B^\mathsf{T}$", "epoch", 2)
        label(errors, f"{part} {metric} (%)", "epoch", 2)
        looks = {name: _look(k) for k, name in enumerate(curves)}
        for name, (error, angle) in curves.items():
            _band(angles, angle, 0, looks[name])
            _band(errors, 100 * error[:, 1:], 1, looks[name])
        scale_degrees(angles)
        scale_percent(errors)
        for ax in (errors, angles):
            ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
        last = {text: 100 * curves[name][0][:, -1].mean() for text, name in ends.items()}
        name_ends(errors, {t: (last[t], looks[name]["color"]) for t, name in ends.items()})
        angles.set_title(title, loc="left", fontsize="medium", fontweight="bold", pad=3)
        if n_seeds > 1:
            about = f"mean, 95 % interval of {n_seeds} seeds"
            errors.set_title(about, loc="left", fontsize="medium", color=muted(), pad=3)
    return figure


def _look(k: int) -> dict[str, Any]:
    """Colour and line of the k-th variant."""
    round_, number = divmod(k, len(cycle()))
    return {"color": cycle()[number], "linestyle": DASHES[round_ % len(DASHES)]}


def _band(ax: Axes, values: np.ndarray, first: int, look: dict[str, Any]) -> None:
    if np.isnan(values).all():
        return
    epochs = np.arange(first, first + values.shape[1])
    if len(values) > 1:
        draw_range(ax, epochs, *mean_interval(values), look["color"])
    marker = "o" if len(epochs) <= FEW_EPOCHS else ""
    ax.plot(epochs, values.mean(0), marker=marker, ms=relative(2), **look)
