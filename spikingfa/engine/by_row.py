"""Synapses that may be compiled row by row, and the reason against others."""

import re

from spikingfa.network.blueprint import Blueprint, Projection

_NAME = re.compile(r"\b[A-Za-z_]\w*\b")


def by_row_problem(blueprint: Blueprint, projection: Projection) -> str | None:
    """Why a projection takes Brian2's own path, or None if it is compiled row by row."""
    if not blueprint.vectorised:
        return "the blueprint asks for Brian2's own code"
    if projection.connect != "all":
        return f"not all-to-all but {projection.connect}"
    if {"i", "j"} & set(_NAME.findall("\n".join(projection.statements))):
        return "its statements use the index i or j"
    return None
