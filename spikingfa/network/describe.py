"""A network as text: its equations and statements, by population and projection."""

from spikingfa.model.describe import indented, parameter_table
from spikingfa.model.model import Model
from spikingfa.model.time_grid import doubts, faults
from spikingfa.network.blueprint import Blueprint
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.tasks import network_size


def describe(model: Model) -> str:
    """Every parameter with its unit and meaning, what is doubtful, every equation and statement."""
    doubtful = [f"doubtful: {text}" for text in (*faults(model), *doubts(model))]
    return "\n\n".join([parameter_table(model), *doubtful, equations(model)])


def equations(model: Model) -> str:
    """The equations as Brian2 reads them, by population and projection."""
    network: Blueprint = blueprint(model, Stimuli(*network_size(model.task), 1.0))
    begins = "a run" if network.continuous else "a trial"
    texts = [_population(p, begins) for p in network.populations]
    texts += [_projection(p, begins) for p in network.projections]
    return "\n\n".join(texts)


def _population(p, begins: str) -> str:
    parts = [f"population {p.name}: {p.size} neurons", indented(p.equations)]
    if p.threshold:
        parts += [f"    spike if {p.threshold}", "    then:", indented(p.reset, 8)]
    if p.rest:
        parts += [f"    at rest, at the start of {begins}:", indented(p.rest, 8)]
    if p.onset:
        parts += ["    at the onset of a trial:", indented(p.onset, 8)]
    return "\n".join(parts)


def _projection(p, begins: str) -> str:
    connect = "all to all" if p.connect == "all" else f"where {p.connect}"
    parts = [f"projection {p.name}: {p.pre} to {p.post}, {connect}"]
    if p.equations:
        parts.append(indented(p.equations))
    if p.on_pre:
        parts += ["    at a presynaptic spike:", indented(p.on_pre, 8)]
    if p.on_post:
        parts += ["    at a postsynaptic spike:", indented(p.on_post, 8)]
    if p.continuous:
        parts += ["    in every step:", indented(p.continuous, 8)]
    if p.rest:
        parts += [f"    at rest, at the start of {begins}:", indented(p.rest, 8)]
    return "\n".join(parts)
