"""Recorded variables over time, a panel each, one above the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.text import nearest
from spikingfa.plots.figure import sized
from spikingfa.plots.prefix import readable
from spikingfa.plots.selection import by_population
from spikingfa.plots.style import GREY, LINE_PT, LINES, in_style, literal, style_axes, text_width
from spikingfa.plots.trials import (
    TOLERANCE,
    choose_window,
    draw_borders,
    draw_header,
    header_height,
    join_trials,
    time_label,
)
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.recording import Recording, Trace
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

PANEL, GAP, BOTTOM, LEFT, RIGHT = 0.85, 0.06, 0.36, 0.68, 0.17  # inches
SPIKE_PT = 4.0  # height of a row of spike marks
WORD_PT, HANDLE_PT = 38.0, 18.0  # of the legend: its word, and what is around a name
MANY_LINES = 50  # from here on a bitmap in svg and pdf


@in_style
def plot_traces(
    traces: Recording | Mapping[str, Trace] | Sequence[Trace] | Run | str | Path,
    names: Sequence[str] | None = None,
    *,
    neurons: Mapping[str, Chosen] | Chosen = None,
    spikes: Spikes | None = None,
    trials: Chosen = None,
    window: Sequence[Any] | None = None,
    title: str | None = None,
    fig: Figure | None = None,
    width: float | None = None,
) -> Figure:
    """Draw recorded variables over time, a panel each.

    Parameters
    ----------
    traces : Recording, or mapping of str to Trace, or sequence of Trace, or Run, str or Path
        Values in SI units; a recording brings its spikes along. Of a run, or its folder, the
        recording that has no name of its own.
    names : sequence of str, optional
        Traces to draw, from top to bottom: a whole name (``"hidden.v"``), a variable (``"v"``), or
        a population or projection. All by default.
    neurons : mapping of str to selection, optional
        Which of the neurons (or synapses) that a trace has of a population (or projection) are
        drawn, counted from 0 in the order in which it has them; all by default. As in
        `plot_raster`. Up to six are drawn in colours; more in grey, with their mean.
    spikes : Spikes, optional
        Spikes of the same trials, marked above the potentials of coloured neurons. They say where
        trials begin.
    trials, window, title : optional
        As in `plot_raster`.
    fig : matplotlib.figure.Figure, optional
        Empty figure to draw in, in its own size; a new one, as high as needed, by default.
    width : float, optional
        Width in inches (7.0 by default).

    Returns
    -------
    matplotlib.figure.Figure
        Its axes: a frame with trial borders and labels, then one per trace, in units with the
        prefix that suits them.

    Raises
    ------
    ValueError
        If a trace is not there, or trials are chosen and there are no spikes to tell them apart.
    SelectionError
        If there is no such trial, neuron or synapse, or none is chosen.
    """
    if isinstance(traces, Run | str | Path):
        traces = as_run(traces).recording()
    if isinstance(traces, Recording):
        traces, spikes = traces.traces, spikes or traces.spikes
    elif not isinstance(traces, Mapping):
        traces = {trace.name: trace for trace in traces}
    shown = _choose_traces(traces, names)
    groups = {trace.group: None for trace in traces.values()}
    wanted = by_population(neurons, [trace.group for trace in shown], list(groups))
    shown = [_some_of(trace, wanted) for trace in shown]
    if spikes is None and trials is not None:
        raise ValueError("trials can be chosen only where spikes tell where they begin")
    if spikes is None:  # one trial as long as the traces
        duration = max(len(trace.values) * trace.dt for trace in shown)
        nameless = {"labels": ("",), "predictions": ("",)}
        spikes = Spikes.gather({}, {}, onsets=np.zeros(1), duration=duration, **nameless)
    chosen = read_indices(trials, len(spikes.onsets), "trials")
    window = choose_window(window, spikes.duration)
    joined = join_trials(spikes, chosen, window)
    new = fig is None
    fig = sized(fig, width, 7.0)
    column = 72 * (fig.get_figwidth() - LEFT - RIGHT) / len(chosen)
    top = header_height(joined, column) / 72 + (LINE_PT / 72 if title else 0)
    across = 72 * (fig.get_figwidth() - LEFT - RIGHT)
    strips = [_legend_height(shown, k, across) / 72 for k in range(len(shown))]
    if new:
        fig.set_figheight(top + sum(strips) + (PANEL + GAP) * len(shown) + BOTTOM)
    frame, panels = _make_axes(fig, top, strips)
    draw_borders(frame, joined)
    draw_header(frame, joined, column, 6.0)
    for ax, trace, strip in zip(panels, shown, strips, strict=True):
        _draw_panel(ax, trace, spikes.onsets[chosen] + window[0], joined, bool(strip))
    panels[-1].tick_params(labelbottom=True)
    panels[-1].set_xlabel(time_label(chosen, window, spikes.duration), labelpad=2)
    if title:
        fig.text(0.5, 1 - 3 / 72 / fig.get_figheight(), title, ha="center", va="top")
    return fig


def _choose_traces(traces: Mapping[str, Trace], names: Sequence[str] | None) -> list[Trace]:
    names = list(traces) if names is None else [names] if isinstance(names, str) else names
    shown = []
    for name in names:
        chosen = [t for t in traces.values() if name in (t.name, t.group, t.variable)]
        if not chosen:
            raise ValueError(f"no trace {name!r} was recorded{nearest(name, traces)}")
        shown += chosen
    if not shown:
        raise ValueError("no trace was recorded")
    return shown


def _some_of(trace: Trace, neurons: Mapping[str, Chosen]) -> Trace:
    """The trace with the chosen columns only."""
    if trace.group not in neurons:
        return trace
    whose = f"{'synapses' if trace.of_synapses else 'neurons'} of {trace.name}"
    columns = read_indices(neurons[trace.group], len(trace.which), whose)
    values = trace.values[:, columns]
    return Trace(trace.name, trace.unit, trace.which[columns], trace.dt, values)


def _legend_height(shown: list[Trace], k: int, across: float) -> float:
    """Points above a panel; none if its lines are those of the panel above."""
    one, above = shown[k], shown[k - 1] if k else None
    if above and above.group == one.group and np.array_equal(above.which, one.which):
        return 0.0
    rows = 1 if len(one.which) > len(LINES) else -(-len(one.which) // _columns(one, across))
    return LINE_PT * rows + 2


def _columns(trace: Trace, across: float) -> int:
    """Number of entries in a row of so many points."""
    widest = max(text_width(_name(which)) for which in trace.which)
    return max(1, min(len(LINES), int((across - WORD_PT) / (widest + HANDLE_PT))))


def _make_axes(fig: Figure, top: float, strips: list[float]) -> tuple[Axes, list[Axes]]:
    """Frame behind everything, and a panel for each trace beneath its legend's strip."""
    width, height = fig.get_size_inches()
    left, across = LEFT / width, 1 - (LEFT + RIGHT) / width
    frame = fig.add_axes((left, BOTTOM / height, across, 1 - (top + BOTTOM) / height))
    panel = (height - top - BOTTOM - sum(strips)) / len(strips) - GAP
    panels, at = [], height - top
    for strip in strips:
        at -= strip + panel
        box = (left, at / height, across, panel / height)
        panels.append(fig.add_axes(box, sharex=frame, facecolor="none"))
        at -= GAP
    return frame, panels


def _draw_panel(
    ax: Axes, trace: Trace, starts: np.ndarray, joined: Spikes, explained: bool
) -> None:
    time, values = _pieces(trace, starts, joined)
    factor, unit = readable(values, trace.unit)
    values = factor * values
    if len(trace.which) <= len(LINES):
        for column, colour, which in zip(values.T, LINES, trace.which):
            ax.plot(time, column, color=colour, linewidth=0.8, label=_name(which))
    else:
        n = len(trace.which)
        look = {"color": "0.7", "linewidth": 0.3, "rasterized": n > MANY_LINES}
        first, *_ = ax.plot(time, values, **look)
        first.set_label(f"{n} {'synapses' if trace.of_synapses else 'neurons'}")
        ax.plot(time, values.mean(axis=1), color="black", linewidth=1.0, label="mean")
    unit = f" ({unit})" if unit else ""
    style_axes(ax, literal(f"{trace.group.replace('_', ' ')}\n{trace.variable}{unit}"))
    ax.tick_params(labelbottom=False)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))
    ax.yaxis.set_label_coords(-27 / (72 / ax.figure.dpi * ax.bbox.width), 0.5)
    if trace.unit == "V" and len(trace.which) <= len(LINES) and not trace.of_synapses:
        _mark_spikes(ax, trace, joined)
    if explained:
        _explain(ax, trace)


def _pieces(trace: Trace, starts: np.ndarray, joined: Spikes) -> tuple[np.ndarray, np.ndarray]:
    """Milliseconds (n,) and values (n, n_lines), with NaN after each trial to break the lines."""
    times, values = [], []
    for start, onset in zip(starts, joined.onsets):
        span = [start - TOLERANCE, start - TOLERANCE + joined.duration]
        first, last = np.ceil(np.divide(span, trace.dt)).astype(int)
        piece = np.asarray(trace.values[first:last], float)
        t = (first + np.arange(len(piece))) * trace.dt - start + onset
        times.append(np.append(t, onset + joined.duration))
        values.append(np.pad(piece, ((0, 1), (0, 0)), constant_values=np.nan))
    return 1e3 * np.concatenate(times), np.concatenate(values)


def _mark_spikes(ax: Axes, trace: Trace, joined: Spikes) -> None:
    """A row of marks for each neuron, above all values."""
    if trace.group not in joined.populations:
        return
    t, i = joined.of(trace.group)
    row = SPIKE_PT / (72 / ax.figure.dpi * ax.bbox.height)  # as a part of the panel
    low, high = ax.get_ylim()
    ax.set_ylim(low, low + (high - low) / (1 - row * len(trace.which)))
    for k, (neuron, colour) in enumerate(zip(trace.which, LINES)):
        y = np.full(np.sum(i == neuron), 1 - row * (k + 0.5))
        place = {"transform": ax.get_xaxis_transform(), "clip_on": False}
        ax.plot(1e3 * t[i == neuron], y, "|", color=colour, ms=0.9 * SPIKE_PT, mew=0.7, **place)


def _name(which: np.ndarray) -> str:
    return " → ".join(map(str, np.atleast_1d(which)))


def _explain(ax: Axes, trace: Trace) -> None:
    """Write a legend above the panel."""
    look = {"handlelength": 0.9, "handletextpad": 0.3, "columnspacing": 0.8, "borderpad": 0}
    at = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2}
    few = len(trace.which) <= len(LINES)
    columns = _columns(trace, 72 / ax.figure.dpi * ax.bbox.width) if few else 2
    ax.legend(ncols=columns, labelspacing=0.2, **look, **at)
    if few:
        what = "synapses" if trace.of_synapses else "neurons"
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        ax.annotate(what, (0, 1), (0, 2), color=GREY, **place)
