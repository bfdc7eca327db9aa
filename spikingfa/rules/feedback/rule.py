"""The base class of feedback rules."""

from abc import ABC, abstractmethod
from typing import ClassVar, Literal

import numpy as np

Matrices = dict[str, np.ndarray]


class FeedbackRule(ABC):
    """A rule for the feedback synapses, which carry the error to the hidden layers.

    The docstring of a rule begins with its formula; B has the shape (n_source, n_hidden), where
    the source is what the error comes from: the output, or the next layer.

    Attributes
    ----------
    kind : str
        Its name in a model file: ``feedback.kind``.
    reference : str
        Where the rule was described.
    local : bool
        Whether a synapse gets by with what is at hand in it and its two neurons. Rules that do
        not are controls.
    path : str
        ``"direct"``: from the output straight to every hidden layer; ``"layerwise"``: to each
        layer from the next one, whose own error neurons pass on what reached it; ``"none"``.
    follows : bool
        Whether B follows the forward weights. It then does so from chunk to chunk of a training.
    learn : str
        Where B is plastic: the statement that changes it at a spike of its hidden neuron.
    learn_after : float
        How long after that spike, in seconds.
    synapse : str
        Parameters of the statement.
    output_error, hidden_error : str
        Equations that it needs in the error neurons of the output, and of hidden layers.
    error_rest : str
        Statements that put those of the output to rest.
    mirrors : bool
        Whether B learns in phases of its own, when noise drives the network and nothing else.
    signed : bool
        Whether errors of either sign pull hidden neurons either way; if not, all excite.
    needs_noise : bool
        Whether hidden neurons must have a noise current.
    teaching : str
        What teaches a hidden neuron, in amp: an expression in its variables.
    hidden : str
        Equations that hidden neurons get for it.
    hidden_rest : str
        Statements that put them to rest.
    """

    kind: ClassVar[str]
    reference: ClassVar[str]
    local: ClassVar[bool]
    path: ClassVar[Literal["direct", "layerwise", "none"]]
    follows: ClassVar[bool] = False
    learn: ClassVar[str] = ""
    learn_after: ClassVar[float] = 0.0
    synapse: ClassVar[str] = ""
    output_error: ClassVar[str] = ""
    hidden_error: ClassVar[str] = ""
    error_rest: ClassVar[str] = ""
    mirrors: ClassVar[bool] = False
    signed: ClassVar[bool] = True
    needs_noise: ClassVar[bool] = False
    teaching: ClassVar[str] = "i_apical*sensitivity"
    hidden: ClassVar[str] = ""
    hidden_rest: ClassVar[str] = ""

    @property
    def learns(self) -> bool:
        """Whether B is plastic."""
        return bool(self.learn)

    @abstractmethod
    def matrices(self, random: Matrices, forward: Matrices) -> Matrices:
        """B of each layer that the error reaches.

        Parameters
        ----------
        random : dict of ndarray, shape (n_source, n_hidden)
            By hidden layer, drawn once for a training, with the root mean square of U[-1, 1].
        forward : dict of ndarray, shape (n_hidden, n_source)
            Forward weights from each hidden layer to its source of errors (A); to the output of a
            deep network the product of all matrices in between.

        Returns
        -------
        dict of ndarray, shape (n_source, n_hidden)
        """


def as_large_as_random(b: np.ndarray) -> np.ndarray:
    """Scale B to the root mean square that U[-1, 1] has, 1 / sqrt(3); zeros stay zeros."""
    rms = np.sqrt(np.mean(b**2))
    return b / (np.sqrt(3) * rms) if rms else b
