"""Modules by the names that they had before the rooms: they are imported, and a warning says so."""

import sys
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

from spikingfa.base.errors import warn

#: Those that the documentation named, with what they are called now.
MOVED = {
    "analysis": "training.analysis",
    "comparison": "sweeping.compare",
    "data_record": "run_folder.data_record",
    "errors": "base.errors",
    "events": "tasks.events",
    "feedback_rules": "rules.feedback",
    "metrics": "training.metrics",
    "model_file": "model.files",
    "neuron_models": "model.neurons",
    "pathways": "network.pathways",
    "plasticity_rules": "rules.plasticity",
    "plasticity_rules.rule": "rules.plasticity.rule",
    "plasticity_terms": "rules.terms",
    "rate": "paper.rate_network",
    "rate.activations": "paper.rate_network.activations",
    "rate.network": "paper.rate_network.network",
    "rate.rules": "paper.rate_network.rules",
    "rate.training": "paper.rate_network.training",
    "selection": "training.selection",
    "show": "model.describe",
    "units": "base.units",
}


class OldNames(MetaPathFinder, Loader):
    """Finds a module by its old name, and gives the one by its new name in its place."""

    def find_spec(self, fullname, path=None, target=None) -> ModuleSpec | None:
        """The spec of an old name, None of any other."""
        package, _, name = fullname.partition(".")
        return ModuleSpec(fullname, self) if package == "spikingfa" and name in MOVED else None

    def create_module(self, spec: ModuleSpec) -> None:
        """The default: a module that `exec_module` replaces."""

    def exec_module(self, module) -> None:
        """Put the module by its new name into the place of the one by its old name."""
        old = module.__name__
        new = f"spikingfa.{MOVED[old.partition('.')[2]]}"
        warn(f"{old} is called {new} now")
        sys.modules[old] = import_module(new)


def install() -> None:
    """Let old names be found."""
    if not any(isinstance(finder, OldNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, OldNames())  # a package by its old name has its modules on its path
