"""A network as text: its equations and statements, by population and projection."""

from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.base.text import nearest
from spikingfa.model.describe import indented, parameter_table
from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.model.time_grid import doubts, problems
from spikingfa.network.blueprint import Blueprint, Population, Projection
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.tasks import network_size


def describe(model: Model) -> str:
    """Every parameter with its unit and meaning, what is doubtful, every equation and statement."""
    doubtful = [f"doubtful: {text}" for text in (*problems(model), *doubts(model))]
    return "\n\n".join([parameter_table(model), *doubtful, equations(model)])


def equations(model: Model | str | Path, name: str | None = None) -> str:
    """Equations and statements of a network as Brian2 reads them.

    Parameters
    ----------
    model : Model or str or Path
        A model, or a shipped one's name, or the path of a model file.
    name : str, optional
        A population or a projection, such as ``"hidden"`` or ``"input_to_hidden"``; all by default,
        one after another.

    Raises
    ------
    ModelError
        The network has none of this name.
    """
    model = as_model(model)
    stimuli = Stimuli(*network_size(model.task), 1.0)
    network: Blueprint = blueprint(Topology(model, stimuli))
    begins = "a run" if network.continuous else "a trial"
    texts = {p.name: _population(p, begins) for p in network.populations}
    texts |= {p.name: _projection(p, begins) for p in network.projections}
    if name is None:
        return "\n\n".join(texts.values())
    if name not in texts:
        raise ModelError(f"equations: the network has no {name!r}{nearest(name, texts)}")
    return texts[name]


def _population(p: Population, begins: str) -> str:
    parts = [f"population {p.name}: {p.size} neurons", indented(p.equations)]
    if p.threshold:
        parts += [f"    spike if {p.threshold}", "    then:", indented(p.reset, 8)]
    rest = f"at rest, at the start of {begins}"
    return "\n".join(parts + _statements({rest: p.rest, "at the onset of a trial": p.onset}))


def _projection(p: Projection, begins: str) -> str:
    connect = "all to all" if p.connect == "all" else f"where {p.connect}"
    parts = [f"projection {p.name}: {p.pre} to {p.post}, {connect}"]
    if p.equations:
        parts.append(indented(p.equations))
    statements = {
        "at a presynaptic spike": p.on_pre,
        "at a postsynaptic spike": p.on_post,
        "in every step": p.continuous,
        f"at rest, at the start of {begins}": p.rest,
    }
    return "\n".join(parts + _statements(statements))


def _statements(texts: dict[str, str]) -> list[str]:
    """The statements that there are, each after when it is carried out."""
    return [f"    {when}:\n{indented(text, 8)}" for when, text in texts.items() if text]
