"""spikingfa: feedback alignment in networks of spiking neurons, on Brian2.

>>> import spikingfa
>>> model = spikingfa.load_model("digits_fa").but({"hidden.tau_m": "15 ms"})
>>> run = spikingfa.train(model, seed=1)                               # doctest: +SKIP
>>> run.metrics["test_error"]                                          # doctest: +SKIP
0.0222
"""

import sys
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

from spikingfa import import_guard

if TYPE_CHECKING:
    from spikingfa.errors import (
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
    from spikingfa.evaluation import Evaluation, evaluate
    from spikingfa.events import Events
    from spikingfa.model import Model
    from spikingfa.model_file import load_model, shipped_models, write_model
    from spikingfa.perturbation import Perturbation
    from spikingfa.plots import (
        animate_trial,
        plot_alignment,
        plot_confusion,
        plot_error_over_time,
        plot_fi,
        plot_learning_curve,
        plot_population_rates,
        plot_raster,
        plot_rates,
        plot_receptive_fields,
        plot_sweep,
        plot_traces,
        plot_weights,
    )
    from spikingfa.plots.training import train
    from spikingfa.prediction import Prediction, predict
    from spikingfa.recorder import record, recordable
    from spikingfa.recording import Spikes
    from spikingfa.run_folder import Run, open_run
    from spikingfa.run_report import report
    from spikingfa.sweeping import Range, open_sweep, sweep
    from spikingfa.tasks import Data
    from spikingfa.traces import Recording, Trace
    from spikingfa.tweaking import Tweaked, sliders

__version__ = version("spikingfa")

if sys.flags.safe_path:  # python -P, or PYTHONSAFEPATH: the current folder is not to be trusted
    import_guard.install()

# name: module; imported when first used, since Brian2 and matplotlib take a second to import
_PUBLIC = {
    "Model": "model",
    "load_model": "model_file",
    "write_model": "model_file",
    "shipped_models": "model_file",
    "train": "plots.training",
    "sliders": "tweaking",
    "Tweaked": "tweaking",
    "Run": "run_folder",
    "open_run": "run_folder",
    "report": "run_report",
    "evaluate": "evaluation",
    "Evaluation": "evaluation",
    "Perturbation": "perturbation",
    "predict": "prediction",
    "Prediction": "prediction",
    "sweep": "sweeping",
    "open_sweep": "sweeping",
    "Range": "sweeping",
    "record": "recorder",
    "recordable": "recorder",
    "Recording": "traces",
    "Trace": "traces",
    "Spikes": "recording",
    "Data": "tasks",
    "Events": "events",
    "plot_raster": "plots",
    "plot_learning_curve": "plots",
    "plot_alignment": "plots",
    "plot_rates": "plots",
    "plot_confusion": "plots",
    "plot_error_over_time": "plots",
    "animate_trial": "plots",
    "plot_fi": "plots",
    "plot_population_rates": "plots",
    "plot_receptive_fields": "plots",
    "plot_sweep": "plots",
    "plot_traces": "plots",
    "plot_weights": "plots",
    "SpikingFAError": "errors",
    "SpikingFAWarning": "errors",
    "ModelError": "errors",
    "SelectionError": "errors",
    "DataError": "errors",
    "RunFolderError": "errors",
    "BuildError": "errors",
    "SimulationError": "errors",
    "ClusterError": "errors",
}

__all__ = [
    "BuildError",
    "ClusterError",
    "Data",
    "DataError",
    "Evaluation",
    "Events",
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
    "Trace",
    "Tweaked",
    "animate_trial",
    "evaluate",
    "load_model",
    "open_run",
    "open_sweep",
    "plot_alignment",
    "plot_confusion",
    "plot_error_over_time",
    "plot_fi",
    "plot_learning_curve",
    "plot_population_rates",
    "plot_raster",
    "plot_rates",
    "plot_receptive_fields",
    "plot_sweep",
    "plot_traces",
    "plot_weights",
    "predict",
    "record",
    "recordable",
    "report",
    "shipped_models",
    "sliders",
    "sweep",
    "train",
    "write_model",
]


def __getattr__(name: str):
    if name not in _PUBLIC:
        raise AttributeError(f"module 'spikingfa' has no attribute {name!r}")
    return getattr(import_module(f"spikingfa.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_PUBLIC])
