"""The figure of scaling.py."""

from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, FONT_PT, GREY, VERMILLION, style

Y_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5)
LABELS = {
    "hidden": "hidden neurons",
    "layers": "hidden layers of 500",
    "dt_ms": "time step (ms)",
    "images": "images in one run (125 hidden)",
}


def figure(results: dict, predicted) -> Figure:
    """Four panels: time per image (points) and what the fitted costs say (lines)."""
    with style():
        drawn = Figure(figsize=(7, 4.6), layout="constrained")
        axes = drawn.subplots(2, 2)
        for axis, sweep, letter in zip(axes.flat, LABELS, "ABCD"):
            points = [p for p in results["points"] if p["sweep"] == sweep]
            _panel(axis, points, [predicted(p, results) for p in points])
            axis.set(xlabel=LABELS[sweep], ylabel="time per image (ms)")
            axis.set_title(letter, loc="left", fontweight="bold", fontsize=FONT_PT + 2)
        axes.flat[0].legend()
        _memory(axes.flat[3], points)
    return drawn


def _panel(axis, points: list[dict], fitted: list[float]) -> None:
    x = [p["value"] for p in points]
    axis.plot(x, fitted, "-", color=GREY, label="fitted costs")
    measured = [p["ms_per_image"] for p in points]
    axis.plot(x, measured, "o", color=BLUE, markersize=4, label="measured")
    sweep = points[0]["sweep"]
    if sweep == "layers":
        axis.set_xticks(x)
        axis.set_ylim(bottom=0)
        return
    axis.set_xscale("log")
    if sweep == "images":
        axis.set_ylim(0, 2 * max(measured))
        return
    axis.set_yscale("log")
    axis.set_xticks(x, [f"{value:g}" for value in x])
    ticks = [tick for tick in Y_TICKS if min(measured) / 1.5 < tick < 1.5 * max(measured)]
    axis.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()


def _memory(axis, points: list[dict]) -> None:
    other = axis.twinx()
    memory = [p["mib"] for p in points]
    other.plot([p["value"] for p in points], memory, "s", color=VERMILLION, markersize=3)
    other.set_ylabel("peak memory (MiB)")
    other.spines["right"].set(visible=True, linewidth=0.5)
    other.set_ylim(0, 1.3 * max(memory))
    other.yaxis.label.set_color(VERMILLION)
