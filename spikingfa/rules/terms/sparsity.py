"""Synapses that are not there."""

from typing import ClassVar

from spikingfa.rules.terms.term import PlasticityTerm


class Sparsity(PlasticityTerm):
    """w = 0 where mask = 0: of the incoming synapses of a neuron, a part `sparsity` is absent.

    Which ones is drawn: by `connectivity` as many onto each neuron (``fixed_indegree``), as many
    from each (``fixed_outdegree``), or each by chance (``bernoulli``); with `receptive_field`, all
    but a square of the image at a random place. No neuron has a synapse onto itself. The learning
    rate and the initial weights are scaled to the part that is there, as if all pixels were equally
    bright.
    """

    kind: ClassVar = "hidden.sparsity, output.sparsity, hidden.receptive_field"
    reference: ClassVar = (
        "half of all weights removed: Lillicrap et al. 2016, Nat Commun 7:13276; Litwin-Kumar"
        " et al. 2017, Neuron 93:1153; localised random receptive fields: Illing, Gerstner & Brea"
        " 2019, Neural Netw 118:90"
    )
    synapse: ClassVar = "mask : integer (constant)"

    def used(self, path, section) -> bool:
        """Whether some synapses are absent."""
        return path.masked

    def limited(self, w: str) -> str:
        """Zero for ever where it is absent."""
        return f"mask*({w})"
