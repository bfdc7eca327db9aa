"""The figure of spiking networks of several hidden layers."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from spikingfa.paper.drawing import Curve, angle_axis, draw_curve, draw_curves, panel
from spikingfa.paper.spiking.deeper_claims import DIRECT, FA, TOP, TRANSPORT
from spikingfa.paper.tables import Table, Tables, picked
from spikingfa.plots.style import BLUE, GREY, ORANGE, PURPLE, VERMILLION

COLOURS = {FA: VERMILLION, DIRECT: PURPLE, TRANSPORT: BLUE, TOP: ORANGE}
TITLES = {"digits": "digits", "plane": "folded plane"}
_POINTS = {"marker": "o", "ms": 2.5}
_LEFT, _WIDTH, _HEIGHT = (0.065, 0.395, 0.725), 0.17, 0.32
_UPPER, _LOWER = 0.61, 0.11


def draw(figure: Figure, tables: Tables) -> None:
    """Errors by depth; path angles and rates of the deepest networks, and FA's at each depth."""
    errors, layers = tables["errors"], tables["layers"]
    for left, (task, title) in zip(_LEFT, TITLES.items()):
        label = "" if left > _LEFT[0] else "test error (%)"
        ax = _titled(figure, left, _UPPER, label, "hidden layers", title)
        _draw_errors(ax, picked(errors, task=task))
    ax = _titled(figure, _LEFT[2], _UPPER, "path angle", "hidden layer", "digits, FA at each depth")
    _draw_angles_of_fa(ax, picked(layers, task="digits"))
    for left, task, column, label in (
        (_LEFT[0], "digits", "path_angle_deg", "path angle"),
        (_LEFT[1], "digits", "rate_hz", "rate (Hz)"),
        (_LEFT[2], "plane", "path_angle_deg", "path angle"),
    ):
        deepest = _deepest(picked(layers, task=task))
        n = int(deepest["hidden_layers"][0])
        ax = _titled(figure, left, _LOWER, label, "hidden layer", f"{TITLES[task]}, {n} layers")
        _draw_layers(ax, deepest, column)


def _titled(
    figure: Figure, left: float, bottom: float, ylabel: str, xlabel: str, title: str
) -> Axes:
    ax = panel(figure, (left, bottom, _WIDTH, _HEIGHT), ylabel, xlabel)
    ax.set_title(title, fontsize="medium")
    return ax


def _deepest(table: Table) -> Table:
    return picked(table, hidden_layers=table["hidden_layers"].max())


def _draw_errors(ax: Axes, table: Table) -> None:
    low, high = table["error"].min() / 1.2, 1.2 * table["error"].max()
    ticks = [tick for tick in (1, 1.5, 2, 3, 5, 10, 20, 50, 100) if low < tick < high]
    depths = sorted({int(n) for n in table["hidden_layers"]})
    ax.set(yscale="log", ylim=(low, high), yticks=ticks)
    ax.set(xscale="log", xlim=(0.9, 1.1 * depths[-1]), xticks=depths)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter("{x:g}")
    draw_curves(ax, "hidden_layers", _by_rule(table, "error"), **_POINTS)


def _draw_layers(ax: Axes, table: Table, column: str) -> None:
    _layer_axis(ax, int(table["layer"].max()))
    if column == "rate_hz":
        ax.set_ylim(0, 1.1 * table[column].max())
    else:
        _path_angle_axis(ax)
    draw_curves(ax, "layer", _by_rule(table, column), **_POINTS)


def _by_rule(table: Table, column: str) -> dict[str, Curve]:
    return {
        rule: Curve(picked(table, rule=rule), column, colour)
        for rule, colour in COLOURS.items()
        if rule in table["rule"]
    }


def _draw_angles_of_fa(ax: Axes, table: Table) -> None:
    """A line a depth, the darker the deeper."""
    depths = sorted({int(n) for n in table["hidden_layers"]})
    _layer_axis(ax, depths[-1])
    _path_angle_axis(ax)
    for k, depth in enumerate(depths):
        rows = picked(table, rule=FA, hidden_layers=depth)
        look = {"shade": 0, "alpha": 0.3 + 0.7 * k / max(len(depths) - 1, 1)}
        draw_curve(ax, "layer", Curve(rows, "path_angle_deg", VERMILLION), **look, **_POINTS)


def _layer_axis(ax: Axes, n: int) -> None:
    ax.set(xlim=(0.5, n + 0.5), xticks=range(1, n + 1, 1 if n < 6 else 3))


def _path_angle_axis(ax: Axes) -> None:
    angle_axis(ax)
    ax.axhline(90, color=GREY, linestyle="--", linewidth=0.7)
