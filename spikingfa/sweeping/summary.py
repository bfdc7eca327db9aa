"""The summary of a sweep: on the terminal, and as figures."""

from pathlib import Path

from spikingfa.base.files import written_whole
from spikingfa.plots import plot_sweep, plot_sweep_map, save
from spikingfa.plots.style import style
from spikingfa.plots.sweep_table import combined, parameters_of, parts_of
from spikingfa.run_folder.held_out import VALIDATION
from spikingfa.run_folder.opening import open_run
from spikingfa.run_folder.run import Run
from spikingfa.training.metrics import METRICS

MAX_ROWS = 20
WIDEST = 6  # panels of a figure


def draw(table, folder: Path) -> None:
    """Draw the figures of a sweep into its folder."""
    names, metric = parameters_of(table), label(table)
    varied = [name for name in names if table[name].nunique() > 1] or names
    with style():
        figures = {"error.png": plot_sweep(table, varied[:WIDEST], metric=metric)}
        if len(varied) == 2:
            figures["heat_map.png"] = plot_sweep_map(table, *varied, metric=metric)
    for name, figure in figures.items():
        written_whole(folder / name, lambda path, figure=figure: save(figure, path))


def summary_text(table, folder: Path) -> str:
    """A table of the combinations with the least errors, and where all is."""
    names, metric = parameters_of(table), label(table)
    best = combined(table).sort_values("mean", kind="stable")
    shown = best.head(MAX_ROWS)
    cells = [[*map(_cell, row[names]), *_results(row)] for _, row in shown.iterrows()]
    heads = [*names, f"{parts_of(table)} {metric} (%)", "angle (deg)", "ms a trial", "seeds"]
    widths = [max(len(head), *(len(row[k]) for row in cells)) for k, head in enumerate(heads)]
    lines = ["  ".join(f"{text:{w}}" for text, w in zip(row, widths)) for row in [heads, *cells]]
    if len(best) > len(shown):
        lines.append(f"... and {len(best) - len(shown)} more")
    failed = table[table["status"] == "failed"]
    if len(failed):
        lines.append(f"{len(failed)} of {len(table)} runs failed; the first: {_first(failed)}")
    return "\n".join([*(line.rstrip() for line in lines), f"written to {folder}"])


def chosen(table) -> tuple[str, list[Run]]:
    """The combination chosen by validation, and its runs; none where errors are of the test."""
    if parts_of(table) != VALIDATION:
        return "", []
    names = parameters_of(table)
    best = combined(table).sort_values("mean", kind="stable")[names].head(1)
    runs = table[table["status"] == "finished"].merge(best, on=names)["run"]
    settings = ", ".join(f"{name} = {_cell(best[name].iloc[0])}" for name in names)
    return settings, [open_run(run) for run in runs]


def label(table) -> str:
    """The name of the errors."""
    kinds = dict.fromkeys(table.loc[table["status"] == "finished", "metric"])
    return " or ".join(METRICS[kind].label for kind in kinds)


def _results(row) -> list[str]:
    spread = f" ± {100 * row['sd']:.2f}" if row["seeds"] > 1 else ""
    angle = "" if row["angle_deg"] != row["angle_deg"] else f"{row['angle_deg']:.1f}"
    error = f"{100 * row['mean']:6.2f}{spread}"
    return [error, angle, f"{row['ms_per_trial']:.3f}", str(int(row["seeds"]))]


def _cell(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _first(failed) -> str:
    return str(failed["reason"].iloc[0])
