"""C++ that a compiler can vectorise, around Brian2's equations and statements.

All-to-all synapses: Brian2 keeps two indices for every synapse, copies the index of every synapse
of a spike into a queue, and gathers through both. Where every neuron projects to every other,
synapse i -> j lies at ``i*stride + j``: one spike is one contiguous row, and no index is needed.
Rows are padded so that each begins where a cache line does. Synapses that learn at postsynaptic
spikes lie by columns, at ``j*stride + i``: feedback synapses, whose error neurons fire seldom.

Statements that are carried out for every synapse in every step go through the same rows.

Thresholds: Brian2 compares and collects in one loop; here the comparison is a loop of its own.

Equations and statements stay the only description of the model; the templates in this folder
change the C++ around them, and the numbers stay the same bit for bit.
"""

import re
from pathlib import Path

from brian2 import Synapses
from brian2.codegen.codeobject import create_runner_codeobj

from spikingfa.engine.draws import KeyedCodeObject, buffered, buffers, one_by_one

DELAYS = Path(__file__).parent / "templates" / "delays.h"

_INDEX = re.compile(r"const int32_t _(pre|post)synaptic_idx = .*;")
_RESTRICTED = re.compile(r"(\w+\s*\*\s*__restrict\s+(\w+)) =")
_INVARIANT = re.compile(r"const \w+ (_lio_\d+) = (.*);")
_NAME = re.compile(r"\b[A-Za-z_]\w*\b")
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\(")
_SHARED = re.compile(r"\[_presynaptic_idx\]\s*[-+*/]?=(?!=)|_vectorisation_idx")
_OF_POST = re.compile(r"\[_postsynaptic_idx\]\s*[-+*/]?=(?!=)")
_LOOP_VARIABLE = {"pre": "_i", "post": "_j"}


def stride(n: int) -> int:
    """Distance of rows of `n` synapses: whole cache lines of 16 singles."""
    return (n + 15) // 16 * 16


def by_column(synapses: Synapses) -> bool:
    """Whether all-to-all synapses lie by columns: those of a postsynaptic neuron side by side."""
    return getattr(synapses, "_by_column", False)


def line(synapses: Synapses) -> int:
    """Number of synapses that lie side by side."""
    return len(synapses.source if by_column(synapses) else synapses.target)


def stride_of(synapses: Synapses) -> int:
    """Distance of the rows or columns of all-to-all synapses."""
    return stride(line(synapses))


def place(synapses: Synapses) -> str:
    """Where synapse i -> j lies, in C++."""
    of_line, within = ("_j", "_i") if by_column(synapses) else ("_i", "_j")
    return f"{of_line}*{stride_of(synapses)}ull + {within}"


def by_row(code: list[str] | str) -> list[str]:
    """Let the loop variables stand for the indices that Brian2 would look up."""
    lines = code.splitlines() if isinstance(code, str) else code
    lines = [_INDEX.sub(_as_loop_variable, line) for line in lines]
    if any("_synaptic_pre[" in line or "_synaptic_post[" in line for line in lines):
        raise NotImplementedError("this Brian2 looks synaptic indices up in a way unknown here")
    return lines


def independent(code: list[str] | str) -> bool:
    """Whether the synapses of one presynaptic neuron can be updated in any order.

    They can unless they write to a presynaptic variable or draw from the random generator. Then
    four spikes are delivered in one pass over j, so that what belongs to j is loaded and stored
    once; each neuron j still sees them one after the other.
    """
    lines = code.splitlines() if isinstance(code, str) else code
    return not any(_SHARED.search(line) for line in lines)


def apart(code: list[str] | str) -> bool:
    """Whether no synapse changes a variable of either neuron, so that their order is free."""
    lines = code.splitlines() if isinstance(code, str) else code
    return independent(lines) and not any(_OF_POST.search(line) for line in lines)


def once(code: list[str] | str, variables: dict) -> list[str]:
    """Let what is computed by a function from constants alone be computed in the first step only.

    These are the decays ``exp(-dt/tau)``: three for each population, in every step.
    """
    constant = {name for name, variable in variables.items() if getattr(variable, "constant", 0)}
    lines = code.splitlines() if isinstance(code, str) else list(code)
    for k, line in enumerate(lines):
        if match := _INVARIANT.fullmatch(line.strip()):
            name, expression = match.groups()
            called = set(_CALLED.findall(expression))
            if set(_NAME.findall(expression)) - called <= constant:
                constant.add(name)
                if called:  # a copy, as gcc does not know that no array overlaps with a static
                    kept = line.strip().replace(name, f"_once{name}", 1)
                    lines[k] = f"static {kept} {line[: line.index('=')]}= _once{name};"
    return lines


def restricted(pointers: list[str] | str) -> list[tuple[str, str]]:
    """Declaration and name of each pointer that Brian2 says no other overlaps with."""
    text = pointers if isinstance(pointers, str) else "\n".join(pointers)
    return _RESTRICTED.findall(text)


def _as_loop_variable(match: re.Match) -> str:
    side = match.group(1)
    return f"const size_t _{side}synaptic_idx = {_LOOP_VARIABLE[side]};"


class VectorisedCodeObject(KeyedCodeObject):
    """Code generation target: ``codeobj_class`` of neuron groups and all-to-all synapses."""

    templater = KeyedCodeObject.templater.derive(
        "spikingfa.engine",
        env_globals={
            "apart": apart,
            "by_column": by_column,
            "buffered": buffered,
            "buffers": buffers,
            "by_row": by_row,
            "independent": independent,
            "once": once,
            "one_by_one": one_by_one,
            "place": place,
            "restricted": restricted,
            "stride_of": stride_of,
        },
        templates_dir="templates/vectorised",
    )

    @classmethod
    def connect(cls, synapses: Synapses, by_column: bool = False) -> None:
        """Connect all to all by rows or columns, where `synapses.connect()` would store indices.

        Brian2 2.11 no longer asks `codeobj_class` how synapses are created.
        """
        synapses._connect_called, synapses._by_column = True, by_column
        lines = len(synapses.target if by_column else synapses.source)
        create_runner_codeobj(
            synapses,
            "",
            "synapses_connect_rows",
            run_namespace={},
            template_kwds={"n": lines * stride_of(synapses)},
            check_units=False,
            codeobj_class=cls,
        )()

    @classmethod
    def by_row(cls, synapses: Synapses) -> None:
        """Let statements that are carried out for every synapse go through them row by row."""
        for runner in synapses.contained_objects:
            if getattr(runner, "template", None) == "stateupdate":
                runner.template = "synapses_stateupdate"
