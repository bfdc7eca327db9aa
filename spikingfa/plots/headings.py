"""What stands above trials: true and predicted class, as text or as coloured strips."""

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter
from matplotlib.transforms import Affine2D, ScaledTranslation, blended_transform_factory

from spikingfa.plots.colours import colours_of_classes, cycle, muted
from spikingfa.plots.style import literal
from spikingfa.plots.text import em, line, text_width
from spikingfa.plots.trials import time_unit
from spikingfa.run_folder.spikes import Spikes

OFFSET = {"xycoords": "axes fraction", "textcoords": "offset points", "annotation_clip": False}
STRIP, GAP = 0.6, 0.25  # of a strip, and above it, in lines
FAINT = 12.0  # points of a trial beneath which borders become thinner


def draw_borders(frame: Axes, spikes: Spikes, column: float) -> None:
    """The time axis, and a line between two trials, behind everything.

    Parameters
    ----------
    column : float
        Points of a trial: where they are few, lines are thin, and in the end are left out.
    """
    frame.set_axis_off()
    begin, n = spikes.onsets[0], len(spikes.onsets)
    frame.set_xlim(1e3 * begin, 1e3 * (begin + spikes.duration * n))
    part = min(1.0, column / FAINT)
    for onset in spikes.onsets[1:] if column > 1.5 else ():
        frame.axvline(
            1e3 * onset, color=muted(0.35 * part), linewidth=0.5 * part, linestyle="-", zorder=0.5
        )


def scale_time(ax: Axes, length: float) -> None:
    """Write times in seconds where there are many: data stay in milliseconds."""
    factor, unit = time_unit(length)
    if unit == "s":
        ax.xaxis.set_major_formatter(FuncFormatter(lambda t, _: f"{factor * t:g}"))


def header_height(spikes: Spikes, column: float) -> float:
    """Points that the header needs above trials that are `column` points wide."""
    if not any(spikes.labels):
        return 4.0
    row = _row_height(spikes, column)
    n_rows = 2 if any(spikes.predictions) else 1
    return n_rows * row + 4 if row else (2 * (STRIP + GAP) + 1.2) * line() + 4


def draw_header(frame: Axes, spikes: Spikes, column: float, margin: float) -> None:
    """Write true and predicted class above each trial, or colours where that is too much.

    The headings end `margin` points left of the trials. Where there are no classes, there is no
    header, and of data that nobody has answered no predicted ones.
    """
    if not any(spikes.labels):
        return
    row = _row_height(spikes, column)
    if not row:
        _draw_strips(frame, spikes, margin)
        return
    wrong = [b and a != b for a, b in zip(spikes.labels, spikes.predictions, strict=True)]
    rows = (("predicted", spikes.predictions), ("true class", spikes.labels))
    for height, (heading, names) in zip((4, 4 + row), rows[not any(spikes.predictions) :]):
        _write(frame, (0, 1), (-margin, height), heading, ha="right", color=muted())
        for k, name in enumerate(names):
            stress = wrong[k] and heading == "predicted"
            look = {"color": cycle()[1], "weight": "bold"} if stress else {}
            place = ((k + 0.5) / len(names), 1)
            turned = 90 * (row > line())
            _write(frame, place, (0, height), literal(name), rotation=turned, **look)


def _row_height(spikes: Spikes, column: float) -> float:
    """Points for a row of names, which stand upright if too long; 0 if they do not fit at all."""
    longest = max(text_width(literal(name)) for name in {*spikes.labels, *spikes.predictions})
    if longest + 3 < column:
        return line()
    return longest + 4 if column > line() else 0.0


def _draw_strips(frame: Axes, spikes: Spikes, margin: float) -> None:
    """A strip of the true classes above one of those predicted."""
    names = sorted({*spikes.labels, *spikes.predictions})
    colours = dict(zip(names, colours_of_classes(len(names))))
    high = STRIP * line()
    rows = (("predicted", spikes.predictions), ("true class", spikes.labels))
    for k, (heading, classes) in enumerate(rows):
        bottom = 3 + k * (STRIP + GAP) * line()
        starts = 1e3 * spikes.onsets
        wide = 1e3 * spikes.duration
        patches = [Rectangle((start, bottom), wide, high) for start in starts]
        transform = blended_transform_factory(frame.transData, _points_above(frame))
        frame.add_collection(
            PatchCollection(
                patches,
                facecolor=[colours[name] for name in classes],
                edgecolor="none",
                transform=transform,
                clip_on=False,
            ),
            autolim=False,
        )
        _write(frame, (0, 1), (-margin, bottom - 0.15 * line()), heading, ha="right", color=muted())
    _name_colours(frame, spikes, colours, 4 + 2 * (STRIP + GAP) * line())


def _name_colours(frame: Axes, spikes: Spikes, colours: dict[str, str], height: float) -> None:
    """Each class in its colour where they fit, and how many predictions are right."""
    right = sum(a == b for a, b in zip(spikes.labels, spikes.predictions, strict=True))
    text = f"{len(spikes.labels)} trials, {right} predicted right"
    _write(frame, (1, 1), (0, height), text, ha="right")
    wide = 72 / frame.figure.dpi * frame.bbox.width
    at = 0.0
    names = [literal(name) for name in colours]
    if sum(text_width(name) + 0.8 * em() for name in names) + text_width(text) > wide:
        return
    for name, colour in zip(names, colours.values()):
        _write(frame, (0, 1), (at, height), name, ha="left", color=colour, weight="bold")
        at += text_width(name) + 0.8 * em()


def _points_above(frame: Axes):
    """Points above the top of the axes."""
    inches = Affine2D().scale(1 / 72) + frame.figure.dpi_scale_trans
    return inches + ScaledTranslation(0, 1, frame.transAxes)


def _write(frame: Axes, place: tuple, offset: tuple, text: str, ha: str = "center", **look) -> None:
    look = {"fontsize": rcParams["font.size"]} | look
    frame.annotate(text, place, offset, ha=ha, va="bottom", **OFFSET, **look)
