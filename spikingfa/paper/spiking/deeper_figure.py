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
_LEFT, _WIDTH = (0.07, 0.43, 0.79), 0.17


def draw(figure: Figure, tables: Tables) -> None:
    """Errors of both tasks by depth; path angles and rates of the digits' deepest networks."""
    for left, (task, title) in zip(_LEFT[:2], TITLES.items()):
        label = "test error (%)" if left == _LEFT[0] else ""
        ax = panel(figure, (left, 0.6, _WIDTH, 0.33), label, "hidden layers")
        _draw_errors(ax, picked(tables["errors"], task=task))
        ax.set_title(title, fontsize="medium")
    digits = picked(tables["layers"], task="digits")
    deepest = picked(digits, hidden_layers=digits["hidden_layers"].max())
    rules = [rule for rule in COLOURS if rule in deepest["rule"]]
    angles = panel(figure, (_LEFT[0], 0.11, _WIDTH, 0.33), "path angle", "hidden layer")
    angle_axis(angles)
    angles.axhline(90, color=GREY, linestyle="--", linewidth=0.7)
    rates = panel(figure, (_LEFT[1], 0.11, _WIDTH, 0.33), "rate (Hz)", "hidden layer")
    highest = deepest["rate_hz"].max()
    rates.set_ylim(0, 1.1 * highest)
    for ax, column in ((angles, "path_angle_deg"), (rates, "rate_hz")):
        ax.set_xlim(0.5, deepest["layer"].max() + 0.5)
        curves = {r: Curve(picked(deepest, rule=r), column, COLOURS[r]) for r in rules}
        draw_curves(ax, "layer", curves, **_POINTS)
    ax = panel(figure, (_LEFT[2], 0.11, _WIDTH, 0.33), "", "hidden layer")
    _draw_angles_by_depth(ax, picked(digits, rule=FA))


def _draw_errors(ax: Axes, table: Table) -> None:
    ax.set_yscale("log")
    ax.yaxis.set_minor_locator(NullLocator())
    low, high = table["error"].min(), table["error"].max()
    ticks = [tick for tick in (1, 2, 3, 5, 10, 20, 50, 100) if low / 1.3 < tick < 1.3 * high]
    ax.set(ylim=(low / 1.2, 1.2 * high), yticks=ticks)
    ax.yaxis.set_major_formatter("{x:g}")
    depths = sorted({int(n) for n in table["hidden_layers"]})
    ax.set(xscale="log", xlim=(0.9, 1.1 * depths[-1]), xticks=depths)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter("{x:g}")
    curves = {
        rule: Curve(picked(table, rule=rule), "error", colour)
        for rule, colour in COLOURS.items()
        if rule in table["rule"]
    }
    draw_curves(ax, "hidden_layers", curves, **_POINTS)


def _draw_angles_by_depth(ax: Axes, table: Table) -> None:
    """Path angles of FA, the darker the deeper."""
    angle_axis(ax)
    depths = sorted({int(n) for n in table["hidden_layers"]})
    for k, depth in enumerate(depths):
        rows = picked(table, hidden_layers=depth)
        shade = 0.3 + 0.7 * k / max(len(depths) - 1, 1)
        draw_curve(
            ax, "layer", Curve(rows, "path_angle_deg", VERMILLION), shade=0, alpha=shade, **_POINTS
        )
    ax.set_xlim(0.5, depths[-1] + 0.5)
    ax.set_title("FA, of each depth", fontsize="medium")
