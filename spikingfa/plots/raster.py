"""Spikes of some trials, a band per population, above their rates."""

import contextlib
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator

from spikingfa.base.errors import RunFolderError
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.bands import (
    Band,
    draw_groups,
    draw_spikes,
    groups_width,
    name_lines,
    name_width,
    numbers_width,
    write_name,
)
from spikingfa.plots.colours import muted
from spikingfa.plots.figure import relative, renamed
from spikingfa.plots.headings import draw_borders, draw_header, header_height, scale_time
from spikingfa.plots.layout import Where, canvas, panels, put, size_of, text_that_fits, whole
from spikingfa.plots.population_rates import KERNEL, named_kernel, rates_of
from spikingfa.plots.selection import choose_neurons, choose_populations, inhibitory_of
from spikingfa.plots.text import em, label, length_of, line, room_beneath, text_width
from spikingfa.plots.trials import choose_window, join_trials, time_label
from spikingfa.run_folder.opening import as_run, spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

RATES, GAP = 8.0, 0.9  # widths of text: the rates, and between bands
NARROW = 2.0  # widths of text of a trial, beneath which rates are those of whole trials
LOW = 3.0  # widths of text that a panel of rates needs for its number axis


def plot_raster(
    spikes: Spikes | Run | str | Path,
    *,
    trials: Chosen = None,
    populations: Sequence[str] | None = None,
    neurons: Mapping[str, Chosen] | Chosen = None,
    sort: str | None = None,
    window: Sequence | None = None,
    title: str | None = None,
    inhibitory: Mapping[str, np.ndarray] | None = None,
    rasterize: bool | Literal["auto"] = "auto",
    figure: Where | None = None,
    width: float | None = None,
    fig: Figure | None = None,
) -> FigureBase:
    """Draw the spikes of chosen trials, a band per population, above the population rates.

    Above each trial stand its true class and the one that was predicted; where there is no room
    for names, there is a strip of colours for each.

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
        rate, or by the class for which they fire most. By number by default. Lines part the
        classes, and those that are silent.
    window : two times, optional
        Begin and end of what is drawn of each trial, since its onset, in seconds or as quantities
        (``(20*ms, 60*ms)``).
    title : str, optional
        Text above everything; long ones are broken into lines. Beneath it stands whether there was
        no teacher, or one that acted on the answers.
    inhibitory : mapping of str to ndarray of bool, optional
        Which neurons of a population inhibit, in a colour of their own, above those that excite.
        Of a run whose model obeys Dale's law they are known.
    rasterize : {"auto", True, False}
        Whether spikes are a bitmap in svg, pdf and eps files: each band with more than 20 000 of
        them, all, or none.
    figure : Figure, SubFigure or SubplotSpec, optional
        What to draw into, in its own size: an empty figure, a subfigure, or a cell of a GridSpec;
        a new figure, as high as needed, by default.
    width : float, optional
        Width in inches, 7.0 by default where text has 7 points; 7.0 (double column) and 3.5
        (single column) suit most journals.
    fig : matplotlib.figure.Figure, optional
        The old name of `figure`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into. Its axes: a frame with trial borders and labels, one per population,
        then the rates (Hz per neuron that is drawn, Gaussian kernel of 5 ms that stops at trial
        borders; where trials are too narrow for a course, the mean of each).

    Raises
    ------
    ValueError
        If a population was not recorded, there are no classes to sort by, or the window is none.
    SelectionError
        If a trial was not recorded, there is no such neuron, or none is chosen.
    """
    inhibitory = inhibitory_in(spikes) if inhibitory is None else inhibitory
    spikes = spikes_of(spikes)
    shown = choose_populations(populations, spikes.populations)
    orders = choose_neurons(spikes, shown, neurons, sort, inhibitory)
    chosen = read_indices(trials, len(spikes.onsets), "trials")
    window = choose_window(window, spikes.duration)
    joined, cut = join_trials(spikes, chosen), join_trials(spikes, chosen, window)
    sizes = dict(zip(spikes.populations, spikes.sizes, strict=True))
    bands = [Band(n, orders[n], sizes[n], sort, inhibitory.get(n)) for n in shown]
    heights = [*(_height(band) for band in bands), RATES]
    figure = renamed(figure, fig, "plot_raster")
    new, figure = figure is None, canvas(figure, width, 7.0 * em() / 7)
    with text_that_fits(figure, 34, 14 + 2 * len(bands)):
        left, right = name_width(bands), max(1.7 * em(), groups_width(bands))
        wide = size_of(figure)[0]
        column = (wide - left - right) / len(chosen)
        title = _broken_title(title, spikes.note, wide)
        header = header_height(cut, column)
        top = header + line() * len(title.splitlines()) + 2
        if new:
            inside = em() * (sum(heights) + GAP * len(bands))
            figure.set_figheight((inside + room_beneath() + top) / 72)
        margins = (left, right, room_beneath(), top)
        frame = put(figure, whole(figure, margins))
        axes = panels(
            figure,
            [1],
            heights,
            margins=margins,
            gaps=(0, GAP * em()),
            sharex=frame,
            facecolor="none",
        )
        *drawn, panel = axes.ravel()
        draw_borders(frame, cut, column)
        draw_header(frame, cut, column, 1.7 * em())
        for ax, band in zip(drawn, bands, strict=True):
            draw_spikes(ax, band, *cut.of(band.name), rasterize)
            write_name(ax, band, numbers_width(bands))
            draw_groups(ax, band)
            _draw_rates(panel, band, joined, window, cut.onsets, column < NARROW * em())
        kernel = "mean of each trial" if column < NARROW * em() else named_kernel(KERNEL)
        _finish_rates(panel, kernel)
        label(panel, xlabel=time_label(chosen, window, joined.duration), labelpad=2)
        scale_time(panel, len(chosen) * cut.duration)
        if title:
            _write_title(frame, title, header)
    return figure


def inhibitory_in(source: Spikes | Run | str | Path) -> dict[str, np.ndarray]:
    """Which neurons of a run inhibit; none where that is not known."""
    if not isinstance(source, Run | str | Path):
        return {}
    with contextlib.suppress(RunFolderError):
        run = as_run(source)
        if any(layer.excitatory is not None for layer in (run.model.input, *run.model.hidden)):
            return inhibitory_of(run.weights)
    return {}


def _height(band: Band) -> float:
    """Widths of text: 10 neurons stay readable next to 1000, and what is said of them has room."""
    by_size = 4.3 + 3.5 * np.log10(max(len(band.which), 10) / 10)
    n_lines = "\n".join(name_lines(band)).count("\n") + 1
    return max(by_size, 1.3 * n_lines - 0.4)


def _broken_title(title: str | None, note: str, wide: float) -> str:
    letters = max(10, int(wide / text_width("n" * 20) * 20))
    return "\n".join(textwrap.fill(text, letters) for text in (title, note) if text)


def _write_title(frame: Axes, title: str, header: float) -> None:
    middle = frame.figure.bbox.width / 2
    at = frame.transAxes.inverted().transform((frame.figure.bbox.x0 + middle, 0))[0]
    look = {"xycoords": "axes fraction", "textcoords": "offset points", "fontsize": em()}
    frame.annotate(title, (at, 1), (0, header), ha="center", va="bottom", **look)


def _draw_rates(
    panel: Axes, band: Band, joined: Spikes, window, onsets: np.ndarray, narrow: bool
) -> None:
    """A line for the population, or one for what excites and one for what inhibits."""
    for colour, rows in band.colours:
        if rows.any():
            time, rates = rates_of(joined, band.name, band.which[rows])
            if narrow:  # than that a course could be seen
                inside = (time >= window[0]) & (time < window[1])
                rates = np.broadcast_to(rates[:, inside].mean(1, keepdims=True), rates.shape)
            time, rate = _rate((time, rates), window, onsets)
            panel.plot(time, rate, color=colour, linestyle="-", linewidth=relative(0.8))


def _finish_rates(panel: Axes, kernel: str) -> None:
    high = length_of(panel)[1]
    name = "mean rate (Hz)" if high > 6.5 * em() else "rate (Hz)"
    if high < text_width("rate (Hz)"):
        name = "Hz"
    label(panel, name)
    panel.yaxis.set_label_coords(-2.9 * em() / length_of(panel)[0], 0.5)
    panel.set_ylim(bottom=0, top=None if panel.dataLim.y1 > 0 else 1)
    bins = int(np.clip(high / (1.6 * em()), 1, 4))
    panel.yaxis.set_major_locator(MaxNLocator(nbins=bins, steps=(1, 2, 5, 10), min_n_ticks=2))
    look = {"ha": "right", "va": "top", "color": muted(), "fontsize": 0.85 * em()}
    if high > LOW * em():
        low, top = panel.get_ylim()
        panel.set_ylim(low, top + (top - low) * 1.1 * em() / high)
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        panel.annotate(kernel, (1, 1), (-1, -1), **look, **place)


def _rate(
    rates: tuple[np.ndarray, np.ndarray], window: tuple[float, float], onsets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds and Hz per neuron, with a NaN after each trial to break the line."""
    time, rate = rates
    inside = (time >= window[0]) & (time < window[1])
    time, rate = time[inside] - window[0], rate[:, inside]
    time = 1e3 * (onsets[:, None] + np.append(time, window[1] - window[0]))
    return time.ravel(), np.pad(rate, ((0, 0), (0, 1)), constant_values=np.nan).ravel()
