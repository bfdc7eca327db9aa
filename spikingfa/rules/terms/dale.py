"""Dale's law."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class DalesLaw(PlasticityTerm):
    """polarity_pre w >= 0: all synapses of a neuron excite (polarity 1), or all inhibit (-1).

    A part `excitatory` of the presynaptic neurons excites; which ones is drawn. A weight that would
    change its sign stops at zero. Initial weights are balanced: excitation and inhibition cancel
    on average, and the root mean square is what it is without signs.
    """

    kind: ClassVar = "input.excitatory, hidden.excitatory"
    reference: ClassVar = (
        "Eccles, Fatt & Koketsu 1954, J Physiol 126:524; balance: van Vreeswijk & Sompolinsky 1996,"
        " Science 274:1724"
    )
    pre: ClassVar = "polarity : 1 (constant)"

    def used(self, path, section) -> bool:
        """Whether the presynaptic neurons have signs."""
        return path.excitatory is not None

    def limited(self, w: str) -> str:
        """Clipped at zero."""
        return f"polarity_pre*clip(polarity_pre*({w}), 0*amp, 1*amp)"
