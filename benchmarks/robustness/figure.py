"""The figure: a row of points a task, with intervals over seeds."""

from pathlib import Path

import numpy as np
from matplotlib.ticker import NullLocator

from benchmarks.robustness.learners import LEARNERS
from benchmarks.robustness.summary import Errors
from spikingfa.plots import save
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREEN, ORANGE, VERMILLION, style
from spikingfa.training.analysis import mean_interval

FIGURE = Path(__file__).parents[2] / "docs" / "figures" / "robustness.png"
LOOKS = dict(zip(LEARNERS, ((BLUE, "o"), (VERMILLION, "s"), (ORANGE, "^"), (GREEN, "D"))))
LEAST = 0.2  # percent: where an error of 0 is drawn
TICKS = (0.5, 1, 2, 5, 10, 20, 40)


def draw(errors: Errors) -> None:
    """Write the figure: mean test errors and 95 % intervals (bootstrap over seeds)."""
    with style():
        figure = Figure(figsize=(5.5, 0.6 + 0.3 * len(errors)), layout="constrained")
        ax = figure.subplots()
        rows = np.arange(len(errors))[::-1]
        for k, (learner, (colour, marker)) in enumerate(LOOKS.items()):
            values = [of[learner] for of in errors.values()]
            means = np.array([max(v.mean(), LEAST) for v in values])
            spans = np.array([mean_interval(v) for v in values]).clip(LEAST).T
            at = rows + 0.15 * (1.5 - k)
            ax.hlines(at, *spans, color=colour, linewidth=0.8)
            ax.plot(means, at, marker, color=colour, markersize=3.5, label=learner)
        ax.set_xscale("log")
        ax.set_xlabel("test error (%)")
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
        ax.set_yticks(rows, list(errors))
        ax.tick_params(axis="y", length=0)
        for row in rows[:-1]:
            ax.axhline(row - 0.5, color="0.9", linewidth=0.5, zorder=0)
        ax.set_ylim(-0.6, len(errors) - 0.4)
        figure.legend(loc="outside upper center", ncols=len(LOOKS), handletextpad=0.2)
    save(figure, FIGURE)
