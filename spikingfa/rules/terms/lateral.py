"""Synapses besides those from each layer to the next: past layers, and within one."""

from typing import ClassVar


class Recurrence:
    """i_syn_j += w_ij at a spike of neuron i of the same hidden layer, i != j.

    The weights are random at first (SD of the current: i_recurrent, in amp) and fixed, or learn
    by the rule of the forward synapses, from the same error current.
    """

    kind: ClassVar = "hidden.recurrent"
    reference: ClassVar = (
        "fixed: Maass, Natschlaeger & Markram 2002, Neural Comput 14:2531; plastic: Bellec et al."
        " 2020, Nat Commun 11:3625"
    )


class Inhibition:
    """i_syn_j -= inhibition (amp) at a spike of any other output neuron: winner-take-all."""

    kind: ClassVar = "output.inhibition"
    reference: ClassVar = "Maass 2000, Neural Comput 12:2519; Diehl & Cook 2015, FCN 9:99"


class Skip:
    """i_syn_j += w_ij at a spike of neuron i of an earlier population than the layer before.

    The weights are random at first (SD of the current: i_skip, in amp) and learn by the rule of the
    forward synapses. The learning rate of a layer is divided by the number of pathways into it.
    """

    kind: ClassVar = "hidden.skip"
    reference: ClassVar = (
        "in the cortex: Felleman & Van Essen 1991, Cereb Cortex 1:1; in deep networks: Huang et al."
        " 2017, CVPR"
    )


#: Synapses past layers and within one, by the fields of a model file that switch them on.
LATERAL = {part.kind: part for part in (Skip, Recurrence, Inhibition)}
