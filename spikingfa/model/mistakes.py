"""Mistakes in a model or a section of one, reported in one line."""

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from spikingfa.base.errors import ModelError
from spikingfa.base.text import first_mistake, nearest


class FieldError(ValueError):
    """A field that is wrong in view of others: its name, and the reason."""

    def __init__(self, field: str, reason: str):
        super().__init__(reason)
        self.field = field


def validated(root: type[BaseModel], tables: dict[str, Any]) -> Any:
    """A model, or a section of one, from nested tables.

    Raises
    ------
    ModelError
        It names the field of the first mistake.
    """
    try:
        return root.model_validate(tables)
    except ValidationError as error:
        raise ModelError(one_line(error, tables, root)) from None


def one_line(error: ValidationError, given: dict[str, Any], root: type[BaseModel]) -> str:
    """The first field of `root`, a model or one of its sections, that is wrong, and why."""
    first, *others = error.errors()
    path, section = _place(first["loc"], root)
    reason, message = first.get("ctx", {}).get("error"), ""
    if isinstance(reason, FieldError):
        path = [*path, reason.field]
    if first["type"] == "union_tag_invalid":
        tag, known = first["ctx"]["tag"], _kinds(root.model_fields[path[0]].annotation)
        path, message = [*path, "model"], f"there is no neuron model {tag!r}"
        message += nearest(str(tag), known)
    elif first["type"] == "extra_forbidden":
        message = "there is no such key" + nearest(path[-1], section.model_fields)
    where = ".".join(_without_index_of_single_layer(path, given))
    return first_mistake(first, where, len(others), message)


def _place(location: tuple, root: type[BaseModel]) -> tuple[list[str], type[BaseModel]]:
    """The path that a user would write for pydantic's location, and the section it is in."""
    path = [str(part) for part in location]
    if len(path) < 2:
        return path, root
    section = root.model_fields[path[0]].annotation
    kinds = _kinds(section)
    for k in (1, 2):  # pydantic names the kind, such as the neuron model, in between
        if path[k : k + 1] and path[k] in kinds:
            return path[:k] + path[k + 1 :], kinds[path[k]]
    return path, section if isinstance(section, type(root)) else root


def _kinds(annotation: Any) -> dict[str, type[BaseModel]]:
    """The classes that a field may be of, where its key ``model`` says which, by that key."""
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        tags = [note.tag for note in notes if isinstance(note, Tag)]
        return {tags[0]: inner} if tags else _kinds(inner)
    return {tag: kind for part in get_args(annotation) for tag, kind in _kinds(part).items()}


def _without_index_of_single_layer(path: list[str], tables: dict[str, Any]) -> list[str]:
    layers = tables.get("hidden")
    several = isinstance(layers, list | tuple) and len(layers) > 1
    return path if several or path[:2] != ["hidden", "0"] else ["hidden", *path[2:]]
