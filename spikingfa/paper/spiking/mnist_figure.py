"""Digits in spikes: errors of both kinds of neurons, and angles, side by side."""

import matplotlib

from spikingfa.paper.rate.mnist_curves import draw_angles, draw_ends, draw_errors
from spikingfa.paper.tables import Tables
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import STYLE

TITLES = {"lif": "LIF neurons", "stochastic": "stochastic sigmoid neurons"}
#: Where panels are: left, width; one epoch is not a curve.
ERRORS = {"lif": (0.08, draw_errors), "stochastic": (0.45, draw_ends)}


def draw(tables: Tables, rules: dict[str, tuple[str, str]], with_angles: tuple[str, ...]) -> Figure:
    """Draw errors over epochs, or after the only one; the angle of W and B of LIF neurons.

    Parameters
    ----------
    tables : dict of dict of ndarray
        By kind of neuron, columns ``error_<rule>`` and ``angle_<rule>_deg``.
    rules : dict of (str, str)
        By rule, its name in the figure and its colour.
    with_angles : tuple of str
        Rules whose angle is drawn.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(7.0, 2.5))
        for kind, (left, draw_kind) in ERRORS.items():
            ax = figure.add_axes((left, 0.17, 0.17, 0.7))
            draw_kind(ax, tables[kind], {name: (f"error_{r}", c) for r, (name, c) in rules.items()})
            ax.set_title(TITLES[kind], fontsize="medium")
        angles = figure.add_axes((0.75, 0.17, 0.14, 0.7))
        looks = {rules[r][0]: (f"angle_{r}_deg", rules[r][1]) for r in with_angles}
        draw_angles(angles, tables["lif"], looks)
        angles.set_ylabel(r"angle of $W$ and $B^\mathsf{T}$")
        angles.set_title(TITLES["lif"], fontsize="medium")
    return figure
