"""Curves of several networks and seeds: picked from a table, and drawn."""

import numpy as np
from matplotlib.axes import Axes

from spikingfa.paper.tables import Table


def picked(table: Table, **wanted) -> Table:
    """The rows in which columns have these values."""
    rows = np.all([table[name] == value for name, value in wanted.items()], axis=0)
    return {name: column[rows] for name, column in table.items()}


def of_seeds(table: Table, column: str) -> np.ndarray:
    """A column as (n_seeds, n_points)."""
    return table[column].reshape(len(np.unique(table["seed"])), -1)


def means(table: Table, column: str, point: int = -1) -> float:
    """Mean over seeds at a point of the curves, the last by default."""
    return float(of_seeds(table, column)[:, point].mean())


def draw(ax: Axes, table: Table, column: str, colour: str, **look) -> float:
    """Mean and range over seeds against examples; return the last mean."""
    values, at = of_seeds(table, column), of_seeds(table, "example")[0]
    ax.fill_between(at, values.min(0), values.max(0), color=colour, alpha=0.15, lw=0)
    ax.plot(at, values.mean(0), color=colour, **look)
    return float(values[:, -1].mean())


def angle_axis(ax: Axes) -> None:
    """From 0 to 95 degrees."""
    ax.set(ylim=(0, 95), yticks=[0, 30, 60, 90])
    ax.yaxis.set_major_formatter("{x:g}°")
