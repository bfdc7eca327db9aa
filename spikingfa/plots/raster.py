"""Spikes of some trials, a band per population, above their rates."""

import contextlib
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

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
from spikingfa.plots.figure import renamed
from spikingfa.plots.headings import draw_borders, draw_header, header_height, scale_time
from spikingfa.plots.layout import Where, canvas, panels, put, size_of, text_that_fits, whole
from spikingfa.plots.population_rates import KERNEL, named_kernel
from spikingfa.plots.rate_panel import draw_rates, finish_rates
from spikingfa.plots.selection import choose_neurons, choose_populations, inhibitory_of
from spikingfa.plots.text import em, label, line, room_beneath, text_width
from spikingfa.plots.trials import choose_window, join_trials, time_label
from spikingfa.run_folder.opening import as_run, spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

RATES, GAP = 8.0, 0.9  # widths of text: the rates, and between bands
NARROW = 2.0  # widths of text of a trial, beneath which rates are those of whole trials


def plot_raster(
    spikes: Spikes | Run | str | Path,
    *,
    trials: Chosen = None,
    populations: Sequence[str] | None = None,
    neurons: Mapping[str, Chosen] | Chosen = None,
    sort: str | None = None,
    window: Sequence[Any] | None = None,
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
    figure = renamed(figure, fig, "plot_raster")
    new, figure = figure is None, canvas(figure, width, 7.0 * em() / 7)
    with text_that_fits(figure, 34, 14 + 2 * len(bands)):
        axes, panel, column = _place(figure, bands, cut, title, new)
        narrow = column < NARROW * em()
        for ax, band in zip(axes, bands, strict=True):
            draw_spikes(ax, band, *cut.of(band.name), rasterize)
            write_name(ax, band, numbers_width(bands))
            draw_groups(ax, band)
            draw_rates(panel, band, joined, window, cut.onsets, narrow)
        finish_rates(panel, "mean of each trial" if narrow else named_kernel(KERNEL))
        label(panel, xlabel=time_label(chosen, window, joined.duration), labelpad=2)
        scale_time(panel, len(chosen) * cut.duration)
    return figure


def _place(
    figure: FigureBase, bands: list[Band], spikes: Spikes, title: str | None, new: bool
) -> tuple[list[Axes], Axes, float]:
    """Axes of bands and of rates, above a frame with the trials, and the points of a trial."""
    left, right = name_width(bands), max(1.7 * em(), groups_width(bands))
    wide = size_of(figure)[0]
    column = (wide - left - right) / len(spikes.onsets)
    title = _broken_title(title, spikes.note, wide)
    header = header_height(spikes, column)
    top = header + line() * len(title.splitlines()) + 2
    heights = [*map(_height, bands), RATES]
    if new:
        inside = em() * (sum(heights) + GAP * len(bands))
        figure.set_figheight((inside + room_beneath() + top) / 72)
    margins = (left, right, room_beneath(), top)
    frame = put(figure, whole(figure, margins))
    look = {"sharex": frame, "facecolor": "none"}
    *axes, panel = panels(figure, [1], heights, margins=margins, gaps=(0, GAP * em()), **look).flat
    draw_borders(frame, spikes, column)
    draw_header(frame, spikes, column, 1.7 * em())
    if title:
        _write_title(frame, title, header)
    return axes, panel, column


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
