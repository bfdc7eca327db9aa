"""Model files: TOML to a :class:`~spikingfa.model.model.Model` and back."""

import os
import tomllib
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import tomlkit

from spikingfa.base.errors import ModelError
from spikingfa.base.reading import read_text, readable
from spikingfa.base.text import nearest, shown
from spikingfa.model.mistakes import validated
from spikingfa.model.model import Model
from spikingfa.model.section import STORED, Section
from spikingfa.model.time_grid import accepting

PATHS = ("file", "test_file", "folder")  # of a task
MAX_TEXT = 2**20  # characters of a model file; the shipped ones have two thousand at most


def shipped_models() -> dict[str, str]:
    """Names of the shipped models, each with the first comment line of its file."""
    texts = {name: file.read_text("utf-8") for name, file in _shipped().items()}
    return {name: text.splitlines()[0].lstrip("# ").strip() for name, text in texts.items()}


def _shipped() -> dict[str, Traversable]:
    """Files in `models/` inside an installed wheel, or beside the package in a checkout."""
    inside = files("spikingfa") / "models"
    folder = inside if inside.is_dir() else Path(__file__).parents[2] / "models"
    return {
        path.name.removesuffix(".toml"): path
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    }


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
    token = STORED.set(True)
    try:
        with accepting():
            return load_model(path)
    finally:
        STORED.reset(token)


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
    with readable(f"the model file {path}", "not UTF-8 text", ModelError, (OSError, ValueError)):
        # Windows may begin a file with its mark
        return read_text(path, "utf-8-sig", MAX_TEXT), str(path)


def with_absolute_paths(model: Model) -> Model:
    """A copy whose data are found from any folder: relative paths belong to the current one."""
    paths = {f"task.{name}": getattr(model.task, name) for name in PATHS}
    changes = {k: str(Path(path).absolute()) for k, path in paths.items() if path}
    return model.but(changes) if changes else model


def to_model(tables: dict[str, Any]) -> Model:
    """Validate nested tables, naming the field of the first mistake."""
    return validated(Model, tables)


def write_model(model: Model | str | Path, path: str | Path) -> None:
    """Write every field of a model, with its meaning as a comment; `load_model` reads it back."""
    document = tomlkit.document()
    model = as_model(model)
    for name in type(model).model_fields:
        records = getattr(model, name) if name == "hidden" else [getattr(model, name)]
        tables = [_table(record) for record in records]
        document.add(name, tables[0] if len(tables) == 1 else tomlkit.items.AoT(tables))
    Path(path).write_text(tomlkit.dumps(document), "utf-8")


def _table(record: Section) -> tomlkit.items.Table:
    table = tomlkit.table()
    for key, value in record.model_dump(exclude_none=True).items():
        item, meaning = tomlkit.item(_item(value)), type(record).meaning(key)
        if isinstance(item, tomlkit.items.AoT):  # which has no line of its own for a comment
            table.add(tomlkit.comment(meaning))
            table.add(key, item)
        else:
            table.add(key, item.comment(meaning))
    return table


def _item(value: Any) -> Any:
    """A value as TOML writes it best: a table on one line, text of several lines as a block."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        table.update({key: _item(entry) for key, entry in value.items()})
        return table
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return list(value) if isinstance(value, tuple) else value
