"""The section `task` of a model: what a network is shown."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from spikingfa.base.text import shown
from spikingfa.base.units import Time
from spikingfa.model.section import Count, Number, Real, Section, Seed

TASKS = (
    "digits",
    "mnist",
    "idx",
    "arrays",
    "xor",
    "parity",
    "folded",
    "linear",
    "nonlinear",
    "spikes",
    "spike_pattern",
    "evidence",
)
IDX_TASKS = ("mnist", "idx")  # those that a folder of IDX files belongs to
FILE_TASKS = ("arrays", "spikes")  # those that a file of one's own belongs to


def _number_or_part(value: Any) -> int | float:
    is_number = type(value) is int and 0 <= value < 2**64
    if not is_number and not (type(value) is float and 0 < value < 1):
        raise ValueError(
            f"needs a whole number from 0 on, or a part between 0 and 1, got {shown(value)}"
        )
    return value


HeldOut = Annotated[Any, AfterValidator(_number_or_part)]  # of a union, pydantic names both halves


class Task(Section):
    """The stimuli, and their split."""

    name: Literal[TASKS] = Field(
        "digits",
        description="digits, mnist, xor, parity, folded, linear, nonlinear, spike_pattern,"
        " evidence, or your own data: idx, arrays, spikes",
    )
    file: str | None = Field(
        None,
        description=".npz file or .csv table (task arrays), .npz, .csv, HDF5 or NWB file (spikes)",
    )
    test_file: str | None = Field(None, description="the same with the test stimuli")
    label: str | None = Field(
        None,
        description="column that holds the class: of a .csv table (the last one), of NWB's trials",
    )
    drop_columns: tuple[str, ...] = Field(
        (), description="columns of a .csv table that are no features, such as an animal's name"
    )
    divisor: Annotated[Real, Field(gt=0)] | None = Field(
        None, description="value of an array that is full intensity (255 for uint8, else 1)"
    )
    folder: str | None = Field(None, description="folder of IDX files (task mnist or idx)")
    test_fraction: Real = Field(
        0.2, gt=0, lt=1, description="part held out for the test (digits, arrays, spikes)"
    )
    split_seed: Annotated[Number, Field(lt=2**32)] = Field(
        0, description="seed of the stratified split"
    )
    n_train: Count = Field(2000, description="training stimuli, where they are generated")
    n_test: Count = Field(500, description="test stimuli, where they are generated")
    seed: Seed = Field(0, description="seed of what is generated, stimuli and targets")
    bits: Annotated[Count, Field(ge=2, le=16)] = Field(3, description="number of bits (parity)")
    folds: Annotated[Count, Field(le=8)] = Field(2, description="how often it is folded (folded)")
    dimensions: Annotated[Count, Field(le=16)] = Field(2, description="of the cube (folded)")
    duration: Time = Field("500 ms", description="of a stimulus (spike_pattern, evidence)")
    cues: Count = Field(7, description="number of cues (evidence)")
    validation: HeldOut = Field(
        0,
        description="training stimuli held out, by which the run is judged instead of the test set:"
        " so many, the last ones, or a part of each class",
    )
    limit: Count | None = Field(
        None, description="train only on so many stimuli, of each class its share"
    )
    shift: Number = Field(
        0, description="pixels that an image is shifted by at most, anew each time it is learnt"
    )

    @field_validator("drop_columns", mode="before")
    @classmethod
    def _one_column_or_several(cls, value):
        return tuple(value.split(",")) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _paths_are_used(self):
        for key, names in (("file", FILE_TASKS), ("test_file", FILE_TASKS), ("folder", IDX_TASKS)):
            path = getattr(self, key)
            if path is not None and self.name not in names:
                needs = " or ".join(f'"{name}"' for name in names)
                raise ValueError(f"{key} = {path!r} needs name = {needs}, got {self.name!r}")
        return self
