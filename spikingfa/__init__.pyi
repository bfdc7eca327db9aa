from .base.errors import (
    BuildError,
    ClusterError,
    DataError,
    ModelError,
    RunFolderError,
    SelectionError,
    SimulationError,
    SpikingFAError,
    SpikingFAWarning,
)
from .export import export_run, to_neo
from .export.interactive import InteractiveRaster, interactive_raster
from .export.methods import methods_section
from .export.report import report
from .model.describe import parameter_table
from .model.files import load_model, shipped_models, write_model
from .model.model import Model
from .network.describe import equations
from .paper.in_python import ExperimentResult, experiments, run_experiment
from .plots import (
    animate_trial,
    plot_alignment,
    plot_comparison,
    plot_confusion,
    plot_correlation,
    plot_depth,
    plot_error_over_time,
    plot_fi,
    plot_isi,
    plot_learning_curve,
    plot_population_rates,
    plot_psth,
    plot_raster,
    plot_rates,
    plot_receptive_fields,
    plot_selectivity,
    plot_sweep,
    plot_sweep_map,
    plot_traces,
    plot_tuning,
    plot_weights,
    save_figure,
)
from .plots.live import LiveFigure
from .plots.sliders import Tweaked, sliders
from .plots.style import style, use_style
from .plots.training import train, train_epochs
from .run_folder.opening import open_run
from .run_folder.recording import Recording, Trace
from .run_folder.run import Run
from .run_folder.spikes import Spikes
from .sweeping.compare import Variant
from .sweeping.folder import open_sweep
from .sweeping.sweep import sweep
from .sweeping.values import Range
from .sweeping.vary import compare
from .tasks import Data, Stimuli
from .tasks.events import Events
from .tasks.neo_block import from_neo
from .training.callbacks import EarlyStopping, KeepBest
from .training.evaluation import Evaluation, evaluate
from .training.perturbation import Perturbation
from .training.prediction import Prediction, predict
from .training.record import record, recordable
from .training.stepping import brian2_network
from .training.training import Training

__version__: str

__all__ = [
    "BuildError",
    "ClusterError",
    "Data",
    "DataError",
    "EarlyStopping",
    "Evaluation",
    "Events",
    "ExperimentResult",
    "InteractiveRaster",
    "KeepBest",
    "LiveFigure",
    "Model",
    "ModelError",
    "Perturbation",
    "Prediction",
    "Range",
    "Recording",
    "Run",
    "RunFolderError",
    "SelectionError",
    "SimulationError",
    "Spikes",
    "SpikingFAError",
    "SpikingFAWarning",
    "Stimuli",
    "Trace",
    "Training",
    "Tweaked",
    "Variant",
    "animate_trial",
    "brian2_network",
    "compare",
    "equations",
    "evaluate",
    "experiments",
    "export_run",
    "from_neo",
    "interactive_raster",
    "load_model",
    "methods_section",
    "open_run",
    "open_sweep",
    "parameter_table",
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
    "predict",
    "record",
    "recordable",
    "report",
    "run_experiment",
    "save_figure",
    "shipped_models",
    "sliders",
    "style",
    "sweep",
    "to_neo",
    "train",
    "train_epochs",
    "use_style",
    "write_model",
]
