"""Rates over the time of a trial: means and spreads over trials."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.drawn import make_spikes

from spikingfa import plots
from spikingfa.run_folder.spikes import Spikes

SIZES = {"hidden": 40, "output": 10}


@pytest.fixture(scope="module")
def spikes():
    labels = ("a", "b", "a", "b", "a", "b")
    return replace(make_spikes(6, pause=0.03, sizes=SIZES), labels=labels)


def area(line):
    """Spikes per neuron under a line (ms, Hz)."""
    time, rate = line.get_data()
    return rate.sum() * np.diff(time)[0] / 1e3


def test_lines_are_means_over_trials_and_bands_their_standard_deviation(spikes):
    ax = plots.plot_population_rates(spikes)
    assert [line.get_label() for line in ax.lines] == list(SIZES)
    for name, line, band in zip(SIZES, ax.lines, ax.collections, strict=True):
        assert area(line) == pytest.approx(len(spikes.of(name)[0]) / 6 / SIZES[name])
        vertices, (time, mean) = band.get_paths()[0].vertices, line.get_data()
        edges = vertices[np.isclose(vertices[:, 0], time[50]), 1]
        assert edges.mean() == pytest.approx(mean[50], rel=0.01)
        assert edges.max() > mean[50]
    title = ax.get_legend().get_title().get_text().replace("\n", " ")
    assert title == "mean ± SD over 6 trials; Gaussian kernel, SD 5 ms"


def test_the_band_of_equal_trials_has_no_width():
    onsets, train = np.arange(3) * 0.1, np.array([0.02, 0.05, 0.051])
    t = (onsets[:, None] + train).ravel()
    trials = {"onsets": onsets, "duration": 0.1, "labels": ("",) * 3, "predictions": ("",) * 3}
    spikes = Spikes.gather({"output": (t, np.zeros(9, int))}, {"output": 1}, **trials)
    ax = plots.plot_population_rates(spikes)
    vertices = ax.collections[0].get_paths()[0].vertices
    line = np.interp(vertices[:, 0], *ax.lines[0].get_data())
    np.testing.assert_allclose(vertices[:, 1], line, atol=1e-9)
    assert area(ax.lines[0]) == pytest.approx(3)


def test_by_class_each_line_has_its_own_trials(spikes):
    ax = plots.plot_population_rates(spikes, ["output"], by_class=True)
    t = spikes.of("output")[0]
    for k, line in enumerate(ax.lines):
        count = np.isin(spikes.trial_of(t), [k, k + 2, k + 4]).sum()
        assert area(line) == pytest.approx(count / 3 / 10)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert ax.get_ylabel() == "output rate (Hz)"


def test_single_trials_have_no_band_and_windows_cut(spikes):
    ax = plots.plot_population_rates(spikes, "hidden", trials=[1], window=(0.02, 0.06))
    assert len(ax.collections) == 0
    assert ax.get_xlim() == pytest.approx((20, 60))
    time = ax.lines[0].get_xdata()
    assert 20 < time.min() < 21 < 59 < time.max() < 60


DEEP = {"input": 5, "hidden_0": 5, "hidden_1": 5, "output": 5, "error_on_hidden_0": 5}
DEEP |= {"error_off_hidden_0": 5, "error_on": 5, "error_off": 5, "teacher": 5}


@pytest.mark.parametrize("sizes", [SIZES, DEEP])
def test_the_legend_lies_above_all_that_is_drawn(sizes):
    ax = plots.plot_population_rates(make_spikes(4, sizes=sizes))
    ax.figure.draw_without_rendering()
    tops = [path.vertices[:, 1].max() for band in ax.collections for path in band.get_paths()]
    lowest = ax.get_legend().get_window_extent().y0
    assert ax.get_legend().get_window_extent().x1 < ax.figure.bbox.x1
    assert ax.transData.transform((0, max(tops)))[1] <= lowest + 1


@pytest.mark.parametrize(
    ("what", "error", "says"),
    [
        ({"populations": ["hiden"]}, ValueError, "did you mean 'hidden'"),
        ({"by_class": True}, ValueError, "needs one population, got hidden, output"),
        ({"trials": [6]}, IndexError, "no such trials"),
        ({"window": (1, 2)}, ValueError, "window"),
    ],
)
def test_what_cannot_be_chosen_is_told_in_one_line(spikes, what, error, says):
    with pytest.raises(error, match=says):
        plots.plot_population_rates(spikes, **what)
    nameless = replace(spikes, labels=("",) * 6)
    with pytest.raises(ValueError, match="no classes"):
        plots.plot_population_rates(nameless, ["output"], by_class=True)
