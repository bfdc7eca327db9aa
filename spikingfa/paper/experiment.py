"""The base class of experiments of the article, and of the claims after them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from spikingfa.paper.tables import Tables
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import style

#: What was measured, whether the claim holds, and numbers.
Verdict = tuple[str, bool, dict[str, float]]


@dataclass(frozen=True)
class Claim:
    """A claim of the article, and what was measured.

    Attributes
    ----------
    claim : str
    measured : str
        In words, with numbers.
    holds : bool or None
        None where a quick run cannot tell.
    numbers : dict of float
        What the verdict was reached by.
    """

    claim: str
    measured: str
    holds: bool | None
    numbers: dict[str, float]

    @classmethod
    def not_run(cls, claim: str) -> "Claim":
        """One whose experiment a quick run leaves out."""
        return cls(claim, "not part of a quick run", None, {})


class Experiment(ABC):
    """An experiment: what is done with one seed, and what the tables of all seeds say.

    The docstring says what is done, and which values are not in the article and were chosen here.

    Attributes
    ----------
    name : str
        On the command line.
    shows : str
        What of the article it repeats.
    seeds : int
        How many seeds are run where nothing is said; `few` of a quick run.
    spiking : bool
        Whether it is done with spiking neurons, on Brian2.
    size : (float, float)
        Width and height of the figure in inches.
    """

    name: ClassVar[str]
    shows: ClassVar[str]
    seeds: ClassVar[int]
    few: ClassVar[int]
    spiking: ClassVar[bool] = False
    size: ClassVar[tuple[float, float]] = (7.0, 2.6)

    @property
    def key(self) -> str:
        """The name among all experiments, and of the folder."""
        return f"{self.name}_spiking" if self.spiking else self.name

    @abstractmethod
    def one(self, seed: int, quick: bool) -> Tables:
        """Carry it out with one seed; quickly, on less, to see that all is well."""

    @abstractmethod
    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the tables of all seeds, where the first column is "seed"."""

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Draw them in an empty figure; needed where `figure` is not overridden."""
        raise NotImplementedError(f"{type(self).__name__} needs draw(figure, tables)")

    def figure(self, tables: Tables) -> Figure:
        """Draw them, in the look of all figures."""
        with style():
            figure = Figure(figsize=self.size)
            self.draw(figure, tables)
        return figure
