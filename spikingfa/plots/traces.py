"""Recorded variables over time, a panel each, one above the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import MaxNLocator

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.text import nearest
from spikingfa.plots.colours import cycle, ink, muted
from spikingfa.plots.figure import relative, renamed
from spikingfa.plots.headings import draw_borders, draw_header, header_height, scale_time
from spikingfa.plots.layout import Where, canvas, panels, put, size_of, text_that_fits, whole
from spikingfa.plots.prefix import readable
from spikingfa.plots.selection import by_population
from spikingfa.plots.style import literal
from spikingfa.plots.text import em, label, length_of, line, room_beneath, text_width
from spikingfa.plots.trials import TOLERANCE, choose_window, join_trials, time_label
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.recording import Recording, Trace
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

PANEL, GAP, LEFT, RIGHT = 8.7, 0.6, 7.0, 1.7  # widths of text
MARK = 0.57  # height of a row of spike marks
FEW = 6  # lines in colours of their own; more are grey
MANY_LINES = 50  # from here on a bitmap in svg, pdf and eps


def plot_traces(
    traces: Recording | Mapping[str, Trace] | Sequence[Trace] | Run | str | Path,
    names: Sequence[str] | None = None,
    *,
    neurons: Mapping[str, Chosen] | Chosen = None,
    spikes: Spikes | None = None,
    trials: Chosen = None,
    window: Sequence[Any] | None = None,
    title: str | None = None,
    rasterize: bool | Literal["auto"] = "auto",
    figure: Where | None = None,
    width: float | None = None,
    fig: Figure | None = None,
) -> FigureBase:
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
    rasterize : {"auto", True, False}
        Whether grey lines are a bitmap in svg, pdf and eps files; where they are more than 50 by
        default.
    figure, width, fig : optional
        As in `plot_raster`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into. Its axes: a frame with trial borders and labels, then one per trace,
        in units with the prefix that suits them.

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
    figure = renamed(figure, fig, "plot_traces")
    new, figure = figure is None, canvas(figure, width, 7.0 * em() / 7)
    with text_that_fits(figure, 34, 8 + 7 * len(shown)):
        left, right = LEFT * em(), RIGHT * em()
        across = size_of(figure)[0] - left - right
        header = header_height(joined, across / len(chosen))
        strips = [_legend_height(shown, k, across) for k in range(len(shown))]
        top = header + (line() if title else 0)
        if new:
            inside = (PANEL + GAP) * em() * len(shown) + sum(strips)
            figure.set_figheight((inside + top + room_beneath()) / 72)
        margins = (left, right, room_beneath(), top)
        frame = put(figure, whole(figure, margins))
        margins = (left, right, room_beneath(), top + strips[0])
        gaps = [strip + GAP * em() for strip in strips[1:]]
        look = {"sharex": frame, "facecolor": "none"}
        rows = [1] * len(shown)
        axes = panels(figure, [1], rows, margins=margins, gaps=(0, gaps), **look).ravel()
        draw_borders(frame, joined, across / len(chosen))
        draw_header(frame, joined, across / len(chosen), 0.9 * em())
        for ax, trace, strip in zip(axes, shown, strips, strict=True):
            _draw_panel(ax, trace, spikes.onsets[chosen] + window[0], joined, rasterize)
            if strip:
                _explain(ax, trace)
        axes[-1].tick_params(labelbottom=True)
        label(axes[-1], xlabel=time_label(chosen, window, spikes.duration), labelpad=2)
        scale_time(axes[-1], len(chosen) * joined.duration)
        if title:
            place = {"xycoords": "axes fraction", "textcoords": "offset points"}
            frame.annotate(title, (0.5, 1), (0, header), ha="center", va="bottom", **place)
    return figure


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
    rows = 1 if len(one.which) > FEW else -(-len(one.which) // _columns(one, across))
    return line() * rows + 2


def _columns(trace: Trace, across: float) -> int:
    """Number of entries in a row of so many points."""
    widest = max(text_width(_name(which)) for which in trace.which)
    word, handle = 5.5 * em(), 2.6 * em()
    return max(1, min(FEW, int((across - word) / (widest + handle))))


def _draw_panel(
    ax: Axes, trace: Trace, starts: np.ndarray, joined: Spikes, rasterize: bool | str
) -> None:
    time, values = _pieces(trace, starts, joined)
    factor, unit = readable(values, trace.unit)
    values = factor * values
    n = len(trace.which)
    if n <= FEW:
        for column, colour, which in zip(values.T, cycle(), trace.which):
            look = {"color": colour, "linestyle": "-", "linewidth": relative(0.8)}
            ax.plot(time, column, label=_name(which), **look)
    else:
        bitmap = n > MANY_LINES if rasterize == "auto" else rasterize
        look = {"color": muted(0.3), "linewidth": relative(0.3), "rasterized": bool(bitmap)}
        first, *_ = ax.plot(time, values, linestyle="-", **look)
        first.set_label(f"{n} {'synapses' if trace.of_synapses else 'neurons'}")
        ax.plot(time, values.mean(axis=1), color=ink(), linestyle="-", label="mean")
    unit = f" ({unit})" if unit else ""
    name = literal(f"{trace.group.replace('_', ' ')}\n{trace.variable}{unit}")
    ax.set_ylabel(name, fontsize=min(em(), length_of(ax)[1] / text_width(name) * em()))
    ax.tick_params(labelbottom=False)
    bins = int(np.clip(length_of(ax)[1] / (1.6 * em()), 1, 4))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=bins, steps=(1, 2, 5, 10)))
    ax.yaxis.set_label_coords(-3.9 * em() / length_of(ax)[0], 0.5)
    if trace.unit == "V" and n <= FEW and not trace.of_synapses:
        _mark_spikes(ax, trace, joined)


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
    row = min(MARK * em() / length_of(ax)[1], 0.08)  # as a part of the panel
    low, high = ax.get_ylim()
    ax.set_ylim(low, low + (high - low) / (1 - row * len(trace.which)))
    for k, (neuron, colour) in enumerate(zip(trace.which, cycle())):
        y = np.full(np.sum(i == neuron), 1 - row * (k + 0.5))
        place = {"transform": ax.get_xaxis_transform(), "clip_on": False}
        look = {"color": colour, "ms": 0.9 * MARK * em(), "mew": relative(0.7)}
        ax.plot(1e3 * t[i == neuron], y, "|", **look, **place)


def _name(which: np.ndarray) -> str:
    return " → ".join(map(str, np.atleast_1d(which)))


def _explain(ax: Axes, trace: Trace) -> None:
    """Write a legend above the panel."""
    look = {"handlelength": 0.9, "handletextpad": 0.3, "columnspacing": 0.8, "borderpad": 0}
    at = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2}
    few = len(trace.which) <= FEW
    columns = _columns(trace, length_of(ax)[0]) if few else 2
    look |= {"frameon": False, "fontsize": em()}
    ax.legend(ncols=columns, labelspacing=0.2, **look, **at)
    if few:
        what = "synapses" if trace.of_synapses else "neurons"
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        ax.annotate(what, (0, 1), (0, 2), color=muted(), fontsize=em(), **place)
