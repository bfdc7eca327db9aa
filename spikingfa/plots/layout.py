"""Several panels in a figure, a subfigure or a cell of a grid, with margins in points.

Places are matplotlib's `axes_grid1.Divider`'s, which finds them when the figure is drawn.
"""

import contextlib
from collections.abc import Sequence

import matplotlib.figure
import numpy as np
from matplotlib import rc_context, rcParams
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.gridspec import GridSpecFromSubplotSpec, SubplotSpec
from mpl_toolkits.axes_grid1 import Divider
from mpl_toolkits.axes_grid1.axes_size import Fixed, Scaled

from spikingfa.plots.figure import Figure
from spikingfa.plots.text import LEAST_PT, em, points_of

#: What several panels are drawn into.
Where = FigureBase | SubplotSpec
_TEXTS = ("axes.labelsize", "axes.titlesize", "legend.fontsize", "xtick.labelsize")
_TEXTS += ("ytick.labelsize", "legend.title_fontsize", "figure.titlesize")


def canvas(figure: Where | None, width: float | None, usual: float) -> FigureBase:
    """What to draw several panels into.

    Parameters
    ----------
    figure : Figure, SubFigure or SubplotSpec, optional
        The user's, such as a cell of a GridSpec; a new figure by default.
    width : float, optional
        Inches of the figure; of the user's its own, of a new one `usual` by default.

    Raises
    ------
    ValueError
        It is a cell of a grid that has no figure, or that lies within another grid.
    """
    if figure is None:
        figure, width = Figure(layout="none"), width or usual
    if isinstance(figure, SubplotSpec):
        grid = figure.get_gridspec()
        if isinstance(grid, GridSpecFromSubplotSpec):
            raise ValueError("figure: needs a cell of a whole figure's grid, got one within a cell")
        if grid.figure is None:
            raise ValueError("figure: the cell's grid has none; needs GridSpec(..., figure=figure)")
        return grid.figure.add_subfigure(figure)
    if isinstance(figure, matplotlib.figure.Figure):
        figure.set_layout_engine("none")
        if width:
            figure.set_figwidth(width)
    return figure


def size_of(figure: FigureBase) -> np.ndarray:
    """Width and height in points."""
    return 72 * figure.bbox.size / figure.dpi


@contextlib.contextmanager
def text_that_fits(figure: FigureBase, wide: float, high: float):
    """Make text smaller while panels are drawn into a figure that is narrow or low.

    Parameters
    ----------
    wide, high : float
        What they need, as multiples of the size of text.
    """
    width, height = size_of(figure)
    least = min(LEAST_PT, em())
    part = max(min(1.0, width / (wide * em()), height / (high * em())), least / em())
    numbers = {name: part * rcParams[name] for name in _TEXTS if isinstance(rcParams[name], float)}
    before = set(figure.axes)
    with rc_context(numbers | {"font.size": part * em()}):
        yield
        for ax in figure.axes:
            if part < 1 and ax not in before:
                for axis in "xy":
                    points = points_of(rcParams[f"{axis}tick.labelsize"])
                    ax.tick_params(axis, which="both", labelsize=points)


def panels(
    figure: FigureBase,
    columns: Sequence[float],
    rows: Sequence[float],
    *,
    margins: tuple[float, float, float, float],
    gaps: tuple[float | Sequence[float], float | Sequence[float]],
    **options,
) -> np.ndarray:
    """Axes in a grid.

    Parameters
    ----------
    figure : Figure or SubFigure
    columns, rows : sequence of float
        Widths and heights as parts of what margins and gaps leave.
    margins : (float, float, float, float)
        Points left, right, beneath and above all.
    gaps : (float, float), or sequences
        Points between columns, and between rows.
    **options
        Of ``add_axes``.

    Returns
    -------
    ndarray of Axes, shape (n_rows, n_columns)
        From the top left.
    """
    cells = cells_of(figure, columns, rows, margins=margins, gaps=gaps)
    axes = [[put(figure, cell, **options) for cell in row] for row in cells]
    return np.array(axes, object)


def cells_of(figure: FigureBase, columns, rows, *, margins, gaps) -> list[list]:
    """Places of axes in a grid, as `panels` has them; beside and above them are others."""
    left, right, bottom, top = margins
    across = [Fixed(left / 72), *_parts(columns, gaps[0]), Fixed(right / 72)]
    upward = [Fixed(bottom / 72), *_parts(rows[::-1], _reversed(gaps[1])), Fixed(top / 72)]
    divider = Divider(figure, (0, 0, 1, 1), across, upward)
    n = len(rows)
    return [
        [divider.new_locator(1 + 2 * x, 1 + 2 * (n - 1 - y)) for x in range(len(columns))]
        for y in range(n)
    ]


def whole(figure: FigureBase, margins: tuple[float, float, float, float]):
    """The place of all that margins leave."""
    return cells_of(figure, [1], [1], margins=margins, gaps=(0, 0))[0][0]


def put(figure: FigureBase, place, **options) -> Axes:
    """Axes at a place that is found when they are drawn."""
    ax = figure.add_axes((0, 0, 1, 1), axes_locator=place, **options)
    ax.apply_aspect(place(ax, None))  # so that it is known now, too
    return ax


def _parts(parts: Sequence[float], gaps) -> list:
    """Sizes of the parts and of the gaps between them."""
    gaps = [gaps] * (len(parts) - 1) if np.ndim(gaps) == 0 else list(gaps)
    sizes = [Scaled(parts[0])]
    for gap, part in zip(gaps, parts[1:]):
        sizes += [Fixed(gap / 72), Scaled(part)]
    return sizes


def _reversed(gaps):
    return gaps if np.ndim(gaps) == 0 else gaps[::-1]
