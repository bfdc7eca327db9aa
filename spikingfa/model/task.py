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


def _number_part_or_group(value: Any) -> int | float | str:
    is_number = type(value) is int and 0 <= value < 2**64
    is_part = type(value) is float and 0 < value < 1
    if not (is_number or is_part or (isinstance(value, str) and value)):
        raise ValueError(
            "needs a whole number from 0 on, a part between 0 and 1, or the name of a group, got"
            f" {shown(value)}"
        )
    return value


#: Of a union pydantic would name all parts in an error.
HeldOut = Annotated[Any, AfterValidator(_number_part_or_group)]


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
    bin: Time = Field(
        "1 ms", description="width of the time bins of a .csv table with a column for each (spikes)"
    )
    groups: str | None = Field(
        None,
        description="column or array that says of which animal, session, speaker or part a stimulus"
        " is: whole groups are held out",
    )
    test_groups: tuple[str, ...] = Field(
        (), description="groups that are the test, in place of groups drawn by split_seed"
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
        " so many, the last ones, a part of each class, or the name of a group",
    )
    limit: Count | None = Field(
        None, description="train only on so many stimuli, of each class its share"
    )
    shift: Number = Field(
        0, description="pixels that an image is shifted by at most, anew each time it is learnt"
    )

    @field_validator("drop_columns", "test_groups", mode="before")
    @classmethod
    def _one_name_or_several(cls, value):
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("test_groups", mode="before")
    @classmethod
    def _names_may_be_numbers(cls, value):
        values = [value] if isinstance(value, int) else value
        return tuple(str(v) if type(v) is int else v for v in values)

    @model_validator(mode="after")
    def _paths_are_used(self):
        of_files = ("file", "test_file", "groups")
        for key, names in (*((key, FILE_TASKS) for key in of_files), ("folder", IDX_TASKS)):
            path = getattr(self, key)
            if path is not None and self.name not in names:
                needs = " or ".join(f'"{name}"' for name in names)
                raise ValueError(f"{key} = {path!r} needs name = {needs}, got {self.name!r}")
        return self

    @model_validator(mode="after")
    def _groups_are_known(self):
        if self.groups is None and self.test_groups:
            got = ", ".join(self.test_groups)
            raise ValueError(f"test_groups = {got!r} needs groups, the column that names them")
        if self.groups is None and isinstance(self.validation, str):
            raise ValueError(
                f"validation = {self.validation!r} needs a whole number from 0 on, a part between 0"
                " and 1 or, with groups, the name of a group"
            )
        if self.test_groups and self.test_file is not None:
            raise ValueError("test_groups and test_file: the test is one of them")
        return self
