"""A network whose methods are described: a model, and the run of it if there is one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from spikingfa.model.describe import parameter_rows
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.rules.terms import TERMS
from spikingfa.rules.terms.depth import DEPTH
from spikingfa.rules.terms.lateral import LATERAL
from spikingfa.run_folder.run import Run
from spikingfa.tasks import network_size


@dataclass(frozen=True)
class Described:
    """What the sentences and tables of a methods section are made of.

    Attributes
    ----------
    model : Model
    run : Run, optional
        By which sizes of the data, the seed and versions are known.
    """

    model: Model
    run: Run | None = None

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Every parameter's value with its unit, by path."""
        return {path: value for path, value, _ in parameter_rows(self.model)}

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """Those of the run; none of one that has just begun."""
        there = self.run and (self.run.folder / "metrics.json").exists()
        return self.run.metrics if there else {}

    @cached_property
    def versions(self) -> dict[str, Any]:
        """Versions of what made the run, if they are known."""
        there = self.run and (self.run.folder / "versions.json").exists()
        return self.run.versions if there else {}

    @cached_property
    def topology(self) -> Topology:
        """Populations and pathways."""
        data = self.run.data if self.run else None
        if data is not None:
            return Topology(self.model, Stimuli(data.n_features, data.n_outputs, 1.0, data.image))
        return Topology(self.model, Stimuli(*network_size(self.model.task), 1.0))

    @cached_property
    def network(self) -> Blueprint:
        """The network, written out."""
        return blueprint(self.topology)

    def of(self, layer: str, key: str) -> str:
        """A parameter of a layer by the name of its population: ``of("hidden_0", "size")``."""
        return self.parameters[f"{layer.replace('_', '.')}.{key}"]

    @cached_property
    def parts(self) -> list:
        """Terms of plasticity and options of layers and errors that differ from the defaults."""
        usual = dict(_fields(Model()))
        given = {path for path, value in _fields(self.model) if value != usual.get(path, value)}
        every = (*TERMS.values(), *LATERAL.values(), *DEPTH.values())
        return [part for part in every if given & set(part.kind.split(", "))]


def _fields(model: Model) -> Iterator[tuple[str, str]]:
    """Paths and values, those of any hidden layer as ``hidden.size``."""
    for path, value, _ in parameter_rows(model):
        yield re.sub(r"^hidden\.\d+\.", "hidden.", path), value
