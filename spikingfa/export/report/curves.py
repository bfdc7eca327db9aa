"""The curves of a run over its epochs, each with its caption and what it shows in words."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes

from spikingfa import plots
from spikingfa.export.report.drawing import axes, inline_svg
from spikingfa.run_folder.held_out import error_column, part_in

History = dict[str, np.ndarray]


@dataclass(frozen=True)
class Curve:
    """A curve of the page: its caption, and itself."""

    caption: str
    svg: Markup


def curves(history: History, metric: str) -> list[Curve]:
    """The curves that there are columns for."""
    part = part_in(history)
    drawn = (
        _curve(
            f"{part.capitalize()} and training {metric} over epochs",
            lambda ax: plots.plot_learning_curve(history, ax=ax, metric=metric),
            {part: error_column(part), "training": "train_error"},
            "{:.3g} %",
            history,
        ),
        _curve(
            "Angle between forward and feedback weights",
            lambda ax: plots.plot_alignment(history, ax=ax),
            _columns(history, "angle_", "_deg"),
            "{:.3g}°",
            history,
        ),
        _curve(
            "Mean rates of the populations in training",
            lambda ax: plots.plot_rates(history, ax=ax),
            _columns(history, "rate_", "_hz"),
            "{:.3g} Hz",
            history,
        ),
    )
    return [curve for curve in drawn if curve]


def _columns(history: History, before: str, after: str) -> dict[str, str]:
    """Columns by the names of what they are about."""
    return {
        column.removeprefix(before).removesuffix(after).replace("_", " "): column
        for column in history
        if column.startswith(before) and column.endswith(after)
    }


def _curve(
    caption: str, draw: Callable[[Axes], Axes], columns: dict, form: str, history: History
) -> Curve | None:
    if not columns or not set(columns.values()) | {"epoch"} <= history.keys():
        return None
    ax = axes()
    draw(ax)
    ends = (f"{name} {_ends(history[column], form)}" for name, column in columns.items())
    key = caption.split()[0].lower()
    return Curve(caption, inline_svg(ax.figure, key, f"{caption}: {'; '.join(ends)}"))


def _ends(values: np.ndarray, form: str) -> str:
    """From what to what a column went."""
    known = (100 if "%" in form else 1) * values[np.isfinite(values)]
    if not len(known):
        return "not known"
    return " to ".join(dict.fromkeys(form.format(value) for value in (known[0], known[-1])))
