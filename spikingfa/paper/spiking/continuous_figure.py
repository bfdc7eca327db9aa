"""The figure of continuous operation."""

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator

from spikingfa.paper.spiking.curves import angle_axis, picked
from spikingfa.paper.spiking.variants import BP, FA, SHALLOW, STRONG
from spikingfa.paper.tables import Table, Tables
from spikingfa.plots.ends import name_ends
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, GREY, ORANGE, STYLE, VERMILLION, style_axes

#: What is compared: name, colour and line.
LOOKS = {
    ("trials", FA): ("FA in trials", GREY, "--"),
    ("continuous", FA): (FA, VERMILLION, "-"),
    ("continuous", BP): (BP, BLUE, "-"),
    ("continuous", SHALLOW): (SHALLOW, ORANGE, "-"),
    ("continuous", STRONG): (STRONG, GREEN, "-"),
}
TASKS = {"digits": "test error (%), digits", "linear": "NSE (%), linear", "drift": "NSE (%), drift"}
ANGLES = {"digits": "-", "linear": "--", "drift": ":"}
OPERATIONS = {"trials": ("in trials", GREY), "continuous": ("continuous", VERMILLION)}
_LEFT, _WIDTH = (0.065, 0.395, 0.725), 0.155


def draw(tables: Tables) -> Figure:
    """Learning curves; angles, errors by duration and delay; an answer that follows its target."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.0, 5.4))
        rows = ((0.72, 0.255), (0.385, 0.245), (0.08, 0.2))
        top, middle = (
            [figure.add_axes((left, at, _WIDTH, height)) for left in _LEFT]
            for at, height in rows[:2]
        )
        for ax, task in zip(top, TASKS):
            _errors(ax, tables["curves"], task)
        _angles(middle[0], tables["curves"])
        _durations(middle[1], tables["durations"])
        _delays(middle[2], tables["delays"])
        at, height = rows[2]
        _tracking(
            figure.add_axes((_LEFT[0], at, _LEFT[-1] + _WIDTH - _LEFT[0], height)),
            tables["tracking"],
        )
    return figure


def _errors(ax: Axes, table: Table, task: str) -> None:
    style_axes(ax, TASKS[task])
    ends = {}
    for (operation, rule), (name, colour, line) in LOOKS.items():
        of_it = picked(table, task=task, operation=operation, rule=rule)
        if len(of_it["epoch"]):
            ends[name] = _line(ax, of_it, "epoch", "error", colour, line, 100), colour
    ax.set_yscale("log")
    _plain(ax.yaxis)
    ax.set_xlabel("epochs", fontsize="medium")
    name_ends(ax, ends)


def _angles(ax: Axes, table: Table) -> None:
    style_axes(ax, r"angle between $W$ and $B^\mathsf{T}$")
    ends = {}
    for task, line in ANGLES.items():
        of_it = picked(table, task=task, operation="continuous", rule=FA)
        ends[task] = _line(ax, of_it, "epoch", "angle_deg", VERMILLION, line), VERMILLION
    angle_axis(ax)
    ax.set_xlabel("epochs", fontsize="medium")
    name_ends(ax, ends)


def _durations(ax: Axes, table: Table) -> None:
    style_axes(ax, TASKS["digits"])
    ends = {}
    for operation, (name, colour) in OPERATIONS.items():
        of_it = picked(table, operation=operation)
        ends[name] = _line(ax, of_it, "ms", "error", colour, "o-", 100), colour
    ax.set_ylim(bottom=0)
    ax.set_xlabel("duration of a stimulus (ms)", fontsize="medium")
    name_ends(ax, ends)


def _delays(ax: Axes, table: Table) -> None:
    style_axes(ax, "error or NSE (%)")
    ends = {}
    for task in ("digits", "linear"):
        of_it, line = picked(table, task=task), f"o{ANGLES[task]}"
        ends[task] = _line(ax, of_it, "ms", "error", VERMILLION, line, 100), VERMILLION
    ax.set_yscale("log")
    _plain(ax.yaxis)
    ax.set_xlabel("delay of the teacher (ms)", fontsize="medium")
    name_ends(ax, ends)


def _tracking(ax: Axes, table: Table) -> None:
    style_axes(ax, "answer to drift")
    one = picked(table, seed=table["seed"].min())
    for column, colour in (("wanted", GREY), ("answered", VERMILLION)):
        ax.plot(one["time_s"], one[column], color=colour)
    ends = {"wanted": (one["wanted"][-1], GREY), "answered": (one["answered"][-1], VERMILLION)}
    ax.set_xlim(one["time_s"].min(), one["time_s"].max())
    ax.set_xlabel("time (s)", fontsize="medium")
    name_ends(ax, ends)


def _line(ax: Axes, table: Table, x: str, y: str, colour: str, line: str, times=1) -> float:
    """Mean and range over seeds; return the mean at the end."""
    at = np.unique(table[x])
    values = [times * table[y][table[x] == value] for value in at]
    low, mean, high = (np.array([f(v) for v in values]) for f in (np.min, np.mean, np.max))
    ax.fill_between(at, low, high, color=colour, alpha=0.15, lw=0)
    ax.plot(at, mean, line, color=colour, markersize=2.5)
    return float(mean[-1])


def _plain(axis) -> None:
    """A logarithmic axis with numbers as they are."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter("{x:g}")
