"""A trial as a film: its raster up to a time, its stimulus, and the output spikes so far."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.bands import Band, draw_spikes, numbers_width, write_name
from spikingfa.plots.colours import cycle, muted
from spikingfa.plots.headings import draw_borders
from spikingfa.plots.selection import Order
from spikingfa.plots.style import literal
from spikingfa.plots.text import label
from spikingfa.run_folder.spikes import Spikes

SIZE = (4.8, 2.7)  # inches
LEFT, RIGHT, BOTTOM, TOP, SIDE = 0.86, 0.12, 0.36, 0.2, 1.25  # inches
LOW = 22.0  # points; in bands that are lower there is room for a name only
FEW = 20  # up to so many outputs have their names beside their bars


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


class Film:
    """A figure that shows a trial up to any time, one after the other."""

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
