"""What an experiment of the article is, and what comes out of one."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from matplotlib.figure import Figure

Table = dict[str, np.ndarray]


@dataclass(frozen=True)
class Claim:
    """Something that the article says, and what was measured.

    Attributes
    ----------
    claim : str
    measured : str
        In words, with numbers.
    holds : bool
    numbers : dict of float
        What the verdict was reached by.
    """

    claim: str
    measured: str
    holds: bool
    numbers: dict[str, float]


@dataclass(frozen=True)
class Result:
    """Tables by the names of their files, columns of one length each; and the claims."""

    tables: dict[str, Table]
    claims: list[Claim]


class Experiment(ABC):
    """An experiment.

    The docstring says what is done, and which values are not in the article and were chosen here.

    Attributes
    ----------
    name : str
        On the command line.
    shows : str
        What of the article it repeats.
    seeds : int
        How many seeds are run where nothing is said; `few` of a quick run.
    """

    name: ClassVar[str]
    shows: ClassVar[str]
    seeds: ClassVar[int]
    few: ClassVar[int]

    @abstractmethod
    def run(self, seeds: list[int]) -> Result:
        """Carry it out with each seed."""

    @abstractmethod
    def figure(self, result: Result) -> Figure:
        """Draw what came out."""
