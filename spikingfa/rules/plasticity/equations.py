"""A user's own rule."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from spikingfa.base.text import without_comments
from spikingfa.rules.plasticity.rule import EXPONENTIAL, PlasticityRule, Trace

SENSITIVITIES = ("sensitivity", "output_sensitivity")

#: Numbers and functions: where w is added to itself Brian2 lets sympy simplify the sum, which may
#: drop a unit, as of 0*mV, that Brian2 then misses. So they stand in an equation of their own.
_MAY_VANISH = re.compile(r"[\d(]")

_NAME = re.compile(r"\b[A-Za-z_]\w*\b")


@dataclass(frozen=True)
class Equations(PlasticityRule):
    """dw = -eta change, at every presynaptic spike; with x_pre in it dw/dt = -eta change.

    Your own rule in the model file, read and checked by Brian2. `change` (amp) may name the
    variables of the synapse, such as w, those of its presynaptic neuron, as v_pre, and those of
    its postsynaptic neuron, as v_post. What the error brings is i_apical_post (amp),
    sensitivity_post (0 to 1) is how far the neuron's firing follows its input, and teaching_post
    is what teaches the neuron: in a hidden layer, for most feedback, their product. `sensitivity`
    and `output_sensitivity` are expressions of a hidden and of an output neuron in place of the
    neuron models'; without the latter the output has none, and its teaching_post is i_apical_post.

    x_pre (Hz) is a trace of the presynaptic spikes, which decays with tau_decay and has area 1.
    Where it is named w changes in every step, and `change` is in amp*Hz.

    `synapse` declares variables of the synapse, and abbreviations, each with its unit; the
    statements `step` are carried out in every step, the statements `rest` at the onset of a trial,
    or in continuous operation of a run. They change nothing but these variables.
    The quantities in `parameters` are declared and passed by themselves: a change of one compiles
    nothing. What a sensitivity names belongs to the neuron: in the synapse, width is width_post.
    """

    kind: ClassVar = "equations"
    reference: ClassVar = (
        "Stimberg, Brette & Goodman 2019, eLife 8:e47314; Brian2's documentation, Synapses"
    )

    change: str = "teaching_post"
    trace: Trace | None = None
    synapse: str = ""
    step: str = ""
    rest: str = ""
    parameters: tuple[str, ...] = ()
    post_parameters: tuple[str, ...] = ()
    sensitivity: str = ""
    output_sensitivity: str = ""

    def of(self, section) -> "Equations":
        """The rule whose texts stand in this section, as it is carried out."""
        own = Equations.written(section)
        if not _MAY_VANISH.search(own.change):
            return own
        change = f"change = {own.change} : {own.unit}"
        return replace(own, synapse=f"{own.synapse}\n{change}".strip(), change="change")

    @classmethod
    def written(cls, section) -> "Equations":
        """The same as the section says it."""
        texts = {name: getattr(section, name) for name in ("change", *SENSITIVITIES)}
        texts |= {
            name: without_comments(getattr(section, name)) for name in ("synapse", "step", "rest")
        }
        own = cls(**texts)
        read = set(_NAME.findall("\n".join(texts[name] for name in SENSITIVITIES)))
        return replace(
            own,
            trace=EXPONENTIAL if own.reads("x_pre") else None,
            parameters=tuple(name for name in section.parameters if name not in read),
            post_parameters=tuple(name for name in section.parameters if name in read),
        )

    @property
    def unit(self) -> str:
        """The unit of `change`."""
        return "amp*Hz" if self.trace else "amp"
