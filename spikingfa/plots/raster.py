"""Spikes of some trials, a band per population, above their rates."""

import re
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.figure import sized
from spikingfa.plots.population_rates import rates_of
from spikingfa.plots.selection import SORTS, choose_neurons, choose_populations
from spikingfa.plots.style import FONT_PT, LINE_PT, TICKS, colour_of, in_style, literal, style_axes
from spikingfa.plots.trials import (
    OFFSET,
    choose_window,
    draw_borders,
    draw_header,
    header_height,
    join_trials,
    time_label,
)
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

RATE_HEIGHT, BAND_GAP, BOTTOM, LEFT, RIGHT = 0.78, 0.09, 0.36, 0.86, 0.17  # inches
NAME_PT = 18.0  # from the bands to the names at their left
COUNTABLE = 20  # up to so many neurons rows can be told apart, so first and last are numbered
MANY_SPIKES = 3000  # from here on ticks are short, and a bitmap in svg and pdf: else huge


@in_style
def plot_raster(
    spikes: Spikes | Run | str | Path,
    *,
    trials: Chosen = None,
    populations: Sequence[str] | None = None,
    neurons: Mapping[str, Chosen] | Chosen = None,
    sort: str | None = None,
    window: Sequence[Any] | None = None,
    title: str | None = None,
    fig: Figure | None = None,
    width: float | None = None,
) -> Figure:
    """Draw the spikes of chosen trials, a band per population, above the population rates.

    Parameters
    ----------
    spikes : Spikes, Run, str or Path
        Recorded spikes, times in seconds; or the run that has them, or its folder.
    trials : int, slice, sequence of int, mask, or str, optional
        Trials to draw, in this order, one directly after another; all by default. Negative
        numbers count from the end; a mask has a boolean for each trial; text is as on the command
        line, such as ``"0:3"`` or ``"0,2,5"``. Spikes in a pause between trials are not drawn.
    populations : sequence of str, optional
        Populations to draw, from top to bottom; all by default. ``"hidden"`` stands for
        ``"hidden_0"``, ``"hidden_1"``, ... where there are several.
    neurons : mapping of str to selection, optional
        Neurons to draw of a population, in any form that `trials` has, ``{"hidden": range(50)}``;
        all where it is not named. Where one population is drawn, its name may be left out.
    sort : {"rate", "selectivity"}, optional
        Order of the neurons of a population from the bottom up, by all recorded trials: rising by
        rate, or by the class for which they fire most. By number by default.
    window : two times, optional
        Begin and end of what is drawn of each trial, since its onset, in seconds or as quantities
        (``(20*ms, 60*ms)``).
    title : str, optional
        Text above everything; long ones are broken into lines. Beneath it stands whether there was
        no teacher, or one that acted on the answers.
    fig : matplotlib.figure.Figure, optional
        Empty figure to draw in, in its own size; a new one, as high as needed, by default.
    width : float, optional
        Width in inches: 7.0 (double column, the default) or 3.5 (single column) suit most
        journals.

    Returns
    -------
    matplotlib.figure.Figure
        Its axes: a frame with trial borders and labels, one per population, then the rates
        (Hz per neuron that is drawn, Gaussian kernel of 5 ms that stops at trial borders).

    Raises
    ------
    ValueError
        If a population was not recorded, there are no classes to sort by, or the window is none.
    SelectionError
        If a trial was not recorded, there is no such neuron, or none is chosen.
    """
    spikes = spikes_of(spikes)
    shown = choose_populations(populations, spikes.populations)
    which = choose_neurons(spikes, shown, neurons, sort)
    chosen = read_indices(trials, len(spikes.onsets), "trials")
    window = choose_window(window, spikes.duration)
    whole, spikes = join_trials(spikes, chosen), join_trials(spikes, chosen, window)
    sizes = dict(zip(spikes.populations, spikes.sizes, strict=True))
    heights = [*(_band_height(len(which[name])) for name in shown), RATE_HEIGHT]
    new = fig is None
    fig = sized(fig, width, 7.0)
    wide = int(72 * fig.get_figwidth() / FONT_PT / 0.6)
    title = "\n".join(textwrap.fill(text, wide) for text in (title, spikes.note) if text)
    column = 72 * (fig.get_figwidth() - LEFT - RIGHT) / len(chosen)
    top = (header_height(spikes, column) + LINE_PT * len(title.splitlines()) + 4) / 72
    if new:
        fig.set_figheight(sum(heights) + BAND_GAP * len(shown) + BOTTOM + top)
    frame, bands, panel = _make_axes(fig, heights, top)
    draw_borders(frame, spikes)
    draw_header(frame, spikes, column, NAME_PT)
    for ax, name in zip(bands, shown, strict=True):
        draw_spikes(ax, name, which[name], *spikes.of(name))
        write_name(ax, name, len(which[name]), sizes[name], SORTS.get(sort))
        rate = _rate(rates_of(whole, name, which[name]), window, spikes.onsets)
        panel.plot(*rate, color=colour_of(name), linewidth=0.8)
    style_axes(panel, "mean rate (Hz)")
    panel.set_ylim(bottom=0)
    panel.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))
    panel.set_xlabel(time_label(chosen, window, whole.duration), labelpad=2)
    if title:
        fig.text(0.5, 1 - 3 / 72 / fig.get_figheight(), title, ha="center", va="top")
    return fig


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


def draw_spikes(ax: Axes, name: str, which: np.ndarray, t: np.ndarray, i: np.ndarray) -> None:
    """The thick left edge gives the colour of the line in the rate panel: a legend."""
    t, i = _rows(which, t, i)
    size = len(which)
    colour, row = colour_of(name), 72 / ax.figure.dpi * ax.bbox.height / size
    dense = len(t) > MANY_SPIKES
    length = np.clip(0.8 * row, 1.2 if dense else 1.8, 6.0)
    ax.plot(1e3 * t, i, "|", color=colour, ms=length, mew=0.5, rasterized=dense)
    ax.set_ylim(-0.5, size - 0.5)
    ax.spines[["top", "right", "bottom"]].set_visible(False)
    ax.spines["left"].set(color=colour, linewidth=2, position=("outward", 1.5))
    ax.tick_params(bottom=False, labelbottom=False, left=False, pad=4, **TICKS)
    ends = [0, size - 1] if 1 < size <= COUNTABLE else []
    ax.set_yticks(ends, [str(which[k]) for k in ends])


def _rows(which: np.ndarray, t: np.ndarray, i: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of the neurons `which`, and the row of each: where its neuron stands among them."""
    row = np.full(max(which.max(), i.max(initial=0)) + 1, -1)
    row[which] = np.arange(len(which))
    drawn = row[i] >= 0
    return t[drawn], row[i[drawn]]


def write_name(ax: Axes, name: str, n: int, size: int, order: str | None) -> None:
    """Write left of a band what it is, how many neurons it has of how many, and their order."""
    lines = [literal(re.sub("_(?=hidden)", "\n", name).replace("_", " "))]
    lines.append(f"n = {n}" if n == size else f"{n} of {size}")
    lines += [order] if order else []
    ax.annotate("\n".join(lines), (0, 0.5), (-NAME_PT, 0), va="center", ha="right", **OFFSET)


def _rate(
    rates: tuple[np.ndarray, np.ndarray], window: tuple[float, float], onsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds and Hz per neuron, with a NaN after each trial to break the line."""
    time, rate = rates
    inside = (time >= window[0]) & (time < window[1])
    time, rate = time[inside] - window[0], rate[:, inside]
    time = 1e3 * (onsets[:, None] + np.append(time, window[1] - window[0]))
    return time.ravel(), np.pad(rate, ((0, 0), (0, 1)), constant_values=np.nan).ravel()
