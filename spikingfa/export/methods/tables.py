"""The tables of a model's description, after Nordlie, Gewaltig & Plesser 2009.

A cell is text in which ``$...$`` is mathematics, and what stands in backquotes is code.
"""

from typing import NamedTuple

from spikingfa.export.methods import mathematics
from spikingfa.export.methods.described import Described
from spikingfa.export.methods.prose import listed, what_it_is
from spikingfa.model.describe import parameter_rows
from spikingfa.model.neurons import NEURONS
from spikingfa.network.blueprint import Population, Projection
from spikingfa.network.feedback import feedback_rule
from spikingfa.rules.plasticity import PLASTICITY


class Table(NamedTuple):
    """A table: what is above it, the names of its columns, its rows."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


class Equations(NamedTuple):
    """Lines of TeX that belong to something, and what is said after them."""

    what: str
    lines: list[str]
    then: str = ""


def tables(d: Described) -> list[Table]:
    """Summary, populations, connectivity."""
    return [
        Table("Summary of the model", ("", ""), _summary(d)),
        Table("Populations", ("population", "elements", "neurons"), _populations(d)),
        Table("Connectivity", ("projection", "from", "to", "pattern"), _connectivity(d)),
    ]


def parameters(d: Described) -> Table:
    """Every parameter that ``spikingfa show`` prints."""
    rows = [
        (f"`{path}`", value, f"{meaning[:1].upper()}{meaning[1:]}")
        for path, value, meaning in parameter_rows(d.model)
    ]
    return Table("Parameters", ("parameter", "value", "meaning"), rows)


def _summary(d: Described) -> list[tuple[str, str]]:
    model, image = d.model, d.topology.stimuli.image
    neurons = dict.fromkeys(layer.model for _, layer in model.layers())
    recorded = listed([f"`{name}`" for name in model.recording.populations])
    return [
        ("Populations", listed([f"`{p.name}`" for p in d.network.populations])),
        ("Topology", f"input: image of {image[0]} x {image[1]} pixels" if image else "none"),
        ("Connectivity", "feed-forward, and feedback of errors"),
        ("Neuron models", "; ".join(what_it_is(NEURONS[name]) for name in neurons)),
        ("Synapse model", "weights are currents, which a spike adds to the synaptic current"),
        ("Plasticity", f"forward: {what_it_is(PLASTICITY[model.plasticity.rule])}"),
        ("Feedback weights", what_it_is(feedback_rule(model))),
        ("Input", f"`{model.task.name}`, coding `{model.input.coding}`"),
        ("Measurements", f"spikes of {recorded} in {model.recording.trials} test stimuli"),
    ]


def _populations(d: Described) -> list[tuple[str, ...]]:
    models = {"output": d.model.output.model} | {
        name: layer.model for name, layer in d.topology.hidden.items()
    }
    return [
        (f"`{p.name}`", f"`{models[p.name]}`" if p.name in models else "see equations", f"{p.size}")
        for p in d.network.populations
    ]


def _connectivity(d: Described) -> list[tuple[str, ...]]:
    return [
        (f"`{p.name}`", f"`{p.pre}`", f"`{p.post}`", _pattern(p.connect))
        for p in d.network.projections
    ]


def _pattern(connect: str) -> str:
    if connect == "all":
        return "all to all"
    one_to_one = connect == "i == j" or connect.endswith("//1")
    return "one to one" if one_to_one else f"where `{connect}`"


def of_populations(d: Described) -> list[Equations]:
    """Equations of the populations, those that are the same once."""
    said = {p.name: _of_population(p) for p in d.network.populations}
    return [Equations(who, *said[names[0]]) for who, names in _alike(said)]


def of_projections(d: Described) -> list[Equations]:
    """What a spike does by each projection, those that do the same once."""
    said = {p.name: _of_projection(p) for p in d.network.projections}
    return [Equations(who, *said[names[0]]) for who, names in _alike(said)]


def _alike(said: dict[str, tuple]) -> list[tuple[str, list[str]]]:
    """Names whose texts are the same, as a list in words, too."""
    groups: dict[str, list[str]] = {}
    for name, text in said.items():
        groups.setdefault(repr(text), []).append(name)
    return [(listed([f"`{name}`" for name in names]), names) for names in groups.values()]


def _of_population(p: Population) -> tuple[list[str], str]:
    then = ""
    if p.threshold:
        does = [line.replace(" &", " ") for line in mathematics.of_statements(p.reset)]
        then = f"A spike where ${mathematics.expression(p.threshold)}$"
        then += f"; then {', '.join(f'${line}$' for line in does)}." if does else "."
    return mathematics.of_equations(p.equations), then


def _of_projection(p: Projection) -> tuple[list[str], str]:
    lines = mathematics.of_equations(p.equations)
    for statements, when in (
        (p.on_pre, "at a presynaptic spike"),
        (p.on_post, "at a postsynaptic spike"),
        (p.continuous, "in every step"),
    ):
        lines += [
            rf"{line} \qquad \text{{({when})}}" for line in mathematics.of_statements(statements)
        ]
    return lines, ""
