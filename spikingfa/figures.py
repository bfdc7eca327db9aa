"""The figures of a run: which kinds there are, what each needs, and their files.

A new kind is an entry of `KINDS`, and a function of its name in `spikingfa.figure_kinds`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from spikingfa.errors import ModelError, SpikingFAError

if TYPE_CHECKING:  # the command line reads the names of all kinds, and should not wait for Brian2
    from spikingfa.indices import Chosen
    from spikingfa.run_folder import Run
    from spikingfa.run_writer import RunWriter

FIGURES = "figures"
DRAWN = ("learning_curve", "alignment", "raster")  # of every run, when it is done


@dataclass(frozen=True)
class View:
    """What of a run is drawn; each kind of figure has its own default.

    `recording` names one of the run's recordings, whose spikes and traces are drawn; the others
    are parameters of the functions in `spikingfa.plots`.
    """

    trials: "Chosen" = None
    populations: Sequence[str] | None = None
    neurons: "Mapping[str, Chosen] | None" = None
    sort: str | None = None
    window: Sequence | None = None
    width: float | None = None
    title: str | None = None
    recording: str | None = None

    @property
    def given(self) -> list[str]:
        """Names of what is not left to the figure."""
        return [field.name for field in fields(self) if getattr(self, field.name) is not None]


@dataclass(frozen=True)
class Kind:
    """A kind of figure: what it needs of a run, what of a `View` it heeds, its file's ending."""

    needs: str
    heeds: tuple[str, ...] = ("width",)
    ending: str = "png"


_SPIKES = ("trials", "populations", "neurons", "window", "width", "title", "recording")

KINDS = {
    "raster": Kind("recorded spikes", (*_SPIKES, "sort")),
    "traces": Kind("a recording (spikingfa record)", _SPIKES),
    "learning-curve": Kind("its history"),
    "alignment": Kind("feedback to a hidden layer"),
    "rates": Kind("its history"),
    "weights": Kind("its weights"),
    "receptive-fields": Kind("images as stimuli", ("neurons", "width")),
    "confusion": Kind("classes and a test (spikingfa test)"),
    "population-rates": Kind(
        "recorded spikes", ("trials", "populations", "window", "width", "recording")
    ),
    "fi": Kind("nothing: it is simulated"),
    "animation": Kind("recorded spikes", ("trials", "populations", "recording"), "gif"),
}


def write_figure(run: "Run", kind: str, path: Path, view: View | None = None) -> None:
    """Draw a figure of a run into a file, which is there whole or not at all.

    Raises
    ------
    ModelError
        There is no such kind of figure, or it cannot be drawn of this run or of this view.
    RunFolderError
        The run lacks what it needs.
    """
    view = view or View()
    _check(kind, view)
    module = import_module("spikingfa.figure_kinds")
    try:
        module.write(getattr(module, _name(kind)), run, view, path)
    except SpikingFAError:
        raise
    except (ValueError, IndexError, KeyError) as error:
        raise ModelError(str(error)) from None


def write_figures(
    run: "Run", folder: Path, view: View | None = None
) -> Iterator[tuple[str, Path | None, str]]:
    """Draw every figure that a run has the data for.

    Yields
    ------
    kind : str
    path : Path or None
        The file that was written.
    reason : str
        Why none was.
    """
    for kind in KINDS:
        path = folder / file_name(kind)
        try:
            write_figure(run, kind, path, _heeded(kind, view or View()))
            yield kind, path, ""
        except SpikingFAError as error:
            yield kind, None, str(error)


def draw_figures(run: "Run", writer: "RunWriter") -> None:
    """Draw what a run that is done recorded into ``figures/`` of its folder."""
    module = import_module("spikingfa.figure_kinds")
    has = {
        "learning_curve": True,
        "alignment": any(column.startswith("angle_") for column in run.history),
        "raster": run.model.recording.trials > 0,
    }
    for name in DRAWN:
        if has[name]:
            draw = getattr(module, name)
            writer.write(
                f"{FIGURES}/{name}.png", lambda path, d=draw: module.write(d, run, View(), path)
            )


def file_name(kind: str) -> str:
    """Name of the file of a kind of figure, where none is given."""
    return f"{_name(kind)}.{KINDS[kind].ending}"


def _name(kind: str) -> str:
    return kind.replace("-", "_")


def _heeded(kind: str, view: View) -> View:
    return View(**{name: getattr(view, name) for name in KINDS[kind].heeds})


def _check(kind: str, view: View) -> None:
    from spikingfa.plain_text import nearest

    if kind not in KINDS:
        raise ModelError(f"there is no kind of figure {kind!r}{nearest(kind, KINDS)}")
    for name in view.given:
        if name not in KINDS[kind].heeds:
            takes = ", ".join(KINDS[kind].heeds)
            raise ModelError(f"{kind} does not go by {name}; it goes by {takes}")
