"""Courses over the time since the onset: of each population, or of one by class."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from spikingfa.base.indices import Chosen, read_indices
from spikingfa.plots.colours import colour_of, colours_of_classes
from spikingfa.plots.figure import single_panel
from spikingfa.plots.selection import check_by_class, choose_populations, classes_of
from spikingfa.plots.style import literal
from spikingfa.plots.trials import choose_window
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

MAX_CLASSES = 12  # that are named one by one

#: Draws values of trials (n_trials, n_times) in a colour, by a name if there is one.
Draw = Callable[[np.ndarray, str, str | None], None]


@dataclass(frozen=True)
class Courses:
    """What a figure of courses shows.

    Attributes
    ----------
    spikes : Spikes
        All recorded trials.
    names : list of str
        Populations.
    trials : ndarray of int
    window : (float, float)
        Begin and end in seconds since the onset.
    by_class : bool
    """

    spikes: Spikes
    names: list[str]
    trials: np.ndarray
    window: tuple[float, float]
    by_class: bool

    @classmethod
    def chosen(
        cls,
        source: Spikes | Run | str | Path,
        populations: Sequence[str] | None,
        trials: Chosen,
        window: Sequence | None,
        by_class: bool,
    ) -> "Courses":
        """Those that the parameters of a figure choose.

        Raises
        ------
        ValueError
            A population was not recorded, the window is none, there are no classes, or there are
            several populations by class.
        SelectionError
            There is no such trial, or none is chosen.
        """
        spikes = spikes_of(source)
        names = choose_populations(populations, spikes.populations)
        which = read_indices(trials, len(spikes.onsets), "trials")
        one = cls(spikes, names, which, choose_window(window, spikes.duration), by_class)
        if by_class:
            check_by_class(names, one.labels)
        return one

    @property
    def labels(self) -> list[str]:
        """The class of each trial."""
        return [self.spikes.labels[k] for k in self.trials]

    def panel(self, ax: Axes | None, what: str) -> Axes:
        """Axes for them; by class the population stands beside the axis."""
        about = f"{self.names[0].replace('_', ' ')} rate (Hz)" if self.by_class else what
        return single_panel(ax, literal(about), "time since the onset (ms)", labelpad=2)

    def draw(self, rates: Mapping[str, np.ndarray], draw: Draw) -> None:
        """Draw the rates (n_recorded_trials, n_times) of each population in the chosen trials."""
        for name, of_all in rates.items():
            values = of_all[self.trials]
            if self.by_class:
                self._draw_classes(values, draw)
            else:
                draw(values, colour_of(name), literal(name.replace("_", " ")))

    def _draw_classes(self, values: np.ndarray, draw: Draw) -> None:
        labels, names = self.labels, classes_of(self.labels)
        for name, colour in zip(names, colours_of_classes(len(names))):
            named = literal(name) if len(names) <= MAX_CLASSES else None
            draw(values[[label == name for label in labels]], colour, named)
