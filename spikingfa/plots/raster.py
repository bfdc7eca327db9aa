"""Spikes of some trials, a band per population, above their rates."""

import re
import textwrap
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from scipy.ndimage import gaussian_filter1d

from spikingfa.model_file import nearest
from spikingfa.plots.style import FONT_PT, LINE_PT, STYLE, TICKS, colour_of, style_axes
from spikingfa.plots.trials import OFFSET, choose_trials, draw_header, header_height, join_trials
from spikingfa.recording import Spikes

RATE_BIN = 0.5e-3  # s
RATE_KERNEL = 5e-3  # s, standard deviation
RATE_HEIGHT, BAND_GAP, BOTTOM, LEFT, RIGHT = 0.78, 0.09, 0.36, 0.86, 0.17  # inches
NAME_PT = 18.0  # from the bands to the names at their left
COUNTABLE = 20  # up to so many neurons rows can be told apart, so first and last are numbered
MANY_SPIKES = 3000  # from here on ticks are short, and a bitmap in svg and pdf: else huge


def plot_raster(
    spikes: Spikes,
    *,
    trials: slice | Sequence[int] | None = None,
    populations: Sequence[str] | None = None,
    title: str | None = None,
    fig: Figure | None = None,
    width: float | None = None,
) -> Figure:
    """Draw the spikes of chosen trials, a band per population, above the population rates.

    Parameters
    ----------
    spikes : Spikes
        Recorded spikes; times in seconds.
    trials : slice or sequence of int, optional
        Trials to draw, in this order, one directly after another; all by default. Negative
        numbers count from the end. Spikes in a pause between trials are not drawn.
    populations : sequence of str, optional
        Populations to draw, from top to bottom; all by default. ``"hidden"`` stands for
        ``"hidden_0"``, ``"hidden_1"``, ... where there are several.
    title : str, optional
        Text above everything; long ones are broken into lines.
    fig : matplotlib.figure.Figure, optional
        Empty figure to draw in, in its own size; a new one, as high as needed, by default.
    width : float, optional
        Width in inches: 7.0 (double column, the default) or 3.5 (single column) suit most
        journals.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes: a frame with trial borders and labels, one per population, then the rates
        (Hz per neuron, Gaussian kernel of 5 ms that stops at trial borders).

    Raises
    ------
    ValueError
        If a population was not recorded.
    IndexError
        If a trial was not recorded, or none is chosen.
    """
    shown = _choose_populations(populations, spikes.populations)
    chosen = choose_trials(trials, len(spikes.onsets))
    spikes = join_trials(spikes, chosen)
    sizes = dict(zip(spikes.populations, spikes.sizes, strict=True))
    heights = [*(_band_height(sizes[name]) for name in shown), RATE_HEIGHT]
    with matplotlib.rc_context(STYLE):
        new = fig is None
        fig = fig or Figure()
        if new or width:
            fig.set_figwidth(width or 7.0)
        title = textwrap.fill(title or "", int(72 * fig.get_figwidth() / FONT_PT / 0.6))
        column = 72 * (fig.get_figwidth() - LEFT - RIGHT) / len(chosen)
        top = (header_height(spikes, column) + LINE_PT * len(title.splitlines()) + 4) / 72
        if new:
            fig.set_figheight(sum(heights) + BAND_GAP * len(shown) + BOTTOM + top)
        frame, bands, panel = _make_axes(fig, heights, top)
        _draw_borders(frame, spikes)
        draw_header(frame, spikes, column, NAME_PT)
        for ax, name in zip(bands, shown, strict=True):
            _draw_band(ax, name, sizes[name], *spikes.of(name))
            panel.plot(*_rate(spikes, name, sizes[name]), color=colour_of(name), linewidth=0.8)
        style_axes(panel, "mean rate (Hz)")
        panel.set_ylim(bottom=0)
        panel.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))
        joined = bool(np.any(np.diff(chosen) != 1))
        panel.set_xlabel("time (ms; chosen trials joined)" if joined else "time (ms)", labelpad=2)
        if title:
            fig.text(0.5, 1 - 3 / 72 / fig.get_figheight(), title, ha="center", va="top")
    return fig


def _choose_populations(names: Sequence[str] | None, recorded: Sequence[str]) -> list[str]:
    names = recorded if names is None else [names] if isinstance(names, str) else names
    shown = []
    for name in names:
        found = [name] if name in recorded else [p for p in recorded if p.startswith(f"{name}_")]
        if not found:
            raise ValueError(f"no population {name!r} was recorded{nearest(name, recorded)}")
        shown += found
    return shown


def _band_height(size: int) -> float:
    """Inches: 10 neurons stay readable next to 1000."""
    return 0.42 + 0.34 * np.log10(max(size, 10) / 10)


def _make_axes(fig: Figure, heights: list[float], top: float) -> tuple[Axes, list[Axes], Axes]:
    """Frame behind everything, bands, rate panel."""
    width, height = fig.get_size_inches()
    box = {"left": LEFT / width, "right": 1 - RIGHT / width}
    box |= {"bottom": BOTTOM / height, "top": 1 - top / height}
    frame = fig.add_subplot(fig.add_gridspec(1, 1, **box)[0])
    gap = BAND_GAP / np.mean(heights)
    grid = fig.add_gridspec(len(heights), 1, height_ratios=heights, hspace=gap, **box)
    *bands, panel = [fig.add_subplot(cell, sharex=frame, facecolor="none") for cell in grid]
    return frame, bands, panel


def _draw_borders(frame: Axes, spikes: Spikes) -> None:
    frame.set_axis_off()
    frame.set_xlim(0, 1e3 * spikes.duration * len(spikes.onsets))
    for onset in spikes.onsets[1:]:
        frame.axvline(1e3 * onset, color="0.7", linewidth=0.5)


def _draw_band(ax: Axes, name: str, size: int, t: np.ndarray, i: np.ndarray) -> None:
    """The thick left edge gives the colour of the line in the rate panel: a legend."""
    colour, row = colour_of(name), 72 / ax.figure.dpi * ax.bbox.height / size
    dense = len(t) > MANY_SPIKES
    length = np.clip(0.8 * row, 1.2 if dense else 1.8, 6.0)
    ax.plot(1e3 * t, i, "|", color=colour, ms=length, mew=0.5, rasterized=dense)
    ax.set_ylim(-0.5, size - 0.5)
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.spines["left"].set(color=colour, linewidth=2, position=("outward", 1.5))
    ax.tick_params(bottom=False, labelbottom=False, left=False, pad=4, **TICKS)
    ax.set_yticks([0, size - 1] if 1 < size <= COUNTABLE else [])
    text = f"{re.sub('_(?=hidden)', chr(10), name).replace('_', ' ')}\nn = {size}"
    ax.annotate(text, (0, 0.5), (-NAME_PT, 0), va="center", ha="right", **OFFSET)


def _rate(spikes: Spikes, name: str, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds and Hz per neuron, with a NaN after each trial to break the line."""
    n_trials = len(spikes.onsets)
    bins = max(1, round(spikes.duration / RATE_BIN))
    width = spikes.duration / bins
    bin_of = (spikes.of(name)[0] / width + 1e-6).astype(int)
    counts = np.bincount(bin_of, minlength=n_trials * bins).reshape(n_trials, bins)
    rate = counts / (width * size)
    rate = gaussian_filter1d(rate, RATE_KERNEL / width, axis=1, mode="reflect")
    time = 1e3 * (spikes.onsets[:, None] + (np.arange(bins + 1) + 0.5) * width)
    return time.ravel(), np.pad(rate, ((0, 0), (0, 1)), constant_values=np.nan).ravel()
