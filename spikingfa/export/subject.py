"""The subject that archives of neurophysiology ask for: a simulation stands for an animal."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from spikingfa.base.errors import ModelError
from spikingfa.base.text import nearest, plain, shown

_SPECIES = r"^[A-Z][a-z]+ [a-z]+$|^http://purl\.obolibrary\.org/obo/NCBITaxon_[0-9]+$"
_DURATION = r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
_NEEDED = {
    "species": 'a Latin name such as "Mus musculus", or a link to the NCBI taxonomy',
    "age": "a duration such as P90D (90 days), or a range such as P8W/P12W (8 to 12 weeks)",
    "sex": "M, F, O (other) or U (unknown); of C. elegans XO or XX",
    "subject_id": "text without slashes",
    "weight": "a number and a unit, such as 0.02 kg",
}

Text = Annotated[str, Field(min_length=1, max_length=10_000), AfterValidator(plain)]


class Subject(BaseModel):
    """The subject in NWB files; by default a simulated network."""

    model_config = ConfigDict(extra="forbid", regex_engine="python-re")

    subject_id: Text | None = Field(None, pattern="^[^/]+$")
    description: Text = "a simulated network: no animal was recorded"
    species: Text | None = Field(None, pattern=_SPECIES)
    sex: Literal["M", "F", "O", "U", "XO", "XX"] = "U"
    age: Text = Field("P0D", pattern=f"^{_DURATION}(/({_DURATION})?)?$")  # asked for by archives
    strain: Text | None = None
    genotype: Text | None = None
    weight: Text | None = Field(None, pattern=r"^[0-9]+(\.[0-9]+)? (kg|g|mg|ug|μg|ng|pg)$")


def subject_of(described: Mapping[str, str] | None) -> Subject:
    """The subject that is described by these fields.

    Raises
    ------
    ModelError
        There is no such field, or its value is none that archives take.
    """
    described = dict(described or {})
    for name in described:
        if name not in Subject.model_fields:
            raise ModelError(
                f"subject: there is no field {name!r}{nearest(name, Subject.model_fields)}"
            )
    try:
        return Subject(**described)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        needed = _NEEDED.get(name, "text")
        raise ModelError(f"subject.{name}: needs {needed}, got {shown(first['input'])}") from None
