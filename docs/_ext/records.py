"""The page of parameters: every section of a model, from its record."""

from typing import Literal, get_args, get_origin

from markdown import escaped, table

from spikingfa.model.describe import parameter_rows
from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Model
from spikingfa.model.neurons import NEURONS, Neuron

HEAD = """# Parameters

Every field of a model: what `spikingfa show MODEL` lists, `--set` and
[`but`](../reference/models.md) change, and a model file sets. Values have units; any unit of the
right kind is understood. Names follow PyNN.
"""

#: Sections whose fields do not depend on the neuron model.
SECTIONS = ("task", "input", "feedback", "plasticity", "training", "recording")

NOTES = {
    "task": "Stimuli and their split: see [Tasks and your own data](../guide/tasks.md).",
    "input": "See [Input, teacher, read-out](../guide/coding.md).",
    "feedback": "See [Feedback rules](../guide/feedback.md).",
    "plasticity": "See [Plasticity rules](../guide/plasticity.md).",
    "training": "See [Runs and reproducibility](../guide/runs.md).",
    "recording": "Spikes that every run keeps; any variable can be"
    " [recorded later](../guide/recording.md).",
}


def page() -> str:
    """All sections."""
    parts = [HEAD]
    parts += [_section("task"), _section("input")]
    parts += [_layer("hidden", Hidden), _layer("output", Output), _neuron_fields()]
    parts += [_section(name) for name in SECTIONS[2:]]
    return "\n\n".join(parts) + "\n"


def rows(path: str, names) -> list[tuple[str, str, str]]:
    """Of the fields of this section that have one of these names."""
    fields = type(_record(path)).model_fields
    of = {p: (value, text) for p, value, text in parameter_rows(Model())}
    found = ((name, *of[f"{path}.{name}"]) for name in names)
    return [
        (f"`{path}.{name}`", _value(value), escaped(text) + _choice(fields[name].annotation))
        for name, value, text in found
    ]


def _choice(annotation) -> str:
    """The words that a field may be, if it is one of a few."""
    words = get_args(annotation) if get_origin(annotation) is Literal else ()
    return f": {', '.join(f'`{word}`' for word in words)}" if words else ""


def _record(path: str):
    found = getattr(Model(), path)
    return found[0] if path == "hidden" else found


def _value(text: str) -> str:
    return "none" if text == "none" else f"`{text}`"


def _table(found) -> str:
    return table(("field", "default", "meaning"), found)


def _section(name: str) -> str:
    record = _record(name)
    about = " ".join((type(record).__doc__ or "").split())
    names = list(type(record).model_fields)
    return f"## `{name}`\n\n{escaped(about)} {NOTES[name]}\n\n{_table(rows(name, names))}"


def _layer(name: str, role) -> str:
    about = " ".join(role.__doc__.split())
    own = _table(rows(name, role.model_fields))
    return f"## `{name}`\n\n{escaped(about)}\n\n{own}"


def _neuron_fields() -> str:
    common = [name for name in Neuron.model_fields if name != "model"]
    models = ", ".join(f"`{name}`" for name in NEURONS)
    row = ("`hidden.model`, `output.model`", "`lif`", f"neuron model: {models}")
    found = [row, *rows("hidden", common)]
    return (
        "### Neurons of a layer\n\n"
        "What every neuron model has, in `hidden` and in `output`. The parameters of each one stand"
        f" with its equations: [Neuron models](neuron-models.md).\n\n{_table(found)}"
    )
