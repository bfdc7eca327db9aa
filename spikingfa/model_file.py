"""Model files: TOML to a :class:`~spikingfa.model.Model` and back, and changes by dotted path."""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import ValidationError

from spikingfa.errors import ModelError
from spikingfa.latencies import latencies
from spikingfa.layers import DEFAULT, HIDDEN, OUTPUT
from spikingfa.model import MOST_LAYERS, Model
from spikingfa.neuron_models import NEURONS
from spikingfa.plain_text import nearest, printable, shown
from spikingfa.plain_values import whole_number
from spikingfa.reading import Unreadable, read_text
from spikingfa.section import FieldError, Section
from spikingfa.time_grid import accepting

#: No field, but a change: how many hidden layers there are.
N_LAYERS = "hidden.layers"
FORM = "needs the form section.key=value, such as hidden.tau_m=10 ms"
PATHS = ("file", "test_file", "folder")  # of a task
MOST_TEXT = 2**20  # characters of a model file; the shipped ones have two thousand at most


def _shipped_folder():
    """`models/` inside an installed wheel, or beside the package in a checkout."""
    inside = files("spikingfa") / "models"
    return inside if inside.is_dir() else Path(__file__).parents[1] / "models"


def shipped_models() -> dict[str, str]:
    """Names of the shipped models, each with the first comment line of its file."""
    return {name: _headline(file.read_text("utf-8")) for name, file in _shipped().items()}


def _shipped() -> dict:
    found = sorted(p for p in _shipped_folder().iterdir() if p.name.endswith(".toml"))
    return {p.name.removesuffix(".toml"): p for p in found}


def _headline(text: str) -> str:
    return text.splitlines()[0].lstrip("# ").strip()


def load_model(name_or_path: str | Path) -> Model:
    """Read a shipped model by its name, or any model file by its path.

    Parameters
    ----------
    name_or_path : str or Path
        ``"digits_fa"``, or the path of a TOML file. A file may leave out whatever it takes
        from the defaults.

    Raises
    ------
    ModelError
        There is no such model, the file is not TOML, or a field is unknown or wrong.
    """
    if not isinstance(name_or_path, str | os.PathLike):
        raise ModelError(f"needs a model's name or file, got {shown(name_or_path)}")
    text, where = _read(name_or_path)
    try:
        return to_model(tomllib.loads(text))
    except ModelError as error:
        raise ModelError(f"{where}: {error}") from None
    except (ValueError, RecursionError) as error:  # also numbers and nesting beyond Python
        raise ModelError(f"{where}: not a TOML file: {error}") from None


def as_model(model: Model | str | Path) -> Model:
    """The model itself, or the one that `load_model` reads by this name or path.

    Raises
    ------
    ModelError
        It is none of these, or cannot be read.
    """
    if isinstance(model, Model):
        return model
    if isinstance(model, str | Path):
        return load_model(model)
    raise ModelError(f"needs a model, or a model's name or file, got {shown(model)}")


def load_stored(path: str | Path) -> Model:
    """Read the model of a run as it was run, whatever would be said of its times today."""
    with accepting():
        return load_model(path)


def _read(name_or_path: str | Path) -> tuple[str, str]:
    path = Path(name_or_path)
    shipped = _shipped()
    if str(name_or_path) in shipped:
        with as_file(shipped[str(name_or_path)]) as file:
            return file.read_text("utf-8"), str(name_or_path)
    if path.suffix != ".toml" and not os.path.exists(path):
        raise ModelError(f"no model is called {str(name_or_path)!r}{nearest(str(path), shipped)}")
    if os.path.isfile(path / "model.toml"):
        raise ModelError(f"{path} is a run folder: its model is {path / 'model.toml'}")
    try:
        # Windows may begin a file with its mark
        return read_text(path, "utf-8-sig", MOST_TEXT), str(path)
    except Unreadable as error:
        raise ModelError(f"cannot read the model file {path}: {error}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise ModelError(f"cannot read the model file {path}: {reason}") from None


def to_model(tables: dict[str, Any]) -> Model:
    """Validate nested tables, naming the field of the first mistake."""
    try:
        return Model.model_validate(tables)
    except ValidationError as error:
        raise ModelError(one_line(error, tables)) from None


def one_line(error: ValidationError, given: dict[str, Any], root: type[Section] = Model) -> str:
    """The first field of `root`, a model or one of its sections, that is wrong, and why."""
    first, *others = error.errors()
    path, section = _place(first["loc"]) if root is Model else ([*map(str, first["loc"])], root)
    reason = first.get("ctx", {}).get("error")
    if isinstance(reason, FieldError):
        path = [*path, reason.field]
    if first["type"] == "union_tag_invalid":
        path, tag = [*path, "model"], first["ctx"]["tag"]
        message = f"there is no neuron model {tag!r}{nearest(str(tag), NEURONS)}"
    elif first["type"] == "extra_forbidden":
        message = "there is no such key" + nearest(path[-1], section.model_fields)
    else:
        message = first["msg"].removeprefix("Value error, ")
        if first["type"] not in ("value_error", "missing"):
            message += f", got {shown(first['input'])}"
    where = ".".join(_without_index_of_single_layer(path, given))
    more = f" (and {len(others)} more)" if others else ""
    return printable(f"{where}: {message}{more}" if where else message + more)


def _place(location: tuple) -> tuple[list[str], type[Section]]:
    """The path that a user would write for pydantic's location, and the section it is in."""
    path = [str(part) for part in location]
    if len(path) < 2:
        return path, Model
    layers = {"hidden": HIDDEN, "output": OUTPUT}.get(path[0])
    if layers is None:
        return path, Model.model_fields[path[0]].annotation
    for k in (1, 2):  # pydantic names the neuron model in between
        if path[k : k + 1] and path[k] in layers:
            return path[:k] + path[k + 1 :], layers[path[k]]
    return path, layers[DEFAULT]


def _without_index_of_single_layer(path: list[str], tables: dict[str, Any]) -> list[str]:
    layers = tables.get("hidden")
    several = isinstance(layers, list | tuple) and len(layers) > 1
    return path if several or path[:2] != ["hidden", "0"] else ["hidden", *path[2:]]


def changed(model: Model, given: Iterable[tuple[str, Any]]) -> Model:
    """A copy of `model` with values set by dotted path; see `Model.but`."""
    changes = {path: value for change in given for path, value in _by_field(*change)}
    tables = model.model_dump()
    tables["hidden"] = [layer.model_dump() for layer in model.hidden]
    if N_LAYERS in changes:
        tables["hidden"] = _so_many(tables["hidden"], changes[N_LAYERS])
    # another neuron model has other defaults, and may not have all the parameters
    paths = [path for path in changes if path != N_LAYERS]  # in their order: later ones win
    for path in sorted(paths, key=lambda path: not path.endswith(".model")):
        targets, key = _targets(tables, path)
        for target in targets:
            if key == "model":
                _keep_what_is_no_default(target)
            target[key] = changes[path]
    with accepting(model):  # of the model it was said, and is not said of every copy
        return to_model(tables)


def _by_field(path: str, value: Any):
    """A change as changes of single fields, if it is of a whole section or of several layers."""
    if not isinstance(path, str):
        raise ModelError(f"needs a path such as 'hidden.tau_m', got {shown(path)}")
    is_whole = "." not in path or re.fullmatch(r"hidden\.\d+", path)
    if path == "hidden" and isinstance(value, list | tuple):
        yield N_LAYERS, len(value)
        for k, layer in enumerate(value):
            yield from _by_field(f"hidden.{k}", layer)
    elif is_whole and isinstance(value, Mapping | Section):
        for key, entry in dict(value).items():
            yield f"{path}.{key}", entry
    elif is_whole and path.partition(".")[0] in Model.model_fields:
        raise ModelError(f"{path}: {FORM}, or a dict of fields, got {shown(value)}")
    else:
        yield path, value


def with_absolute_paths(model: Model) -> Model:
    """A copy whose data are found from any folder: relative paths belong to the current one."""
    paths = {f"task.{name}": getattr(model.task, name) for name in PATHS}
    changes = {k: str(Path(path).absolute()) for k, path in paths.items() if path}
    return model.but(changes) if changes else model


def _so_many(layers: list[dict[str, Any]], given: Any) -> list[dict[str, Any]]:
    """The first layers, so many as are given; the last one is repeated where there are fewer."""
    n = whole_number(given)
    if n is None or not 1 <= n <= MOST_LAYERS:
        raise ModelError(f"{N_LAYERS}: needs a number from 1 to {MOST_LAYERS}, got {shown(given)}")
    return [dict(layers[min(k, len(layers) - 1)]) for k in range(n)]


def _targets(tables: dict[str, Any], path: str) -> tuple[list[dict[str, Any]], str]:
    """The tables that a dotted path means, and the key in them."""
    section, *rest = path.split(".")
    if section not in Model.model_fields:
        raise ModelError(f"{path}: there is no such section{nearest(section, Model.model_fields)}")
    if section == "hidden" and rest and rest[0].isdecimal():
        if int(rest[0]) >= len(tables["hidden"]):
            raise ModelError(f"{path}: there are {len(tables['hidden'])} hidden layers, from 0 on")
        targets, rest = [tables["hidden"][int(rest[0])]], rest[1:]
    else:
        targets = tables["hidden"] if section == "hidden" else [tables[section]]
    while len(rest) > 1 and all(isinstance(target.get(rest[0]), dict) for target in targets):
        targets, rest = [target[rest[0]] for target in targets], rest[1:]
    if len(rest) != 1:
        raise ModelError(f"{path}: {FORM}")
    return targets, rest[0]


def _keep_what_is_no_default(layer: dict[str, Any]) -> None:
    role = OUTPUT if "teacher" in layer else HIDDEN
    default = role[layer["model"]]().model_dump()
    for key in [key for key, value in layer.items() if value == default[key]]:
        del layer[key]


def differences(one: Model, other: Model):
    """Fields in which two models differ: (dotted path, value in one, value in the other).

    A latency that is ``"auto"`` counts as the sum that it stands for.
    """
    a, b = (dict(_fields(model.model_dump())) | latencies(model) for model in (one, other))
    for path in {**a, **b}:
        if a.get(path) != b.get(path):
            yield path, a.get(path), b.get(path)


def _fields(value: Any, path: str = ""):
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in entries:
            yield from _fields(entry, f"{path}.{key}" if path else str(key))
    else:
        yield path, value


def parse_setting(text: str) -> tuple[str, Any]:
    """Read ``section.key=value``; the value is TOML where it can be, else plain text."""
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise ModelError(f"--set {text}: needs the form section.key=value")
    try:
        tables = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        tables = {}
    return path.strip(), tables["value"] if len(tables) == 1 else value.strip()


def write_model(model: Model | str | Path, path: str | Path) -> None:
    """Write every field of a model, with its meaning as a comment; `load_model` reads it back."""
    document = tomlkit.document()
    model = as_model(model)
    for name, fields in model.model_dump(exclude_none=True).items():
        record = getattr(model, name)
        if name == "hidden" and isinstance(fields, list):
            tables = tomlkit.aot()
            for layer, layer_fields in zip(record, fields):
                tables.append(_table(layer, layer_fields))
            document.add(name, tables)
        else:
            document.add(name, _table(record[0] if name == "hidden" else record, fields))
    Path(path).write_text(tomlkit.dumps(document), "utf-8")


def _table(record: Section, fields: dict[str, Any]) -> tomlkit.items.Table:
    table = tomlkit.table()
    for key, value in fields.items():
        if value is None:
            continue
        item = tomlkit.item(_item(value))
        table.add(key, item.comment(type(record).model_fields[key].description))
    return table


def _item(value: Any) -> Any:
    """As TOML writes it best: a table on one line, text of several lines as a block."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update({key: _item(entry) for key, entry in value.items()})
        return table
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return list(value) if isinstance(value, tuple) else value
