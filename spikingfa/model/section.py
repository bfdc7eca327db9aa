"""The base class of the sections of a model file, and the plain numbers of their fields."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from spikingfa.base.errors import ModelError, warn
from spikingfa.base.plain_values import plain
from spikingfa.base.text import shown
from spikingfa.model.mistakes import FieldError, one_line

#: Of a model, in their order.
SECTIONS = ("task", "input", "hidden", "output", "feedback", "plasticity", "training", "recording")

#: Whether what is read was stored by an older version, and not written by the user.
STORED: ContextVar[bool] = ContextVar("stored", default=False)

# strict: true is no number, and neither is "3"
Count = Annotated[int, Field(strict=True, gt=0, lt=2**64)]
Number = Annotated[int, Field(strict=True, ge=0, lt=2**64)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**256)]  # NumPy advises 128 bits
Real = Annotated[float, Field(strict=True)]
Factor = Annotated[Real, Field(ge=0)]
Fraction = Annotated[Real, Field(ge=0, lt=1)]
PositiveFraction = Annotated[Real, Field(gt=0, le=1)]


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class _InOneLine(ModelMetaclass):
    """Makes sections; what is wrong in their fields is said in one line."""

    def __call__(cls, /, **fields: Any) -> Any:
        try:
            return super().__call__(**fields)
        except ValidationError as error:
            raise ModelError(one_line(error, fields, cls)) from None


class Section(BaseModel, metaclass=_InOneLine):
    """A frozen record; an unknown key is an error.

    Attributes
    ----------
    renamed : dict of str
        Fields by the names that they had before, which are understood, with a warning.
    """

    renamed: ClassVar[dict[str, str]] = {}

    @classmethod
    def meaning(cls, key: str) -> str:
        """The description of a field."""
        return cls.model_fields[key].description or ""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value):
        return plain(value)

    @model_validator(mode="before")
    @classmethod
    def _by_new_names(cls, fields):
        if not isinstance(fields, Mapping) or not fields.keys() & cls.renamed.keys():
            return fields
        for old in fields.keys() & cls.renamed.keys():
            if (new := cls.renamed[old]) in fields:
                raise FieldError(old, f"is {new} by its old name, and both are given")
            say_renamed(old, new)
        return {cls.renamed.get(name, name): value for name, value in fields.items()}

    if not TYPE_CHECKING:  # checkers would take any name for a field

        def __getattr__(self, name: str) -> Any:
            if name in (renamed := type(self).renamed):
                say_renamed(name, renamed[name])
                return getattr(self, renamed[name])
            return super().__getattr__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise frozen(type(self), name, shown(value))

    def __delattr__(self, name: str) -> None:
        raise frozen(type(self), name)


def say_renamed(old: str, new: str) -> None:
    """Warn of a field that has another name now, unless it stands in what was stored."""
    if not STORED.get():
        warn(f"the field {old} is called {new} now")


def frozen(section: type[Section], name: str, value: str = "...") -> ModelError:
    """The error for a field that was to be set: how a changed copy is made instead."""
    parents = (parent.__name__.lower() for parent in section.__mro__)
    path = ".".join([*[parent for parent in parents if parent in SECTIONS][:1], name])
    return ModelError(
        f'{path}: a model is frozen: model.but({{"{path}": {value}}}) gives a changed copy'
    )
