from .animation import animate_trial
from .comparison import plot_comparison
from .correlation import plot_correlation
from .curves import plot_alignment, plot_learning_curve, plot_rates
from .depth import plot_depth
from .evaluation import plot_confusion, plot_error_over_time
from .fi import plot_fi
from .isi import plot_isi
from .population_rates import plot_population_rates
from .psth import plot_psth
from .raster import plot_raster
from .receptive_fields import plot_receptive_fields
from .saving import save, save_figure
from .selectivity import plot_selectivity
from .sweep import plot_sweep
from .sweep_map import plot_sweep_map
from .traces import plot_traces
from .tuning import plot_tuning
from .weights import plot_weights

__all__ = [
    "animate_trial",
    "plot_alignment",
    "plot_comparison",
    "plot_confusion",
    "plot_correlation",
    "plot_depth",
    "plot_error_over_time",
    "plot_fi",
    "plot_isi",
    "plot_learning_curve",
    "plot_population_rates",
    "plot_psth",
    "plot_raster",
    "plot_rates",
    "plot_receptive_fields",
    "plot_selectivity",
    "plot_sweep",
    "plot_sweep_map",
    "plot_traces",
    "plot_tuning",
    "plot_weights",
    "save",
    "save_figure",
]
