"""The figures of a run by their names: which kinds there are, what each needs, and their files.

A new kind is an entry of `KINDS`, and one of `DRAWING` in `spikingfa.plots.figures`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from spikingfa.base.errors import ModelError

if TYPE_CHECKING:  # the command line reads the names of all kinds, and should not wait for Brian2
    from spikingfa.base.indices import Chosen

FIGURES = "figures"
OF_THE_FILE = ("recording", "dpi")  # which no function that draws has
DRAWN = ("learning-curve", "alignment", "raster")  # of every run, when it is done


@dataclass(frozen=True)
class FigureOptions:
    """Options of a figure; each kind has its own defaults.

    `recording` names one of the run's recordings, whose spikes and traces are drawn, `dpi` are
    dots per inch of the file; the others are parameters of the functions in `spikingfa.plots`.
    """

    trials: "Chosen" = None
    populations: Sequence[str] | None = None
    neurons: "Mapping[str, Chosen] | None" = None
    sort: str | None = None
    window: Sequence | None = None
    width: float | None = None
    title: str | None = None
    rasterize: bool | str | None = None
    dpi: float | None = None
    recording: str | None = None

    @property
    def given(self) -> list[str]:
        """Names of what is not left to the figure."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]

    def check(self, kind: str, accepted: Sequence[str]) -> None:
        """Check that this kind of figure has all options that are given.

        Raises
        ------
        ModelError
            It does not have one.
        """
        for name in self.given:
            if name not in accepted:
                raise ModelError(f"{kind} does not go by {name}; it goes by {', '.join(accepted)}")

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of a function that are given."""
        return {name: getattr(self, name) for name in self.given if name not in OF_THE_FILE}


@dataclass(frozen=True)
class FigureSpec:
    """A kind of figure: what it needs of a run, which options it accepts, its file's ending."""

    needs: str
    accepts: tuple[str, ...] = ("width", "dpi")
    ending: str = "png"


_SPIKES = ("trials", "populations", "neurons", "window", "recording")
_CHOSEN = (*_SPIKES, "width", "dpi")
_WHOLE = ("trials", "populations", "window", "recording", "width", "dpi")
_LONG = (*_SPIKES, "title", "rasterize", "width", "dpi")

KINDS = {
    "raster": FigureSpec("recorded spikes", (*_LONG, "sort")),
    "traces": FigureSpec("a recording (spikingfa record)", _LONG),
    "learning-curve": FigureSpec("its history"),
    "alignment": FigureSpec("feedback to a hidden layer"),
    "rates": FigureSpec("its history"),
    "depth": FigureSpec("a history with recording.depth"),
    "weights": FigureSpec("its weights"),
    "receptive-fields": FigureSpec("images as stimuli", ("neurons", "width", "dpi")),
    "confusion": FigureSpec("classes and a test (spikingfa test)"),
    "population-rates": FigureSpec("recorded spikes", _WHOLE),
    "psth": FigureSpec("recorded spikes", _CHOSEN),
    "tuning": FigureSpec("recorded spikes of classes", _CHOSEN),
    "selectivity": FigureSpec("recorded spikes of classes", _WHOLE),
    "isi": FigureSpec("recorded spikes", _WHOLE),
    "correlation": FigureSpec("recorded spikes, and Elephant", (*_CHOSEN, "sort")),
    "fi": FigureSpec("nothing: it is simulated"),
    "animation": FigureSpec("recorded spikes", ("trials", "populations", "recording"), "gif"),
}


def file_name(kind: str) -> str:
    """Name of the file of a kind of figure, where none is given."""
    return f"{kind.replace('-', '_')}.{KINDS[kind].ending}"
