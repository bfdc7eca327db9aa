"""Errors over epochs: how they are drawn, and held against the article's levels."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from spikingfa.paper.experiment import Claim
from spikingfa.paper.tables import Table

NEAR = 0.3  # percentage points that a level may be off


def at_end(table: Table, column: str) -> np.ndarray:
    """The values after the last epoch."""
    return table[column][table["epoch"] == table["epoch"].max()]


def level(name: str, errors: np.ndarray, article: float, quick: bool) -> Claim:
    """Judge whether the mean error at the end is the article's."""
    mean = float(errors.mean())
    return Claim(
        f"The test error of {name} is {article:g} %, within {NEAR:g} points.",
        f"mean {mean:.2f} %, seeds {errors.min():.2f} to {errors.max():.2f} %",
        None if quick else abs(mean - article) <= NEAR,
        {"mean": mean, "article": article},
    )


def draw_curve(ax: Axes, table: Table, column: str, look: tuple[str, str]) -> float:
    """Mean and range over seeds; return the mean at the end."""
    colour, line = look
    n = len(np.unique(table["seed"]))
    values, at = table[column].reshape(n, -1), table["epoch"].reshape(n, -1)[0]
    ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
    ax.plot(at, values.mean(0), color=colour, linestyle=line)
    return values[:, -1].mean()


def percent(ax: Axes, ticks: tuple[float, ...]) -> None:
    """Errors on a logarithmic axis between the first and the last tick."""
    ax.set_yscale("log")
    ax.set(ylim=(ticks[0], ticks[-1]), yticks=ticks)
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g} %")
