"""A trial as an animation: spikes as they come, the stimulus, the answer as it forms."""

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from brian2.units.fundamentalunits import Quantity
from matplotlib.animation import AbstractMovieWriter, FFMpegWriter, PillowWriter

from spikingfa.base.errors import DataError, SelectionError
from spikingfa.base.indices import read_indices
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.plots.film import Film, Scene
from spikingfa.plots.saving import replacing
from spikingfa.plots.selection import choose_populations
from spikingfa.plots.style import STYLE
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
DPI, FPS = 200, 20  # 960 x 540 dots: text of 7 points is readable in a talk
MAX_FRAMES, HELD = 90, 10  # frames of the trial, and how often the last one is repeated
MAX_BANDS = 9  # by default; where there are more, the errors of hidden layers are left out
#: A talk's sizes, whatever those of figures are: colours and fonts are the user's.
SIZES = {name: value for name, value in STYLE.items() if re.search("size|width|pad|savefig", name)}


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
        film = Film(scene, shown)
        writer.setup(film.figure, str(part), DPI)
        with progress_shown(progress):
            _write_frames(film, writer, [*times, *[times[-1]] * HELD])


def _write_frames(film: Film, writer: AbstractMovieWriter, times: Sequence[float]) -> None:
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
