"""Figures that keep their look under any settings, and show themselves in notebooks."""

import io

import matplotlib
import matplotlib.axes
import matplotlib.figure

from spikingfa.plots.style import SAVING, STYLE


class Figure(matplotlib.figure.Figure):
    """A figure in the look of this package, whatever matplotlib's settings are when it is drawn.

    Jupyter shows it at the end of a cell. pyplot's inline backend, where it is in use, shows
    figures by itself, and this one once.
    """

    def draw(self, renderer):
        """Draw it; ticks are made only now."""
        with matplotlib.rc_context(STYLE):
            super().draw(renderer)

    def get_tightbbox(self, *args, **kwargs):
        """Bounding box in inches; here, too, ticks may be made."""
        with matplotlib.rc_context(STYLE):
            return super().get_tightbbox(*args, **kwargs)

    def _repr_png_(self) -> bytes:
        return png(self)


class Axes(matplotlib.axes.Axes):
    """The axes that a function returns, which show their figure at the end of a cell."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


def png(figure: matplotlib.figure.Figure, dpi: float | str = "figure", **look) -> bytes:
    """All of a figure as a PNG image; `look` is passed on to ``savefig``."""
    data = io.BytesIO()
    with matplotlib.rc_context(STYLE | SAVING):
        figure.savefig(data, format="png", dpi=dpi, **look)
    return data.getvalue()


def new_axes(size: tuple[float, float], place: tuple[float, float, float, float]) -> Axes:
    """Axes in a new figure.

    Parameters
    ----------
    size : (float, float)
        Width and height in inches.
    place : (float, float, float, float)
        Left, bottom, width, height as parts of the figure.
    """
    return Figure(figsize=size).add_axes(place, axes_class=Axes)


def sized(
    figure: matplotlib.figure.Figure | None, width: float | None, usual: float
) -> matplotlib.figure.Figure:
    """The figure to draw in, for which no layout engine moves axes that have their place.

    Parameters
    ----------
    figure : matplotlib.figure.Figure, optional
        The user's; a new one by default.
    width : float, optional
        Inches; of the user's figure its own, of a new one `usual` by default.
    """
    if figure is None:
        figure, width = Figure(), width or usual
    figure.set_layout_engine("none")
    if width:
        figure.set_figwidth(width)
    return figure
