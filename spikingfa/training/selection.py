"""Selections of variables, neurons and synapses, such as ``hidden.v[0:10]``."""

import re
from dataclasses import dataclass

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.base.indices import read_indices
from spikingfa.base.text import nearest
from spikingfa.engine.traced import traceable
from spikingfa.network.blueprint import Blueprint

_FORM = re.compile(r"\s*([A-Za-z]\w*\.[A-Za-z]\w*)\s*(?:\[(.*)\]\s*)?")


@dataclass(frozen=True)
class Selection:
    """A variable of some neurons (n,), or of some synapses as pairs (n, 2)."""

    name: str
    unit: str
    which: np.ndarray


def select(text: str, blueprint: Blueprint) -> Selection:
    """Read what a user asks for.

    Parameters
    ----------
    text : str
        ``"hidden.v"`` means all neurons, ``"hidden.v[3]"``, ``"hidden.v[0:10]"`` and
        ``"hidden.v[0:10, 20]"`` some; ``"input_to_hidden.w[0:3, 5]"`` synapses, presynaptic
        neurons before the comma and postsynaptic ones behind it, as in Brian2.

    Raises
    ------
    ModelError
        It has another form, or the network does not have this variable or these neurons.
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise ModelError(f"cannot record {text!r}: needs a form such as hidden.v or hidden.v[0:10]")
    name, brackets = match.groups()
    known = traceable(blueprint)
    if name not in known:
        raise ModelError(f"cannot record {name!r}: there is no such variable{nearest(name, known)}")
    group = name.partition(".")[0]
    try:
        of_synapses = group in (projection.name for projection in blueprint.projections)
        which = _synapses if of_synapses else _neurons
        return Selection(name, known[name], which(group, brackets, blueprint))
    except ValueError as error:
        raise ModelError(f"cannot record {text!r}: {error}") from None


def _neurons(group: str, brackets: str | None, blueprint: Blueprint) -> np.ndarray:
    return read_indices(brackets, blueprint.population(group).size, f"neurons of {group}")


def _synapses(group: str, brackets: str | None, blueprint: Blueprint) -> np.ndarray:
    projection = blueprint.projection(group)
    parts = [None, None] if brackets is None else brackets.split(",")
    if len(parts) != 2:
        raise ValueError(f"synapses need two indices, as in {group}.w[0:3, 5]")
    sides = (projection.pre, projection.post)
    pre, post = (
        read_indices(part, blueprint.population(name).size, f"neurons of {name}")
        for part, name in zip(parts, sides)
    )
    return np.stack(np.meshgrid(pre, post, indexing="ij"), axis=-1).reshape(-1, 2)
