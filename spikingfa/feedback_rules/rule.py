"""What a feedback rule is."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np

Matrices = dict[str, np.ndarray]


class FeedbackRule(ABC):
    """How strong the feedback synapses are that carry the output's error to the hidden layers.

    The docstring of a rule begins with its formula; B has the shape (n_outputs, n_hidden).

    Attributes
    ----------
    kind : str
        Its name in a model file: ``feedback.kind``.
    local : bool
        Whether a synapse gets by with what is at hand in it and its two neurons. Rules that do
        not are controls.
    follows : bool
        Whether B follows the forward weights. It then does so from chunk to chunk of a training.
    reference : str
        Where the rule was described.
    """

    kind: ClassVar[str]
    local: ClassVar[bool]
    follows: ClassVar[bool] = False
    reference: ClassVar[str]

    @abstractmethod
    def matrices(self, random: Matrices, to_output: Matrices) -> Matrices:
        """B of each layer that the error reaches.

        Parameters
        ----------
        random : dict of ndarray, shape (n_outputs, n_hidden)
            By hidden layer, drawn once for a training, with the root mean square of U[-1, 1].
        to_output : dict of ndarray, shape (n_hidden, n_outputs)
            Forward weights from each hidden layer to the output (A); of a deep layer the product
            of all matrices in between.

        Returns
        -------
        dict of ndarray, shape (n_outputs, n_hidden)
        """


def as_large_as_random(b: np.ndarray) -> np.ndarray:
    """Scale B to the root mean square that U[-1, 1] has, 1 / sqrt(3); zeros stay zeros."""
    rms = np.sqrt(np.mean(b**2))
    return b / (np.sqrt(3) * rms) if rms else b
