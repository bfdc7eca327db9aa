"""Stages of a training: parameters that change when an epoch begins."""

from typing import Any

from brian2.units.fundamentalunits import Quantity
from pydantic import Field, field_validator

from spikingfa.base.errors import ModelError
from spikingfa.base.units import in_usual_unit
from spikingfa.model.section import Count, Section


class Stage(Section):
    """Parameters that change when an epoch begins, and stay so."""

    epoch: Count = Field(2, description="the first epoch in which they are so")
    changes: dict[str, Any] = Field(
        {}, description="fields and their values, such as plasticity.eta_hidden"
    )

    @field_validator("changes", mode="after")
    @classmethod
    def _as_text(cls, changes):
        """Quantities as a file has them."""
        return {path: _text(value) for path, value in changes.items()}


def at_epoch(model, epoch: int | None = None):
    """The model as it is in an epoch of its training; at the end by default."""
    stages = model.training.stages
    if not stages:
        return model
    last = model.training.epochs if epoch is None else epoch
    changes: dict[str, Any] = {"training.stages": ()}
    for stage in sorted(stages, key=lambda stage: stage.epoch):
        if stage.epoch <= max(last, 1):
            changes |= stage.changes
    return model.but(changes)


def stages_make_models(model) -> None:
    """What each stage changes is a field, and fits it."""
    for stage in model.training.stages:
        try:
            at_epoch(model, stage.epoch)
        except ModelError as error:
            raise ValueError(f"training.stages, epoch = {stage.epoch}: {error}") from None


def _text(value: Any) -> Any:
    if isinstance(value, Quantity) and (usual := in_usual_unit(value)):
        number, unit = usual
        return f"{number:.12g} {unit}"
    return value
