"""The rates beneath a raster: over the time of each trial, or of whole trials."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.bands import Band
from spikingfa.plots.colours import muted
from spikingfa.plots.figure import relative
from spikingfa.plots.population_rates import rates_of
from spikingfa.plots.text import em, label, length_of, text_width
from spikingfa.run_folder.spikes import Spikes

LOW = 3.0  # widths of text that the panel needs for the name of its kernel


def draw_rates(
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


def finish_rates(panel: Axes, kernel: str) -> None:
    """Write labels and the name of the kernel, from zero on."""
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
