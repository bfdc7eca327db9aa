"""Changes of a model by dotted path, and in what two models differ."""

import re
import tomllib
from collections.abc import Container, Iterable, Mapping
from typing import Any

from spikingfa.base.errors import ModelError
from spikingfa.base.plain_values import whole_number
from spikingfa.base.text import nearest, shown
from spikingfa.model.latencies import latencies
from spikingfa.model.layers import HIDDEN, OUTPUT, Hidden
from spikingfa.model.mistakes import validated
from spikingfa.model.section import Section, say_renamed
from spikingfa.model.time_grid import accepting

#: No field, but a change: how many hidden layers there are.
N_LAYERS = "hidden.layers"
MAX_LAYERS = 100
#: Nor is this: how many of the lowest hidden layers do not learn or, below 0, of the highest.
N_FROZEN = "hidden.frozen"
#: Fields by their old names, by section.
RENAMED = {"hidden": Hidden.renamed}
FORM = "needs the form section.key=value, such as hidden.tau_m=10 ms"


def changed(model, given: Iterable[tuple[str, Any]]):
    """A copy of `model` with values set by dotted path; see `Model.but`."""
    fields = type(model).model_fields
    changes = {path: value for change in given for path, value in _by_field(fields, *change)}
    tables = model.model_dump()
    tables["hidden"] = [layer.model_dump() for layer in model.hidden]
    if N_LAYERS in changes:
        tables["hidden"] = _so_many(tables["hidden"], changes[N_LAYERS])
    if N_FROZEN in changes:
        _freeze(tables["hidden"], changes[N_FROZEN])
    # in their order: later ones win
    paths = [path for path in changes if path not in (N_LAYERS, N_FROZEN)]
    # another neuron model has other defaults, and may not have all the parameters
    for path in sorted(paths, key=lambda path: not path.endswith(".model")):
        targets, key = _targets(tables, path)
        if new := RENAMED.get(path.partition(".")[0], {}).get(key):
            say_renamed(key, new)
            key = new
        for target in targets:
            if key == "model":
                _keep_what_is_no_default(target)
            target[key] = changes[path]
    with accepting(model):  # of the model it was said, and is not said of every copy
        return validated(type(model), tables)


def _by_field(fields: Container[str], path: str, value: Any):
    """A change as changes of single fields, if it is of a whole section or of several layers."""
    if not isinstance(path, str):
        raise ModelError(f"needs a path such as 'hidden.tau_m', got {shown(path)}")
    is_whole = "." not in path or re.fullmatch(r"hidden\.\d+", path)
    if path == "hidden" and isinstance(value, list | tuple):
        yield N_LAYERS, len(value)
        for k, layer in enumerate(value):
            yield from _by_field(fields, f"hidden.{k}", layer)
    elif is_whole and isinstance(value, Mapping | Section):
        for key, entry in dict(value).items():
            yield f"{path}.{key}", entry
    elif is_whole and path.partition(".")[0] in fields:
        raise ModelError(f"{path}: {FORM}, or a dict of fields, got {shown(value)}")
    else:
        yield path, value


def _so_many(layers: list[dict[str, Any]], given: Any) -> list[dict[str, Any]]:
    """The first layers, so many as are given; the last one is repeated where there are fewer."""
    n = whole_number(given)
    if n is None or not 1 <= n <= MAX_LAYERS:
        raise ModelError(f"{N_LAYERS}: needs a number from 1 to {MAX_LAYERS}, got {shown(given)}")
    return [dict(layers[min(k, len(layers) - 1)]) for k in range(n)]


def _freeze(layers: list[dict[str, Any]], given: Any) -> None:
    """Let the lowest layers keep their weights, so many as are given, and the others learn."""
    n = whole_number(given)
    if n is None or abs(n) > len(layers):
        raise ModelError(
            f"{N_FROZEN}: needs a number from 0 to {len(layers)}, or with a minus to count from"
            f" above, got {shown(given)}"
        )
    frozen = range(n) if n >= 0 else range(len(layers) + n, len(layers))
    for k, layer in enumerate(layers):
        layer["plastic"] = k not in frozen


def _targets(tables: dict[str, Any], path: str) -> tuple[list[dict[str, Any]], str]:
    """The tables that a dotted path means, and the key in them."""
    section, *rest = path.split(".")
    if section not in tables:
        raise ModelError(f"{path}: there is no such section{nearest(section, tables)}")
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


def differences(one, other):
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
