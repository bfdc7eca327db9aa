"""The raster of recorded spikes on a page: zoomed, scrolled and asked with the pointer."""

import html
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spikingfa.base.files import written_whole
from spikingfa.base.indices import Chosen, read_indices
from spikingfa.base.progress import Waiting
from spikingfa.export.interactive.html import rendered
from spikingfa.export.interactive.raster_data import raster_values
from spikingfa.plots.figures import as_model_error, chosen_spikes
from spikingfa.plots.kinds import FigureOptions
from spikingfa.plots.saving import about_size
from spikingfa.plots.selection import choose_populations
from spikingfa.plots.trials import join_trials
from spikingfa.run_folder.opening import spikes_of
from spikingfa.run_folder.recording import Recording
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes

FRAME_HEIGHT = 720  # pixels in a notebook, until the page says how high it is
ACCEPTED = ("trials", "populations", "title", "recording")  # of the options of figures


@dataclass(frozen=True, repr=False)
class InteractiveRaster:
    """A page with a raster; a notebook shows it where it stands last in a cell.

    Attributes
    ----------
    page : str
        The page, HTML that needs no other file and loads nothing.
    n_spikes : int
        How many spikes it holds.
    """

    page: str
    n_spikes: int

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page and return its file, which is replaced whole or not at all.

        Raises
        ------
        RunFolderError
            The file cannot be written.
        """
        path = Path(path)
        written_whole(path, lambda unfinished: unfinished.write_text(self.page, "utf-8"))
        return path

    def __repr__(self) -> str:
        size = len(self.page.encode()) / 1e6
        return f"InteractiveRaster({self.n_spikes} spikes, {size:.1f} MB of HTML; .save(path))"

    def _repr_html_(self) -> str:
        # a document of its own: its styles and scripts meet no others
        return (
            f'<iframe srcdoc="{html.escape(self.page)}" title="Raster of the recorded spikes"'
            f' style="width: 100%; height: {FRAME_HEIGHT}px; border: 0"></iframe>'
        )


def interactive_raster(
    spikes: Spikes | Run | Recording | str | Path,
    *,
    trials: Chosen = None,
    populations: Sequence[str] | None = None,
    title: str | None = None,
) -> InteractiveRaster:
    """Draw recorded spikes on a page: zoom, scroll, switch populations, ask for a spike.

    The wheel and dragging zoom, the bar scrolls; at the pointer stand the neuron of a spike, its
    time, trial, and the trial's classes. It is drawn by the browser from the spikes themselves, a
    hundred thousand of them at once; ``plot_raster`` is the figure for a paper.

    Parameters
    ----------
    spikes : Spikes, Run, Recording, str or Path
        Recorded spikes, times in seconds; or the run or recording that has them, or its folder.
    trials : int, slice, sequence of int, mask, or str, optional
        Trials to draw, in this order, one directly after another, in any form that `plot_raster`
        has; all by default.
    populations : sequence of str, optional
        Populations to draw, from top to bottom; all by default. ``"hidden"`` stands for
        ``"hidden_0"``, ``"hidden_1"``, ... where there are several.
    title : str, optional
        Heading of the page.

    Returns
    -------
    InteractiveRaster
        It is shown in a notebook; ``.save("raster.html")`` writes a page that needs no other file.

    Raises
    ------
    ValueError
        If a population was not recorded.
    SelectionError
        If a trial was not recorded.
    """
    spikes = spikes_of(spikes)
    shown = choose_populations(populations, spikes.populations)
    numbers = read_indices(trials, len(spikes.onsets), "trials")
    values = raster_values(join_trials(spikes, numbers), shown, numbers)
    about = {"title": title or "Recorded spikes", "note": spikes.note}
    n_spikes = sum(entry["n_spikes"] for entry in values["legend"])
    return InteractiveRaster(rendered("page.html", about | values), n_spikes)


def write_raster(run: Run, path: Path, view: FigureOptions) -> str:
    """Write the page of a run's raster; return how large it is, in words.

    Raises
    ------
    ModelError
        It does not go by one of the options, or they choose what was not recorded.
    RunFolderError
        The run recorded no spikes, or the file cannot be written.
    """
    view.check("an interactive raster", ACCEPTED)
    with as_model_error(), Waiting("making the page"):
        raster = interactive_raster(chosen_spikes(run, view), **view.parameters)
    return f"{raster.n_spikes} spikes, {about_size(raster.save(path))}"
