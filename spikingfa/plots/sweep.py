"""Figures of a sweep: error against a parameter, or over two."""

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import FigureBase
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from spikingfa.plots.colours import cycle, muted, on
from spikingfa.plots.curves import put_legend
from spikingfa.plots.figure import new_axes, relative
from spikingfa.plots.layout import Where, canvas, panels, size_of, text_that_fits
from spikingfa.plots.style import literal
from spikingfa.plots.text import LEAST_PT, em, label, length_of, line, room_beneath, text_width
from spikingfa.run_folder.held_out import TEST, VALIDATION, error_column
from spikingfa.training.analysis import mean_interval

PANEL, WIDE = 2.3, 3  # inches where text has 7 points, and panels in a row
MANY = 8  # values of a parameter of which each has its tick
LABELLED = 64  # fields of a heat map that say their number


def plot_sweep(
    table,
    parameters: list[str] | None = None,
    *,
    metric: str = "error",
    title: str = "",
    figure: Where | None = None,
    width: float | None = None,
) -> FigureBase:
    """Draw test or validation errors against each varied parameter, in a panel each.

    Parameters
    ----------
    table : pandas.DataFrame
        As `spikingfa.sweep` returns it.
    parameters : list of str, optional
        Columns to draw; all that have several values by default.
    metric : str
        What the errors are called.
    title : str
    figure, width : optional
        As in `plot_raster`.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        What was drawn into. A point is the mean over seeds of a combination, a bar its 95 %
        interval (bootstrap). Lines join combinations that differ in nothing else where one or two
        parameters have a few values each; else they go through the medians of all that have a
        value.
    """
    means, varied = combined(table), parameters_of(table)
    varied = [name for name in varied if table[name].nunique() > 1] or varied
    names = parameters or varied
    new, inch = figure is None, em() / 7
    columns = min(len(names), WIDE)
    figure = canvas(figure, width, inch * (0.35 + PANEL * columns))
    columns = min(columns, max(1, int(size_of(figure)[0] / (72 * inch) / 1.5)))
    rows = -(-len(names) // columns)
    if new:
        figure.set_figheight(inch * 2.3 * rows)
    with text_that_fits(figure, 8 + 8 * columns, 13 * rows):
        margins = (5.6 * em(), 0.8 * em(), room_beneath() + line(), 2 * em())
        gaps = (1.5 * em(), room_beneath() + 2 * line())
        axes = panels(figure, [1] * columns, [1] * rows, margins=margins, gaps=gaps).ravel()
        for ax, name in zip(axes, names):
            _panel(ax, means, name, [other for other in varied if other != name])
            first = ax in axes[::columns]
            label(ax, f"{parts_of(table)} {metric} (%)" if first else "", literal(name))
            ax.tick_params(labelleft=first)
        top = max(ax.get_ylim()[1] for ax in axes[: len(names)])
        for ax in axes[: len(names)]:
            ax.set_ylim(0, top)
        for ax in axes[len(names) :]:
            ax.remove()
        if title:
            axes[0].set_title(title, loc="left", fontsize="medium", fontweight="bold")
        if (n := int(means["seeds"].max())) > 1:
            _say_interval(axes[min(columns, len(names)) - 1], n, below=title and len(names) == 1)
    return figure


def _say_interval(ax: Axes, n_seeds: int, below: bool) -> None:
    """Say above a panel what its bars are; within it where a title is above."""
    place = {"xycoords": "axes fraction", "textcoords": "offset points", "color": muted()}
    about, at = f"95 % interval of {n_seeds} seeds", (-2, -2) if below else (0, 3)
    ax.annotate(about, (1, 1), at, ha="right", va="top" if below else "bottom", **place)


def plot_sweep_map(
    table, x: str, y: str, *, metric: str = "error", title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the mean test or validation error over two parameters as a heat map.

    Parameters
    ----------
    table : pandas.DataFrame
        As `spikingfa.sweep` returns it.
    x, y : str
        Columns across and up.
    metric, title : str
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Where a combination was not run or failed, its field is empty. Numbers have as many
        decimals in all fields.
    """
    means = combined(table).groupby([x, y], sort=True)["mean"].mean().unstack(x)
    errors = 100 * means.to_numpy(float)
    if ax is None:
        wide = rcParams["figure.figsize"][0]
        ax = new_axes((wide, 0.8 * wide))
    label(ax, literal(y), literal(x))
    ax.spines[:].set_visible(False)
    ax.grid(False)
    shown = np.ma.masked_invalid(errors)
    image = ax.pcolormesh(shown, cmap="viridis_r", rasterized=True, shading="flat")
    _ticks(ax, ax.xaxis, means.columns)
    _ticks(ax, ax.yaxis, means.index)
    ax.tick_params(which="both", length=0)
    _write_errors(ax, errors, image)
    bar = ax.figure.colorbar(image, ax=ax, aspect=25)
    label(bar.ax, f"{parts_of(table)} {metric} (%)")
    bar.outline.set_visible(False)
    bar.ax.grid(False)
    if title:
        ax.set_title(title, loc="left", fontsize="medium", fontweight="bold")
    return ax


def _write_errors(ax: Axes, errors: np.ndarray, image) -> None:
    """The number of each field, all with the same decimals, where there is room."""
    largest = np.nanmax(np.abs(errors), initial=0) or 1
    decimals = int(np.clip(2 - np.floor(np.log10(largest)), 0, 3))
    texts = {at: f"{error:.{decimals}f}" for at, error in np.ndenumerate(errors)}
    cell = 0.75 * length_of(ax) / errors.shape[::-1]
    widest = max((text_width(text) for text in texts.values()), default=1)
    size = min(em(), em() * 0.9 * cell[0] / widest, 0.8 * cell[1])
    if errors.size > LABELLED or size < LEAST_PT:
        return
    for (row, column), text in texts.items():
        if np.isfinite(errors[row, column]):
            colour = on(image.cmap(image.norm(errors[row, column]))[:3])
            look = {"ha": "center", "va": "center", "color": colour, "fontsize": size}
            ax.text(column + 0.5, row + 0.5, text, **look)


def parameters_of(table) -> list[str]:
    """Columns of a sweep's table that are varied parameters."""
    return [name for name in table.columns if "." in name]


def parts_of(table) -> str:
    """The part of the data that a sweep's errors are of: ``validation``, ``test``, or either."""
    parts = [part for part in (VALIDATION, TEST) if error_column(part) in table]
    return " or ".join(parts)


def _errors(done):
    """The error of each run, whichever of the two it has."""
    columns = [done[error_column(p)] for p in (VALIDATION, TEST) if error_column(p) in done]
    return columns[0].fillna(columns[-1])


def combined(table):
    """A row for each combination, as a DataFrame.

    Its columns are parameters, ``mean`` and ``sd`` of the error over seeds, ``low`` and ``high``,
    the ends of the mean's 95 % interval, ``angle_deg``, ``ms_per_trial``, and ``seeds``, how many
    runs were finished.
    """
    done = table[table["status"] == "finished"]
    return (
        done.assign(error=_errors(done))
        .groupby(parameters_of(table), sort=False, dropna=False)
        .agg(
            mean=("error", "mean"),
            sd=("error", "std"),
            low=("error", lambda errors: float(mean_interval(errors)[0])),
            high=("error", lambda errors: float(mean_interval(errors)[1])),
            angle_deg=("angle_deg", "mean"),
            ms_per_trial=("ms_per_trial", "mean"),
            seeds=("error", "size"),
        )
        .reset_index()
    )


def _panel(ax: Axes, means, name: str, others: list[str]) -> None:
    values = means[name]
    numbers = values.dtype.kind in "if"
    levels = sorted(set(values)) if numbers else list(dict.fromkeys(values))
    at = values if numbers else values.map(levels.index)
    _ticks_of_values(ax, levels, numbers)
    families = [means[other].map(_text) for other in others]
    few = len(others) <= 1 and all(family.nunique() <= len(cycle()) for family in families)
    if few and len(levels) <= MANY:
        groups = means.groupby(families, sort=False) if families else [((None,), means)]
        for ((label,), group), colour in zip(groups, cycle()):
            _points(ax, at[group.index], group, colour, joined=numbers, label=label)
        if families:
            part = min(0.85, length_of(ax)[1] / (3 * line() * (1 + families[0].nunique())))
            put_legend(ax, part, title=literal(others[0]))
        return
    _points(ax, at if numbers else _spread(at), means, cycle()[0])
    if len(levels) <= MANY:
        middle = (100 * means["mean"]).groupby(at).median()
        style = {"color": cycle()[0], "zorder": 2, "linewidth": relative(0.8)}
        if numbers:
            ax.plot(middle.index, middle, **style)
        else:
            ax.hlines(middle, middle.index - 0.25, middle.index + 0.25, **style)


def _points(ax: Axes, at, means, colour: str, joined: bool = False, label=None) -> None:
    order = at.argsort()
    mean = 100 * means["mean"]
    below, above = mean - 100 * means["low"], 100 * means["high"] - mean
    look = {"color": colour, "ms": relative(3), "mew": 0, "elinewidth": relative(0.6), "zorder": 3}
    style = "o-" if joined else "o"
    points = (values.to_numpy()[order.to_numpy()] for values in (at, mean, below, above))
    x, y, *error = points
    ax.errorbar(
        x,
        y,
        yerr=np.array(error),
        fmt=style,
        linewidth=relative(0.8),
        label=label,
        alpha=0.85,
        **look,
    )


def _spread(at):
    """Positions of categories, points of one beside each other."""
    number = at.groupby(at).cumcount()
    size = at.groupby(at).transform("size")
    return at + 0.4 * ((number + 0.5) / size - 0.5)


def _ticks_of_values(ax: Axes, levels: list, numbers: bool) -> None:
    if numbers and levels and levels[0] > 0 and levels[-1] / levels[0] >= 10:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.xaxis.set_minor_locator(NullLocator())
    if not numbers:
        ax.set_xlim(-0.6, len(levels) - 0.4)
    if len(levels) <= MANY:
        labels = [_text(level) for level in levels]
        places = levels if numbers else range(len(levels))
        ax.set_xticks(list(places), labels)
        _tilt(ax, labels)
    elif numbers and ax.get_xscale() == "linear":
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=(1, 2, 5, 10)))


def _tilt(ax: Axes, labels: list[str]) -> None:
    """Turn labels of the horizontal axis where they would overlap."""
    if sum(text_width(text) + em() for text in labels) > length_of(ax)[0]:
        for tick in ax.get_xticklabels():
            tick.set(rotation=30, ha="right", rotation_mode="anchor")


def _ticks(ax: Axes, axis, levels) -> None:
    step = -(-len(levels) // 12)
    labels = [_text(value) for value in levels][::step]
    axis.set_ticks(np.arange(len(levels))[::step] + 0.5, labels)
    if axis.axis_name == "x":
        _tilt(ax, labels)


def _text(value) -> str:
    return literal(value) if isinstance(value, str) else f"{value:g}"
