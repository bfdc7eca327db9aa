"""Figures without a window, which stay in the settings in which they were made."""

import io
from typing import Any

import matplotlib.axes
import matplotlib.figure
from matplotlib import rc_context
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import FigureBase
from matplotlib.gridspec import SubplotSpec
from matplotlib.transforms import Bbox

from spikingfa.base.errors import warn
from spikingfa.plots.style import TYPE, settings_now
from spikingfa.plots.text import em, label

#: A legend that takes little room; its frame and text are the user's.
COMPACT = {"handlelength": 1.5, "handletextpad": 0.5, "columnspacing": 1, "labelspacing": 0.3}


class Figure(matplotlib.figure.Figure):
    """A figure in the settings of matplotlib that were in force when it was made.

    Ticks are made when it is drawn, which may be after ``with spikingfa.style()`` has ended.
    Jupyter shows it at the end of a cell. pyplot's inline backend, where it is in use, shows
    figures by itself, and this one once.
    """

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self._settings, self._laid_out = settings_now(), False

    def draw(self, renderer: RendererBase) -> None:
        """Draw it; ticks are made only now."""
        with rc_context(self._settings):
            if self.axes and self.get_layout_engine() and not self._laid_out:
                self.get_layout_engine().execute(self)  # once is not enough beside a colour bar
                self._laid_out = True
            super().draw(renderer)

    def get_tightbbox(self, *args: Any, **kwargs: Any) -> Bbox:
        """Bounding box in inches; here, too, ticks may be made."""
        with rc_context(self._settings):
            return super().get_tightbbox(*args, **kwargs)

    def savefig(self, *args: Any, **options: Any) -> None:
        """Write it; type stays type in PDF, SVG and EPS."""
        with rc_context(self._settings | TYPE):
            super().savefig(*args, **options)

    def _repr_png_(self) -> bytes:
        return png(self)


class Axes(matplotlib.axes.Axes):
    """The axes that a function returns, which show their figure at the end of a cell."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


def png(figure: matplotlib.figure.Figure, dpi: float | str = "figure", **look: Any) -> bytes:
    """All of a figure as a PNG image; `look` is passed on to ``savefig``."""
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=dpi, **look)
    return data.getvalue()


def new_axes(
    size: tuple[float, float] | None = None,
    place: tuple[float, float, float, float] | None = None,
) -> Axes:
    """Axes in a new figure.

    Parameters
    ----------
    size : (float, float), optional
        Width and height in inches; ``figure.figsize`` by default.
    place : (float, float, float, float), optional
        Left, bottom, width, height as parts of the figure; all that labels leave by default.
    """
    figure = Figure(figsize=size, layout=None if place else "constrained")
    ax = Axes(figure, place) if place else Axes(figure, 111)
    figure.add_axes(ax)
    return ax


def single_panel(
    ax: matplotlib.axes.Axes | None, ylabel: str, xlabel: str, labelpad: float | None = None
) -> matplotlib.axes.Axes:
    """The axes, or those of a new figure, with these labels."""
    ax = new_axes() if ax is None else ax
    label(ax, ylabel, xlabel, labelpad)
    return ax


def figure_of(
    drawn: matplotlib.axes.Axes | matplotlib.figure.FigureBase,
) -> matplotlib.figure.Figure:
    """The whole figure that something was drawn into."""
    figure = drawn.get_figure(root=True)
    if figure is None:
        raise ValueError("needs axes of a figure, got axes that were removed from theirs")
    return figure


def renamed(
    figure: FigureBase | SubplotSpec | None, fig: FigureBase | None, whose: str
) -> FigureBase | SubplotSpec | None:
    """`figure`, or what was given by its old name `fig`."""
    if fig is None:
        return figure
    warn(f"{whose}: fig is called figure now")
    return fig


def relative(size: float) -> float:
    """Points that are `size` where text has 7 points."""
    return size * em() / 7
