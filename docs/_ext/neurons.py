"""The page of neuron models, from their classes."""

from markdown import escaped, prose, table

from spikingfa.model.describe import parameter_rows
from spikingfa.model.layers import HIDDEN, OUTPUT
from spikingfa.model.model import Model
from spikingfa.model.neurons import NEURONS

HEAD = """# Neuron models

`hidden.model` and `output.model` name one of these; `spikingfa show --neurons` prints the same.
What they have in common, how to write your own, and how neurons are made to differ is described in
[Neurons](../guide/neurons.md).
"""


def page() -> str:
    """All of them."""
    return "\n\n".join([HEAD, *map(_neuron, NEURONS)]) + "\n"


def _neuron(name: str) -> str:
    neuron = NEURONS[name]
    return "\n\n".join(
        [
            f"## `{name}`",
            prose(neuron.__doc__),
            f"Reference: {escaped(neuron.reference)}.",
            table(("field", "hidden", "output", "meaning"), _rows(name)),
            f"```{{brian2}} hidden\n:set: hidden.model={name}\n:part: soma\n```",
        ]
    )


def _rows(name: str):
    hidden, output = HIDDEN[name], OUTPUT[name]
    model = Model(hidden={"model": name}, output={"model": name})
    values = {path: value for path, value, _ in parameter_rows(model)}
    for field in (*NEURONS[name].parameter_names, "i_init"):
        about = hidden.model_fields[field].description
        assert about == output.model_fields[field].description
        cells = (_code(values[f"{layer}.{field}"]) for layer in ("hidden", "output"))
        yield f"`{field}`", *cells, escaped(about)


def _code(value: str) -> str:
    return f"`{value}`" if value else "none"
