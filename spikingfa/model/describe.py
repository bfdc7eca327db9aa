"""A model as text: its table of parameters; every neuron model, rule and part."""

from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from typing import Any

from spikingfa.base.text import printable
from spikingfa.model.files import as_model
from spikingfa.model.latencies import latencies
from spikingfa.model.model import Model
from spikingfa.model.neurons import NEURONS, Neuron
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.rules.terms import TERMS
from spikingfa.rules.terms.depth import DEPTH
from spikingfa.rules.terms.lateral import LATERAL


def parameter_table(model: Model | str | Path) -> str:
    """One line a parameter of a model, its name or its file: path, value with unit, meaning."""
    rows = parameter_rows(as_model(model))
    widths = [max(len(row[k]) for row in rows) for k in (0, 1)]
    return "\n".join(
        f"{path:{widths[0]}}  {value:{widths[1]}}  {meaning}".rstrip()
        for path, value, meaning in rows
    )


def parameter_rows(model: Model) -> list[tuple[str, str, str]]:
    """Path, value with its unit, and meaning of every field; of what is ``"auto"`` its value."""
    resolved = latencies(model)
    rows = [row for section in model.model_dump() for row in _rows(model, section)]
    return [(path, resolved.get(path, value), meaning) for path, value, meaning in rows]


def _rows(model: Model, section: str) -> Iterator[tuple[str, str, str]]:
    *hidden, _ = model.layers()
    records = hidden if section == "hidden" else [(section, getattr(model, section))]
    for path, record in records:
        for key, value in record.model_dump().items():
            yield f"{path}.{key}", _text(value), type(record).meaning(key)


def _text(value: Any) -> str:
    if value in ("", {}):
        return "none"
    if isinstance(value, list | tuple):
        return " ".join(f"({_text(one)})" if isinstance(one, dict) else str(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} = {_text(entry)}" for key, entry in value.items())
    if isinstance(value, str):
        return "; ".join(printable(line) for line in value.splitlines())
    if isinstance(value, bool):
        return str(value).lower()  # as in TOML
    return "none" if value is None else str(value)


def neurons() -> str:
    """Every neuron model: its name, formula, reference, parameters with units and defaults."""
    return "\n\n".join(_neuron(name, neuron) for name, neuron in NEURONS.items())


def _neuron(name: str, neuron: type[Neuron]) -> str:
    default = neuron().model_dump(exclude={"model"})
    rows = [(key, _text(value)) for key, value in default.items()]
    width = max(len(key) for key, _ in rows)
    table = [f"{key:{width}}  {text:8}  {neuron.meaning(key)}" for key, text in rows]
    formula = _doc(neuron).replace("\n::\n", "")  # the mark of a block, for documentation tools
    text = f"{formula}\n\n{neuron.reference}"
    return "\n".join([f'model = "{name}"', indented(text), "", indented("\n".join(table))])


def rules() -> str:
    """Every rule and part: what switches it on, its formula and reference, whether it is local."""
    marks = {True: "", False: "  (control: not local)"}
    texts = [_part(f'feedback.kind = "{r.kind}"{marks[r.local]}', r) for r in RULES.values()]
    texts += [_part(f'plasticity.rule = "{rule.kind}"', rule) for rule in PLASTICITY.values()]
    parts = (*TERMS.values(), *LATERAL.values(), *DEPTH.values())
    texts += [_part(part.kind, part) for part in parts]
    return "\n\n".join(texts)


def _doc(part: object) -> str:
    return getdoc(part) or ""


def _part(title: str, part: Any) -> str:
    return "\n".join([title, indented(_doc(part)), indented(part.reference)])


def indented(text: str, by: int = 4) -> str:
    """The lines of a text, moved to the right."""
    return "\n".join(f"{' ' * by}{line}".rstrip() for line in text.strip().splitlines())
