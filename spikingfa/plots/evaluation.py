"""Figures of a test: confusions, and the error over time."""

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from spikingfa.plots.colours import cycle, ink, muted, on, shades
from spikingfa.plots.figure import new_axes, relative, single_panel
from spikingfa.plots.scales import scale_percent
from spikingfa.plots.style import literal
from spikingfa.plots.text import LEAST_PT, broken, em, label, length_of, line, points_of, text_width

LONGEST = 0.6  # part of the axes that a name takes, before it is broken, or smaller
FEW_CLASSES = 20  # up to so many have their counts written out


def plot_confusion(counts: np.ndarray, classes: tuple[str, ...], *, ax: Axes | None = None) -> Axes:
    """Draw which class was taken for which.

    Parameters
    ----------
    counts : ndarray of int, shape (n_classes, n_classes)
        True class by row, predicted class by column.
    classes : tuple of str
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Shades of the errors, in percent of the true class; the right answers, on the diagonal,
        are not shaded, since beside them no error would be seen.

    Raises
    ------
    ValueError
        If `counts` is not square with a row for each class.
    """
    n = len(classes)
    if np.shape(counts) != (n, n):
        raise ValueError(f"counts needs the shape {(n, n)}, got {np.shape(counts)}")
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shares[np.diag_indices(n)] = np.nan
    if ax is None:
        wide = rcParams["figure.figsize"][0]
        ax = new_axes((wide, 0.9 * wide))
    cell = 0.8 * length_of(ax).min() / n  # points, beside names and the colour bar
    image = ax.imshow(
        shares,
        cmap=shades(cycle()[0]),
        vmin=0,
        vmax=np.nanmax(shares, initial=0) or 1,
        origin="upper",
        aspect="equal",
        interpolation="nearest",
    )
    ax.grid(False)
    ax.spines[:].set_visible(False)
    _write_counts(ax, counts, image, cell)
    bar = ax.figure.colorbar(image, cax=ax.inset_axes((1.03, 0, 0.05, 1)))
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    bar.locator = MaxNLocator(nbins=5, steps=(1, 2, 5, 10))
    beneath = _name_classes(ax, classes, cell)
    label(bar.ax, "errors (% of the true class)", beneath=beneath)
    label(ax, "true class", "predicted class", beneath=beneath)
    return ax


def _name_classes(ax: Axes, classes: tuple[str, ...], cell: float) -> float:
    """Names beside the rows and beneath the columns, upright where they are longer than these.

    Returns
    -------
    float
        Points that upright ones take.
    """
    step = max(1, int(np.ceil(0.8 * line() / cell)))
    most = 2 if step * cell > 2.2 * line() else 1
    room = LONGEST * length_of(ax).min()
    lines = [broken(literal(name), room, most) for name in classes[::step]]
    names, part = [name for name, _ in lines], min(part for _, part in lines)
    longest = part * max(map(text_width, names))
    turned = 90 if longest > 0.9 * step * cell else 0
    ax.set_xticks(np.arange(0, len(classes), step), names, rotation=turned)
    ax.set_yticks(np.arange(0, len(classes), step), names)
    for axis in "xy":
        size = part * points_of(rcParams[f"{axis}tick.labelsize"])
        ax.tick_params(axis, which="both", length=0, labelsize=size)
    ax.tick_params(labelbottom=True, labelleft=True)
    return longest if turned else 0.0


def _write_counts(ax: Axes, counts: np.ndarray, image: AxesImage, cell: float) -> None:
    longest = max(map(len, counts.astype(str).ravel()))
    size = min(em(), 0.9 * cell / (0.62 * longest), 0.7 * cell)
    if len(counts) > FEW_CLASSES or size < 0.6 * LEAST_PT:
        return
    for (row, column), count in np.ndenumerate(counts):
        if count:
            right = row == column
            colour = muted() if right else on(image.to_rgba(image.get_array()[row, column])[:3])
            look = {"ha": "center", "va": "center", "fontsize": size, "color": colour}
            ax.text(column, row, f"{count}", **look)


def plot_error_over_time(
    durations: np.ndarray, errors: np.ndarray, *, ax: Axes | None = None, metric: str = "error"
) -> Axes:
    """Draw the error of answers given earlier and later after the onset of a stimulus.

    Parameters
    ----------
    durations : ndarray, shape (n,)
        Times since onset in seconds.
    errors : ndarray, shape (n,)
        Errors as fractions from 0 to 1.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    metric : str
        What the errors are, such as ``"NSE"``: see `spikingfa.training.metrics.Metric`.

    Returns
    -------
    matplotlib.axes.Axes
        Error in percent over time in ms, logarithmic if it spans more than a factor of ten.
    """
    durations, errors = np.asarray(durations, float), np.asarray(errors, float)
    ax = single_panel(ax, f"{metric} (%)", "time since the onset of the stimulus (ms)")
    colour = cycle()[0]
    ax.plot(1e3 * durations, 100 * errors, "o-", markersize=relative(2.5), color=colour)
    ax.set_xlim(0, 1.03 * 1e3 * durations.max())
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=(1, 2, 5, 10)))
    scale_percent(ax)
    last = 100 * errors[-1]
    at, look = (1e3 * durations[-1], last), {"ha": "right", "va": "bottom", "color": ink()}
    ax.annotate(f"{last:.3g} %", at, (0, 4), textcoords="offset points", **look)
    return ax
