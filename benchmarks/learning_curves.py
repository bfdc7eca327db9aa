"""Draw the stored learning curves of the MNIST models, beside what the article's networks reached.

    python benchmarks/learning_curves.py       # writes docs/figures/mnist_learning_curves.png

Mean over seeds and its 95 % interval (bootstrap), of `models/results/*_history.csv`, which
measure.py writes. The lines at 2.1 and 2.4 % are the rate networks of Lillicrap et al. 2016,
trained by feedback alignment and by backpropagation.
"""

import csv
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from spikingfa.plots import save
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import GREY, LINES, style
from spikingfa.plots.text import line
from spikingfa.training.analysis import mean_interval

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "models" / "results"
FIGURE = ROOT / "docs" / "figures" / "mnist_learning_curves.png"

ARTICLE = {2.1: "feedback alignment, rates", 2.4: "backpropagation, rates"}
PANELS = (
    ("as published", ("mnist_shallow", "mnist_bp", "mnist_fa", "mnist_fa_graded", "mnist_fa_deep")),
    ("shifted in training", ("mnist_fa_shifts", "mnist_fa_best")),
)


def curves(variant: str) -> tuple[np.ndarray, np.ndarray]:
    """Epochs from 1 on, and test errors in percent, shape (n_seeds, n_epochs)."""
    with open(RESULTS / f"{variant}_history.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    seeds = sorted({row["seed"] for row in rows})
    errors = [[float(row["test_error"]) for row in rows if row["seed"] == s][1:] for s in seeds]
    return np.arange(1, len(errors[0]) + 1), 100 * np.array(errors)


def draw(ax: Axes, variants: tuple[str, ...]) -> None:
    """One curve a variant, named at its end."""
    ends = []
    for variant, colour in zip(variants, LINES[:5]):
        epochs, errors = curves(variant)
        ax.fill_between(epochs, *mean_interval(errors), color=colour, alpha=0.2, linewidth=0)
        ax.plot(epochs, errors.mean(0), color=colour, marker="o", markersize=2)
        end = errors.mean(0)[-1]
        ends.append((end, f"{variant.removeprefix('mnist_')}  {end:.2f} %", colour, epochs[-1]))
    for error in ARTICLE:
        ax.axhline(error, color=GREY, linestyle="--", linewidth=0.7, zorder=1)
    ax.set_yscale("log")
    ax.set_yticks([t for t in (1, 1.5, 2, 3, 5, 10, 20) if _shown(t, ax)])
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")
    ax.set_xlabel("epoch")
    _name(ax, ends)


def _shown(tick: float, ax: Axes) -> bool:
    low, high = ax.get_ylim()
    return low <= tick <= high


def _name(ax: Axes, ends: list) -> None:
    """Names at the ends of the curves, apart from each other."""
    free = -np.inf
    for error, name, colour, epoch in sorted(ends):
        height = 72 / ax.figure.dpi * ax.transData.transform((epoch, error))[1]
        free = max(height, free + line())
        look = {"color": colour, "va": "center", "annotation_clip": False}
        ax.annotate(name, (epoch, error), (5, free - height), textcoords="offset points", **look)


def main() -> None:
    """Draw the figure."""
    with style():
        figure = Figure(figsize=(7.0, 2.8))
        axes = figure.subplots(1, 2)
        figure.subplots_adjust(left=0.06, right=0.87, top=0.9, bottom=0.14, wspace=0.6)
        for ax, letter, (title, variants) in zip(axes, "AB", PANELS):
            ax.set_ylabel("test error (%)")
            draw(ax, variants)
            ax.set_title(f"{letter}   {title}", loc="left", fontsize="medium", fontweight="bold")
        place = {"xycoords": axes[1].get_yaxis_transform(), "textcoords": "offset points"}
        for error, name in ARTICLE.items():
            text = f"{name}: {error} %"
            axes[1].annotate(text, (1, error), (-2, 2), ha="right", color=GREY, **place)
    save(figure, FIGURE)


if __name__ == "__main__":
    main()
