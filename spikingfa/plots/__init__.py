"""Figures for papers, drawn from recorded data: rasters, learning curves, angles, rates.

Nothing here simulates (but `plot_fi`, single neurons), changes its input, or touches pyplot or the
global matplotlib settings: figures are `matplotlib.figure.Figure` objects without a window, so they
need no display. A notebook shows them at the end of a cell.
"""

from spikingfa.plots.animation import animate_trial
from spikingfa.plots.comparison import plot_comparison
from spikingfa.plots.curves import plot_alignment, plot_learning_curve, plot_rates
from spikingfa.plots.evaluation import plot_confusion, plot_error_over_time
from spikingfa.plots.fi import plot_fi
from spikingfa.plots.population_rates import plot_population_rates
from spikingfa.plots.raster import plot_raster
from spikingfa.plots.receptive_fields import plot_receptive_fields
from spikingfa.plots.save import save
from spikingfa.plots.sweep import plot_sweep, plot_sweep_map
from spikingfa.plots.traces import plot_traces
from spikingfa.plots.weights import plot_weights

__all__ = [
    "animate_trial",
    "plot_alignment",
    "plot_comparison",
    "plot_confusion",
    "plot_error_over_time",
    "plot_fi",
    "plot_learning_curve",
    "plot_population_rates",
    "plot_raster",
    "plot_rates",
    "plot_receptive_fields",
    "plot_sweep",
    "plot_sweep_map",
    "plot_traces",
    "plot_weights",
    "save",
]
