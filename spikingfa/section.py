"""What every section of a model file is, and the plain numbers that its fields may be."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

# strict: true is no number, and neither is "3"
Count = Annotated[int, Field(strict=True, gt=0, lt=2**64)]
Number = Annotated[int, Field(strict=True, ge=0, lt=2**64)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**256)]  # NumPy advises 128 bits
Real = Annotated[float, Field(strict=True)]
Factor = Annotated[Real, Field(ge=0)]
Fraction = Annotated[Real, Field(ge=0, lt=1)]
Part = Annotated[Real, Field(gt=0, le=1)]


class FieldError(ValueError):
    """A field that is wrong in view of others: its name, and the reason."""

    def __init__(self, field: str, reason: str):
        super().__init__(reason)
        self.field = field


class Section(BaseModel):
    """A frozen record; an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )
