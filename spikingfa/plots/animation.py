"""A trial as an animation: spikes as they come, the stimulus, the answer as it forms."""

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from brian2.units.fundamentalunits import Quantity
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from spikingfa.base.errors import DataError, SelectionError
from spikingfa.base.indices import read_indices
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.plots.bands import Band, draw_spikes, numbers_width, write_name
from spikingfa.plots.colours import cycle, muted
from spikingfa.plots.headings import draw_borders
from spikingfa.plots.saving import replacing
from spikingfa.plots.selection import Order, choose_populations
from spikingfa.plots.style import STYLE, literal
from spikingfa.plots.text import label
from spikingfa.plots.trials import join_trials, seconds
from spikingfa.run_folder.opening import as_run, spikes_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.tasks import Data
from spikingfa.training.run_data import data_for
from spikingfa.training.session import one_of_each_class_first

FFMPEG_LIMIT = 300  # seconds for ffmpeg to take a frame, or to end


class _FFmpeg(FFMpegWriter):
    """The program ffmpeg, which is stopped when it does not go on."""

    def grab_frame(self, **options: Any) -> None:
        with self._limited():
            super().grab_frame(**options)

    def finish(self) -> None:
        with self._limited():
            super().finish()

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        timer = threading.Timer(FFMPEG_LIMIT, self._proc.kill)
        timer.start()
        try:
            yield
        except (BrokenPipeError, subprocess.CalledProcessError):
            raise ValueError(
                f"the program ffmpeg failed, or did not go on for {FFMPEG_LIMIT:g} s; a name in"
                " .gif needs none"
            ) from None
        finally:
            timer.cancel()


WRITERS = {"gif": PillowWriter, "mp4": _FFmpeg}
SIZE, DPI, FPS = (4.8, 2.7), 200, 20  # 960 x 540 dots: text of 7 points is readable in a talk
MAX_FRAMES, HELD = 90, 10  # frames of the trial, and how often the last one is repeated
LEFT, RIGHT, BOTTOM, TOP, SIDE = 0.86, 0.12, 0.36, 0.2, 1.25  # inches
LOW = 22.0  # points; in bands that are lower there is room for a name only
MAX_BANDS = 9  # by default; where there are more, the errors of hidden layers are left out
FEW = 20  # up to so many outputs have their names beside their bars
#: A talk's sizes, whatever those of figures are: colours and fonts are the user's.
SIZES = {name: value for name, value in STYLE.items() if re.search("size|width|pad|savefig", name)}


@dataclass(frozen=True)
class Scene:
    """A trial, and what is known about it.

    `counted_from` is the time (s since the onset) from which output spikes count.
    """

    spikes: Spikes
    image: np.ndarray | None = None
    classes: tuple[str, ...] = ()
    counted_from: float = 0.0

    @property
    def label(self) -> str:
        """The true class."""
        return self.spikes.labels[0]


def animate_trial(
    source: Run | str | Path | Spikes,
    path: str | os.PathLike[str],
    *,
    trial: int = 0,
    populations: Sequence[str] | None = None,
    step: float | Quantity | str | None = None,
    image: np.ndarray | None = None,
    data: Data | None = None,
    progress: bool = True,
) -> None:
    """Write an animation of a trial: its raster fills up, and bars count the output spikes.

    Parameters
    ----------
    source : Spikes, Run, str or Path
        Recorded spikes, or a run or its folder. Of a run, the stimulus is shown too, if it is an
        image.
    path : str or path-like
        File to write or replace: ``.gif``, or ``.mp4`` where there is a program ffmpeg. An
        interrupted call leaves no partial file.
    trial : int
        Which of the recorded trials; negative numbers count from the end.
    populations : sequence of str, optional
        Populations to draw, as in `plot_raster`; all by default, but errors of hidden layers
        where they are too many.
    step : float or Quantity, optional
        Time from frame to frame, in seconds if it has no unit; at least 1 ms and as much as makes
        90 frames by default, which are shown in 4.5 seconds.
    image : ndarray, shape (rows, columns), optional
        The stimulus, where it is not known from the run.
    data : Data, optional
        What the run was tested on, if not on what its model names.
    progress : bool
        Whether progress is shown on stderr, where it takes more than two seconds.

    Raises
    ------
    ValueError
        If the ending is not known, there is no ffmpeg, a population was not recorded, or the step
        is none.
    SelectionError
        If the trial was not recorded, or there are several.
    FileNotFoundError
        If the folder does not exist.
    """
    source = as_run(source) if isinstance(source, str | Path) else source
    spikes = spikes_of(source)
    number, *more = read_indices(trial, len(spikes.onsets), "trials")
    if more:
        raise SelectionError(f"an animation is of one trial, got {1 + len(more)}")
    shown = choose_populations(populations, spikes.populations)
    if populations is None and len(shown) > MAX_BANDS:
        shown = [name for name in shown if not re.match("error_.*hidden", name)]
    times = _times(step, spikes.duration)
    scene = Scene(join_trials(spikes, np.array([number])), image)
    if isinstance(source, Run):
        scene = _of_run(scene, source, number, data)
    with replacing(path, WRITERS) as (part, kind), matplotlib.rc_context(SIZES):
        writer = WRITERS[kind](fps=FPS)
        if not WRITERS[kind].isAvailable():
            raise ValueError(
                "there is no program ffmpeg, which .mp4 needs; a name in .gif needs none"
            )
        film = _Film(scene, shown)
        writer.setup(film.figure, str(part), DPI)
        with progress_shown(progress):
            _write_frames(film, writer, [*times, *[times[-1]] * HELD])


def _write_frames(film: "_Film", writer: AbstractMovieWriter, times: Sequence[float]) -> None:
    try:
        with Waiting("drawing the animation", len(times), " frames") as waiting:
            for time in times:
                film.show(time)
                writer.grab_frame()
                waiting.update()
    except BaseException:
        with contextlib.suppress(Exception):  # ends ffmpeg
            writer.finish()
        raise
    with Waiting("writing the animation"):
        writer.finish()


def _times(step: Any, duration: float) -> np.ndarray:
    """When frames are, in seconds since the onset; the last one at the end."""
    chosen = max(1e-3, duration / MAX_FRAMES) if step is None else seconds(step)
    if not 1e-6 <= chosen <= duration:
        raise ValueError(
            f"step: needs a time within a trial of {1e3 * duration:g} ms, got {1e3 * chosen:g} ms"
        )
    n = int(np.ceil(duration / chosen - 1e-6))
    return np.minimum(chosen * np.arange(1, n + 1), duration)


def _of_run(scene: Scene, run: Run, number: int, data: Data | None) -> Scene:
    scene = replace(scene, counted_from=float(run.trained_model.output.readout_latency))
    if run.data:
        scene = replace(scene, classes=run.data.classes)
    try:
        data = data_for(run, data)
    except DataError:
        return scene  # nothing to be seen of the stimulus
    scene = replace(scene, classes=data.classes)
    if data.image is None or scene.image is not None:
        return scene
    shown = one_of_each_class_first(data.y_test, run.model.recording.trials)[number]
    return replace(scene, image=np.reshape(data.x_test[shown], data.image))


class _Film:
    """A figure that shows a trial up to any time."""

    def __init__(self, scene: Scene, shown: list[str]):
        self.scene, self.figure = scene, Figure(figsize=SIZE, layout="none")
        self.bars = ()
        has_bars = "output" in scene.spikes.populations
        side = SIDE + 0.35 if has_bars or scene.image is not None else 0.0
        frame = self._axes(LEFT, BOTTOM, SIZE[0] - LEFT - RIGHT - side, _height(1))
        draw_borders(frame, scene.spikes, 72 * SIZE[0])
        self.bands = [self._band(frame, shown, k) for k in range(len(shown))]
        self.clock = frame.axvline(0, color=muted(), linewidth=0.7)
        place = {"transform": frame.transAxes, "va": "bottom"}
        self.time = frame.text(0, 1.01, "", **place)
        self.answer = frame.text(1, 1.01, "", ha="right", weight="bold", **place)
        if scene.image is not None:
            self._image(0.45 if has_bars else 1.0)
        if has_bars:
            self._bars(0.5 if scene.image is not None else 1.0)

    def _axes(self, left: float, bottom: float, width: float, height: float, **look: Any) -> Axes:
        """Axes at a place in inches."""
        wide, high = SIZE
        place = (left / wide, bottom / high, width / wide, height / high)
        return self.figure.add_axes(place, **look)

    def _band(self, frame: Axes, shown: list[str], k: int) -> tuple[Line2D, tuple[Any, ...]]:
        """A band of the raster; returns its line, and all that the line shows in the end."""
        name, spikes = shown[k], self.scene.spikes
        height = _height(1) / len(shown)
        bottom = BOTTOM + (len(shown) - 1 - k) * height
        place = LEFT, bottom + 0.03, SIZE[0] * frame.get_position().width, height - 0.06
        ax = self._axes(*place, sharex=frame, facecolor="none")
        size = spikes.sizes[spikes.populations.index(name)]
        drawn = Band(name, Order(np.arange(size)), size)
        draw_spikes(ax, drawn, *spikes.of(name), rasterize=False)
        if 72 * height < LOW:
            ax.set_yticks([])
            look = {"ha": "right", "va": "center", "transform": ax.transAxes}
            ax.text(-0.03, 0.5, literal(name.replace("_", " ")), **look)
        else:
            write_name(ax, drawn, numbers_width([drawn]))
        if k == len(shown) - 1:
            ax.tick_params(bottom=True, labelbottom=True)
            ax.spines["bottom"].set_visible(True)
            ax.set_xlabel("time (ms)", labelpad=2)
        return ax.lines[0], ax.lines[0].get_data()

    def _image(self, part: float) -> None:
        height = _height(part)
        place = SIZE[0] - SIDE - RIGHT, SIZE[1] - TOP - height, SIDE, height - 0.05
        ax = self._axes(*place, anchor="N")
        ax.imshow(self.scene.image, cmap="gray")
        ax.set_axis_off()
        ax.set_title(f"true class {literal(self.scene.label)}", pad=3)

    def _bars(self, part: float) -> None:
        spikes = self.scene.spikes
        n = spikes.sizes[spikes.populations.index("output")]
        names = self.scene.classes if len(self.scene.classes) == n else tuple(map(str, range(n)))
        ax = self._axes(SIZE[0] - SIDE - RIGHT, BOTTOM, SIDE, _height(part) - 0.05)
        label(ax, xlabel="output spikes", labelpad=2)
        colours = [cycle()[2] if name == self.scene.label else muted(0.4) for name in names]
        self.bars = ax.barh(np.arange(n), np.zeros(n), color=colours)
        ax.set_xlim(0, self._counts(spikes.duration).max() + 1)
        ax.set_ylim(n - 0.5, -0.5)
        shown = names if n <= FEW else ()
        ax.set_yticks(range(len(shown)), [literal(name) for name in shown])
        ax.tick_params(axis="y", length=0)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))

    def _counts(self, time: float) -> np.ndarray:
        """Spikes of each output that count at this time."""
        t, i = self.scene.spikes.of("output")
        size = self.scene.spikes.sizes[self.scene.spikes.populations.index("output")]
        counted = (t >= self.scene.counted_from - 1e-9) & (t < time)
        return np.bincount(i[counted], minlength=size)

    def show(self, time: float) -> None:
        """Let the figure be what is known at this time (s since the onset)."""
        for line, (t, i) in self.bands:
            past = t < 1e3 * time
            line.set_data(t[past], i[past])
        self.clock.set_xdata([1e3 * time] * 2)
        self.time.set_text(f"{1e3 * time:.0f} ms")
        if self.bars:
            for bar, count in zip(self.bars, self._counts(time)):
                bar.set_width(count)
        spikes = self.scene.spikes
        if self.scene.label and time >= spikes.duration:
            right = spikes.predictions[0] == self.scene.label
            self.answer.set_color(cycle()[2 if right else 1])
            self.answer.set_text(f"predicted {literal(spikes.predictions[0])}")


def _height(part: float) -> float:
    """Height between the margins."""
    return part * (SIZE[1] - BOTTOM - TOP)
