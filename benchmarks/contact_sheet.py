"""Draw every figure in six styles of matplotlib on one sheet, to be looked at.

    python benchmarks/contact_sheet.py       # writes docs/figures/contact_sheet.png
    python benchmarks/contact_sheet.py FILE --styles dark default

A small network is trained for it (`digits_fa`, 300 stimuli, two epochs), a comparison and a sweep.
Styles: matplotlib's own, dark, ggplot, seaborn paper, constrained layout in figures of pyplot, and
the package's in a column of 2.2 inches.
"""

import argparse
import io
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw

import spikingfa
from spikingfa.plots.figure import figure_of
from spikingfa.plots.sweep_table import parameters_of

SHEET = Path(__file__).parents[1] / "docs" / "figures" / "contact_sheet.png"
CELL, GAP, HEAD = 380, 8, 22  # pixels
COLUMN, WIDE = 2.2, 5.5  # inches
SMALL = {"task.limit": 300, "training.epochs": 2}
RECORDED = {"recording.trials": 60, "recording.weights": True, "recording.depth": True}
STYLES: dict[str, Callable[[], AbstractContextManager]] = {
    "default": matplotlib.rc_context,
    "dark": partial(matplotlib.style.context, "dark_background"),
    "ggplot": partial(matplotlib.style.context, "ggplot"),
    "seaborn paper": partial(matplotlib.style.context, "seaborn-v0_8-paper"),
    "constrained_layout": partial(matplotlib.rc_context, {"figure.constrained_layout.use": True}),
    "2.2-inch column": spikingfa.style,
}


def figures(folder: Path) -> tuple[dict[str, Callable], dict[str, Callable]]:
    """What draws each figure of one panel (into `ax`), and of several (into `figure`)."""
    model = spikingfa.load_model("digits_fa").but(SMALL)
    quiet = {"progress": False, "figures": False}
    run = spikingfa.train(model.but(RECORDED), seed=1, out=folder / "run", **quiet)
    other = spikingfa.train(model, seed=2, out=folder / "other", **quiet)
    variables = ["hidden.v[0:4]", "hidden.i_apical[0:4]"]
    traces = spikingfa.record(run, variables, trials=3, progress=False)
    test = spikingfa.evaluate(run)
    varied = {"hidden.tau_m": ["10 ms", "20 ms"], "plasticity.eta_hidden": [0.2, 0.8]}
    table = spikingfa.sweep(model, varied, seeds=2, out=folder / "sweep", progress=False)
    kinds = ["direct", "transport", "none"]
    graded = model.but({"feedback.error": "graded"})
    how = {"seeds": [1, 2], "out": folder / "kinds", "progress": False}
    compared = spikingfa.compare(graded, "feedback.kind", kinds, **how)
    seeds = [run.history, other.history]
    panels = {
        "learning curve": partial(spikingfa.plot_learning_curve, seeds),
        "alignment": partial(spikingfa.plot_alignment, seeds),
        "rates": partial(spikingfa.plot_rates, seeds),
        "confusion": partial(spikingfa.plot_confusion, test.confusion, test.classes),
        "error over time": partial(
            spikingfa.plot_error_over_time, test.durations, np.array(test.errors)
        ),
        "population rates": partial(spikingfa.plot_population_rates, run),
        "psth": partial(spikingfa.plot_psth, run),
        "tuning": partial(spikingfa.plot_tuning, run),
        "selectivity": partial(spikingfa.plot_selectivity, run),
        "isi": partial(spikingfa.plot_isi, run),
        "fi": partial(spikingfa.plot_fi, model),
        "sweep map": partial(spikingfa.plot_sweep_map, table, *parameters_of(table)),
    }
    several = {
        "raster": partial(spikingfa.plot_raster, run, trials=slice(3)),
        "raster, sorted": partial(
            spikingfa.plot_raster, run, trials=[0], sort="selectivity", populations=["hidden"]
        ),
        "raster, 60 trials": partial(spikingfa.plot_raster, run),
        "traces": partial(spikingfa.plot_traces, traces),
        "correlation": partial(spikingfa.plot_correlation, run, sort="selectivity"),
        "weights": partial(spikingfa.plot_weights, run),
        "receptive fields": partial(spikingfa.plot_receptive_fields, run, range(12)),
        "depth": partial(spikingfa.plot_depth, run.history),
        "comparison": partial(spikingfa.plot_comparison, compared, title="feedback.kind"),
        "sweep": partial(spikingfa.plot_sweep, table),
    }
    return panels, several


def drawn(draw: Callable, one: bool, style: str) -> Figure:
    """The figure in a style: a new one, or one of the user's."""
    if style == "constrained_layout":
        own = plt.figure(figsize=(4.5, 3.4))
        own.suptitle("a figure of pyplot")
        draw(ax=own.add_subplot()) if one else draw(figure=own.add_gridspec(1, 1)[0])
        return own
    if style == "2.2-inch column":
        own = Figure(figsize=(COLUMN, 1.7 if one else 2.4), layout="constrained")
        draw(ax=own.add_subplot()) if one else draw(figure=own)
        return own
    return figure_of(draw() if one else draw(width=WIDE))


def picture(figure: Figure) -> Image.Image:
    """The figure as wide as a cell."""
    data = io.BytesIO()
    figure.savefig(data, format="png", dpi=2 * CELL / figure.get_figwidth())
    plt.close(figure)
    image = Image.open(data).convert("RGB")
    return image.resize((CELL, round(image.height * CELL / image.width)), Image.Resampling.LANCZOS)


def sheet(rows: dict[str, dict[str, Image.Image]]) -> Image.Image:
    """All pictures, a row a figure, with its name above, and a column a style."""
    heights = {
        name: HEAD + max(image.height for image in row.values()) + GAP for name, row in rows.items()
    }
    styles = [*next(iter(rows.values()))]
    size = len(styles) * (CELL + GAP) + GAP, HEAD + sum(heights.values())
    whole = Image.new("RGB", size, "#9a9a9a")
    pen, top = ImageDraw.Draw(whole), HEAD
    for k, style in enumerate(styles):
        pen.text((GAP + k * (CELL + GAP), 5), style, fill="black")
    for name, row in rows.items():
        pen.text((GAP, top + 5), name, fill="white")
        for k, image in enumerate(row.values()):
            whole.paste(image, (GAP + k * (CELL + GAP), top + HEAD))
        top += heights[name]
    return whole.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=SHEET)
    parser.add_argument("--styles", nargs="+", choices=STYLES, default=[*STYLES])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        panels, several = figures(Path(folder))
        rows = {name: {} for name in several | panels}
        for name, draw in (several | panels).items():
            for style in options.styles:
                with STYLES[style]():
                    rows[name][style] = picture(drawn(draw, name in panels, style))
        sheet(rows).save(options.file, optimize=True)
    print(f"written to {options.file}")


if __name__ == "__main__":
    main()
