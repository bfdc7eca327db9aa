"""The base class of plasticity rules."""

import re
from abc import ABC
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Trace:
    """A trace of the spikes of a presynaptic neuron, as Brian2 reads it: `x`, in Hz.

    Its area is 1 for each spike: a change of w by ``dt*x_pre*...`` in every step adds up to what a
    change by ``...`` at each spike would.
    """

    equations: str
    spike: str
    rest: str
    parameters: tuple[str, ...]


#: Jumps at a spike and decays.
EXPONENTIAL = Trace(
    equations="dx/dt = -x / tau_decay : Hz",
    spike="x += 1/tau_decay",
    rest="x = 0*Hz",
    parameters=("tau_decay",),
)

#: Rises and decays like the potential that the spike evokes.
POSTSYNAPTIC_POTENTIAL = Trace(
    equations="dx/dt = (x_rise - x) / tau_decay : Hz\ndx_rise/dt = -x_rise / tau_rise : Hz",
    spike="x_rise += 1/tau_rise",
    rest="x = 0*Hz\nx_rise = 0*Hz",
    parameters=("tau_decay", "tau_rise"),
)


class PlasticityRule(ABC):
    """A rule by which plastic synapses change: w = w - eta (change + weight_decay w).

    The docstring of a rule begins with its formula. All its texts are read by Brian2; they may
    name variables of the synapse, of its presynaptic (``_pre``) and of its postsynaptic neuron
    (``_post``), and nothing else. At hand in a postsynaptic neuron are `i_apical` (the current
    that the error brings, in amp), `sensitivity` (0 to 1), `teaching` (their product), and its
    soma.

    Attributes
    ----------
    kind : str
        Its name in a model file: ``plasticity.rule``.
    reference : str
        Where the rule was described.
    change : str
        What the learning rate is multiplied with, in amp; in amp*Hz where there is a trace.
    trace : Trace, optional
        Of the presynaptic spikes. With it w changes in every step, by ``dt*change``; without, when
        a presynaptic spike arrives.
    synapse : str
        Equations of the synapse, besides those of its weight.
    step, rest : str
        Statements of the synapse: in every step before w changes, and those that put it to rest.
    parameters : tuple of str
        Fields of `Plasticity` that the synapse needs, such as ``"tau_eligibility"``.
    post_parameters : tuple of str
        The same for the postsynaptic neuron and its `sensitivity`.
    needs : tuple of str
        Variables and parameters that a neuron model must have.
    sensitivity : str
        Expression for the `sensitivity` of a hidden neuron, in place of that of its model.
    output_sensitivity : str
        The same for an output neuron.
    """

    kind: ClassVar[str]
    reference: ClassVar[str]
    change: ClassVar[str]
    trace: ClassVar[Trace | None] = None
    synapse: ClassVar[str] = ""
    step: ClassVar[str] = ""
    rest: ClassVar[str] = ""
    parameters: ClassVar[tuple[str, ...]] = ()
    post_parameters: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = ()
    sensitivity: ClassVar[str] = ""
    # none by default: a silent output neuron must be able to recover
    output_sensitivity: ClassVar[str] = ""

    def of(self, section) -> "PlasticityRule":
        """The rule as it is with this `Plasticity`: itself, unless its texts stand there."""
        return self

    def reads(self, name: str) -> bool:
        """Whether a synapse reads this variable."""
        texts = "\n".join((self.change, self.synapse, self.step))
        return re.search(rf"\b{name}\b", texts) is not None
