"""Stages of a training: what may change in a run without another network."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from spikingfa.base.errors import ModelError
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.parameters import parameters, while_learning
from spikingfa.network.topology import Topology

Stages = Iterable[Mapping[str, Any]] | Callable[[int], Mapping[str, Any]]


def with_stages(model: Model, stages: Stages) -> Model:
    """The model with stages from Python: a list as in a model file, or a function of the epoch.

    The function gives what changes when an epoch begins, 1 being the first.
    """
    if callable(stages):
        epochs = range(1, model.training.epochs + 1)
        listed = [{"epoch": epoch, "changes": dict(stages(epoch) or {})} for epoch in epochs]
        stages = [stage for stage in listed if stage["changes"]]
    return model.but({"training.stages": list(stages)})


def check_stages(topology: Topology) -> None:
    """See that every change is one that a run can make, and makes a difference.

    Raises
    ------
    ModelError
        It needs another network, or nothing would come of it once learning has begun.
    """
    stages = topology.model.training.stages
    before = topology.model.but({"training.stages": ()})
    network = blueprint(replace(topology, model=before)) if stages else None
    for stage in sorted(stages, key=lambda stage: stage.epoch):
        for path, value in stage.changes.items():
            after = before.but({path: value})
            changed = replace(topology, model=after)
            where = f"training.stages, epoch = {stage.epoch}: {path} = {value}"
            if changed.sizes != topology.sizes or blueprint(changed) != network:
                raise ModelError(
                    f"{where} needs another network, and cannot change in a run; what is compiled"
                    " in only where it is above zero must be so from the beginning"
                )
            if after != before and _values(changed) == _values(replace(topology, model=before)):
                raise ModelError(f"{where} makes no difference once learning has begun")
            before = after


def _values(topology: Topology) -> dict[str, float]:
    """Everything that a chunk of learning runs with."""
    values = parameters(topology) | while_learning(topology, 0.5, (0.5, 0.5))
    return values | {"shift": float(topology.model.task.shift)}
