"""Figures of a test: confusions, and the error over time."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from spikingfa.plots.figure import new_axes, single_column
from spikingfa.plots.style import BLUE, GREY, in_style, literal, style_axes

FEW_CLASSES = 20  # up to so many have their counts written out


@in_style
def plot_confusion(counts: np.ndarray, classes: tuple[str, ...], *, ax: Axes | None = None) -> Axes:
    """Draw which class was taken for which.

    Parameters
    ----------
    counts : ndarray of int, shape (n_classes, n_classes)
        Right class by row, given class by column.
    classes : tuple of str
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new single-column figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Shades of the errors, in percent of the right class; the right answers, on the diagonal,
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
        ax = new_axes((3.5, 3.1), (0.12, 0.13, 0.72, 0.83))
    style_axes(ax, "right class", "given class")
    largest = np.nanmax(shares, initial=0) or 1
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=largest)
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    _write_counts(ax, counts, shares > 0.6 * largest)
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.046, pad=0.03)
    bar.outline.set_visible(False)
    style_axes(bar.ax, "errors (% of the right class)")
    step = -(-n // FEW_CLASSES)
    names = [literal(name) for name in classes[::step]]
    ax.set_xticks(np.arange(0, n, step), names)
    ax.set_yticks(np.arange(0, n, step), names)
    ax.tick_params(length=0)
    return ax


def _write_counts(ax: Axes, counts: np.ndarray, dark: np.ndarray) -> None:
    if len(counts) > FEW_CLASSES:
        return
    size = 6 if len(counts) <= 10 else 4
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = GREY if row == column else "white" if dark[row, column] else "black"
            look = {"ha": "center", "va": "center", "fontsize": size, "color": colour}
            ax.text(column, row, f"{count}", **look)


@in_style
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
        Where to draw; a new single-column figure by default.
    metric : str
        What the errors are, such as ``"NSE"``: see `spikingfa.training.metrics.Metric`.

    Returns
    -------
    matplotlib.axes.Axes
        Error in percent, logarithmic, over time in ms.
    """
    time = "time since the onset of the stimulus (ms)"
    ax = single_column(ax, f"{metric} (%)", time)
    ax.plot(1e3 * durations, 100 * errors, marker="o", markersize=2.5, color=BLUE)
    last, look = 100 * errors[-1], {"ha": "right", "color": BLUE}
    at = (1e3 * durations[-1], last)
    ax.annotate(f"{last:.3g} %", at, (0, 5), textcoords="offset points", **look)
    ax.set_xlim(0, None)
    if (errors > 0).all():
        ax.set_yscale("log")
        low, high = 100 * errors.min() / 1.5, 100 * errors.max() * 1.1
        ax.set_yticks([t for t in (1, 2, 5, 10, 20, 50, 100) if low <= t <= high])
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter("{x:g}")
    return ax
