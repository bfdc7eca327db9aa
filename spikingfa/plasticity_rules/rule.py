"""What a plasticity rule is."""

from abc import ABC
from typing import ClassVar


class PlasticityRule(ABC):
    """How a forward synapse changes: w = w - eta (change + weight_decay w).

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
        What the learning rate is multiplied with, in amp.
    continuous : bool
        Whether w changes in every step, by ``dt*change`` with `change` in amp/second; if not, it
        does so when a presynaptic spike arrives.
    synapse : str
        Equations of the synapse, besides those of its weight.
    pre, pre_spike, pre_onset : str
        Equations of the presynaptic neuron, its statements at a spike and at the onset of a trial.
    sensitivity : str
        Expression for the `sensitivity` of a hidden neuron, in place of that of its model.
    output_sensitivity : str
        The same for an output neuron.
    """

    kind: ClassVar[str]
    reference: ClassVar[str]
    change: ClassVar[str]
    continuous: ClassVar[bool] = False
    synapse: ClassVar[str] = ""
    pre: ClassVar[str] = ""
    pre_spike: ClassVar[str] = ""
    pre_onset: ClassVar[str] = ""
    sensitivity: ClassVar[str] = ""
    # none by default: a silent output neuron must be able to recover
    output_sensitivity: ClassVar[str] = ""
