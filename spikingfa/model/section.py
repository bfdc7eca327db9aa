"""What every section of a model file is, and the plain numbers that its fields may be."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from spikingfa.base.errors import ModelError
from spikingfa.base.plain_values import plain
from spikingfa.base.text import shown
from spikingfa.model.mistakes import one_line

#: Of a model, in their order.
SECTIONS = ("task", "input", "hidden", "output", "feedback", "plasticity", "training", "recording")

# strict: true is no number, and neither is "3"
Count = Annotated[int, Field(strict=True, gt=0, lt=2**64)]
Number = Annotated[int, Field(strict=True, ge=0, lt=2**64)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**256)]  # NumPy advises 128 bits
Real = Annotated[float, Field(strict=True)]
Factor = Annotated[Real, Field(ge=0)]
Fraction = Annotated[Real, Field(ge=0, lt=1)]
Part = Annotated[Real, Field(gt=0, le=1)]


class _InOneLine(type(BaseModel)):
    """Makes sections; what is wrong in their fields is said in one line."""

    def __call__(cls, /, **fields):
        try:
            return super().__call__(**fields)
        except ValidationError as error:
            raise ModelError(one_line(error, fields, cls)) from None


class Section(BaseModel, metaclass=_InOneLine):
    """A frozen record; an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value):
        return plain(value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise frozen(type(self), name, shown(value))

    def __delattr__(self, name: str) -> None:
        raise frozen(type(self), name)


def frozen(section: type[Section], name: str, value: str = "...") -> ModelError:
    """The error for a field that was to be set: how a changed copy is made instead."""
    parents = (parent.__name__.lower() for parent in section.__mro__)
    path = ".".join([*[parent for parent in parents if parent in SECTIONS][:1], name])
    return ModelError(
        f'{path}: a model is frozen: model.but({{"{path}": {value}}}) gives a changed copy'
    )
