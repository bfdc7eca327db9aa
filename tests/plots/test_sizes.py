"""Every figure at sizes from two inches to a poster, into what the user has: nothing is cut."""

import matplotlib
import numpy as np
import pandas as pd
import pytest
from helpers.drawn import HISTORY, image_data, make_spikes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpecFromSubplotSpec

import spikingfa
from spikingfa import plots
from spikingfa.run_folder.recording import Trace

SPIKES = make_spikes(sizes={"input": 64, "hidden": 30, "output": 10})
MANY = make_spikes(200, sizes={"hidden": 60, "output": 10})
RATES = np.random.default_rng(0).random((3, 13))
NAMES = ("a rather long name, and longer", "setosa", "x")
TABLE = pd.DataFrame(
    [
        {"hidden.size": n, "feedback.rule": rule, "test_error": n / 1000 + seed / 100}
        for n in (50, 100, 200)
        for rule in ("direct", "none")
        for seed in (1, 2)
    ]
).assign(status="finished", angle_deg=40.0, ms_per_trial=1.0)
DEPTH = {"epoch": [0, 1], "in_window_a": [0.1, 0.2], "rate_a_hz": [3.0, 4.0]}
SEVERAL = [HISTORY, HISTORY | {"test_error": 1.2 * np.array(HISTORY["test_error"])}]

#: Those of several panels.
FIGURES = {
    "raster": lambda run, **at: plots.plot_raster(SPIKES, **at),
    "many trials": lambda run, **at: plots.plot_raster(MANY, sort="selectivity", **at),
    "traces": lambda run, **at: plots.plot_traces(
        [Trace("output.v", "V", np.arange(2), 1e-3, RATES[:, :2])], spikes=SPIKES, **at
    ),
    "depth": lambda run, **at: plots.plot_depth(DEPTH, **at),
    "comparison": lambda run, **at: plots.plot_comparison(
        {name: (RATES, 90 * RATES) for name in NAMES}, title="rule", **at
    ),
    "sweep": lambda run, **at: plots.plot_sweep(TABLE, **at),
    "weights": lambda run, **at: plots.plot_weights(run, **at),
    "correlation": lambda run, **at: plots.plot_correlation(SPIKES, **at),
    "receptive fields": lambda run, **at: plots.plot_receptive_fields(run, data=image_data(), **at),
}
#: Those of one.
PANELS = {
    "learning curve": lambda **at: plots.plot_learning_curve(SEVERAL, **at),
    "alignment": lambda **at: plots.plot_alignment(HISTORY, **at),
    "rates": lambda **at: plots.plot_rates(HISTORY, **at),
    "population rates": lambda **at: plots.plot_population_rates(SPIKES, **at),
    "psth": lambda **at: plots.plot_psth(SPIKES, **at),
    "tuning": lambda **at: plots.plot_tuning(MANY, **at),
    "selectivity": lambda **at: plots.plot_selectivity(MANY, **at),
    "isi": lambda **at: plots.plot_isi(SPIKES, **at),
    "confusion": lambda **at: plots.plot_confusion(np.eye(3, dtype=int) + 1, NAMES, **at),
    "error over time": lambda **at: plots.plot_error_over_time(RATES[0], RATES[1], **at),
    "sweep map": lambda **at: plots.plot_sweep_map(TABLE, "hidden.size", "feedback.rule", **at),
}
SIZES = [(2, 1.5), (2.2, 2.0), (3.5, 2.5), (7, 3), (16, 12)]


def sticks_out(figure):
    """Inches by which what is drawn reaches beyond the figure, on each side; less than a hair."""
    figure.draw_without_rendering()
    box, size = figure.get_tightbbox(), figure.get_size_inches()
    beyond = np.concatenate([-box.min, box.max - size])
    return beyond[beyond > 0.015].round(3).tolist()


@pytest.mark.needs("elephant")
@pytest.mark.sampled(3)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", [*FIGURES, *PANELS])
def test_nothing_is_cut(kind, size, tiny_run):
    with spikingfa.style():
        figure = Figure(figsize=size, layout="constrained")
        if kind in FIGURES:
            assert FIGURES[kind](tiny_run, figure=figure) is figure
        else:
            ax = figure.add_subplot()
            assert PANELS[kind](ax=ax) is ax
        assert figure.get_size_inches().tolist() == list(size)
        assert sticks_out(figure) == []


@pytest.mark.needs("elephant")
@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("layout", [None, "constrained"])
def test_several_panels_go_into_a_subfigure_or_a_cell_of_a_grid(kind, layout, tiny_run):
    figure = Figure(figsize=(12, 6), layout=layout)
    grid = figure.add_gridspec(1, 2)
    drawn = FIGURES[kind](tiny_run, figure=grid[0])
    other = plots.plot_rates(HISTORY, ax=figure.add_subplot(grid[1]))
    assert drawn in figure.subfigs
    assert sticks_out(figure) == []
    right = max(ax.get_tightbbox().x1 for ax in drawn.axes)
    assert right <= other.get_position().x0 * figure.bbox.width
    left, _ = Figure(figsize=(12, 6)).subfigures(1, 2)
    assert FIGURES[kind](tiny_run, figure=left) is left
    assert sticks_out(left.get_figure(root=True)) == []


def test_a_cell_that_is_none_of_a_figure_is_refused():
    cell = matplotlib.gridspec.GridSpec(1, 1)[0]
    with pytest.raises(ValueError, match="needs GridSpec"):
        plots.plot_depth(DEPTH, figure=cell)
    inner = GridSpecFromSubplotSpec(1, 1, Figure().add_gridspec(1, 1)[0])
    with pytest.raises(ValueError, match="got one within a cell"):
        plots.plot_depth(DEPTH, figure=inner[0])
