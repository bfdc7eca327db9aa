"""The base class of terms of plasticity."""

from abc import ABC, abstractmethod
from typing import ClassVar


class PlasticityTerm(ABC):
    """A term that any plasticity rule may be combined with; compiled in only where it is used.

    The docstring of a term begins with its formula. Its texts are read by Brian2, and name what
    those of a rule may name: the synapse and its two neurons.

    Attributes
    ----------
    kind : str
        The fields of a model file that switch it on.
    reference : str
        Where it was described.
    change : str
        What is added to the change of the rule, in amp, at each presynaptic spike. Rules that
        change w in every step weigh it with the presynaptic trace.
    fluctuation : str
        The same for what is drawn anew each time, whose variances add up.
    synapse : str
        Equations of the synapse.
    parameters : tuple of str
        Fields of `Plasticity` that the synapse needs.
    post, post_spike : str
        Equations of the postsynaptic neuron, and its statement at a spike.
    post_parameters : tuple of str
        Fields of `Plasticity` that the postsynaptic neuron needs.
    pre : str
        Equations of the presynaptic neuron.
    """

    kind: ClassVar[str]
    reference: ClassVar[str]
    change: ClassVar[str] = ""
    fluctuation: ClassVar[str] = ""
    synapse: ClassVar[str] = ""
    parameters: ClassVar[tuple[str, ...]] = ()
    post: ClassVar[str] = ""
    post_spike: ClassVar[str] = ""
    post_parameters: ClassVar[tuple[str, ...]] = ()
    pre: ClassVar[str] = ""

    @abstractmethod
    def used(self, path, section) -> bool:
        """Whether it is in the synapses of this `Pathway` where `Plasticity` is `section`."""

    def limited(self, w: str) -> str:
        """The new weight, an expression, kept where it may be."""
        return w
