"""The figure of continuous operation."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from spikingfa.paper.drawing import Curve, angle_axis, draw_curve, draw_curves, panel
from spikingfa.paper.spiking.variants import BP, FA, SHALLOW, STRONG
from spikingfa.paper.tables import Table, Tables, picked
from spikingfa.plots.ends import name_ends
from spikingfa.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILLION

#: What is compared: name, colour and line.
LOOKS = {
    ("trials", FA): ("FA in trials", GREY, "--"),
    ("continuous", FA): (FA, VERMILLION, "-"),
    ("continuous", BP): (BP, BLUE, "-"),
    ("continuous", SHALLOW): (SHALLOW, ORANGE, "-"),
    ("continuous", STRONG): (STRONG, GREEN, "-"),
}
TASKS = {"digits": "test error (%), digits", "linear": "NSE (%), linear", "drift": "NSE (%), drift"}
LINES = {"digits": "-", "linear": "--", "drift": ":"}
OPERATIONS = {"trials": ("in trials", GREY), "continuous": ("continuous", VERMILLION)}
_LEFT, _WIDTH = (0.065, 0.395, 0.725), 0.155
_POINTS = {"marker": "o", "markersize": 2.5}


def draw(figure: Figure, tables: Tables) -> None:
    """Learning curves; angles, errors by duration and delay; an answer that follows its target."""
    curves, durations, delays = (
        tables[name] | {"error": 100 * tables[name]["error"]}
        for name in ("curves", "durations", "delays")
    )
    for left, (task, label) in zip(_LEFT, TASKS.items()):
        ax = panel(figure, (left, 0.72, _WIDTH, 0.255), label, "epochs")
        _errors(ax, picked(curves, task=task))
    first, second, third = ((left, 0.385, _WIDTH, 0.245) for left in _LEFT)
    ax = panel(figure, first, r"angle between $W$ and $B^\mathsf{T}$", "epochs")
    angle_axis(ax)
    fa = picked(curves, operation="continuous", rule=FA)
    draw_curves(ax, "epoch", _of_tasks(fa, "angle_deg", TASKS))
    _durations(panel(figure, second, TASKS["digits"], "duration of a stimulus (ms)"), durations)
    ax = panel(figure, third, "error or NSE (%)", "delay of the teacher (ms)")
    _logarithmic(ax)
    draw_curves(ax, "ms", _of_tasks(delays, "error", ("digits", "linear")), **_POINTS)
    place = (_LEFT[0], 0.08, _LEFT[-1] + _WIDTH - _LEFT[0], 0.2)
    _tracking(panel(figure, place, "answer to drift", "time (s)"), tables["tracking"])


def _of_tasks(table: Table, column: str, tasks: Iterable[str]) -> dict[str, Curve]:
    """A curve of each task, by its name."""
    return {
        task: Curve(picked(table, task=task), column, VERMILLION, LINES[task]) for task in tasks
    }


def _errors(ax: Axes, table: Table) -> None:
    _logarithmic(ax)
    curves = {
        name: Curve(picked(table, operation=operation, rule=rule), "error", *look)
        for (operation, rule), (name, *look) in LOOKS.items()
    }
    draw_curves(ax, "epoch", {name: c for name, c in curves.items() if len(c.table["epoch"])})


def _durations(ax: Axes, table: Table) -> None:
    ends = {}
    for operation, (name, colour) in OPERATIONS.items():
        curve = Curve(picked(table, operation=operation), "error", colour)
        ends[name] = draw_curve(ax, "ms", curve, **_POINTS)
    ax.set_ylim(bottom=0)
    name_ends(ax, ends)


def _tracking(ax: Axes, table: Table) -> None:
    one = picked(table, seed=table["seed"].min())
    ax.set_xlim(one["time_s"].min(), one["time_s"].max())
    colours = {"wanted": GREY, "answered": VERMILLION}
    draw_curves(ax, "time_s", {name: Curve(one, name, c) for name, c in colours.items()})


def _logarithmic(ax: Axes) -> None:
    """Make the ordinate logarithmic, with plain numbers at 1, 2 and 5."""
    ax.set_yscale("log")
    ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
