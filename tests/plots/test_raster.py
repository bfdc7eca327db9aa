"""Parts of a raster: which neurons, in which order, in which time window."""

from dataclasses import replace

import brian2
import matplotlib
import numpy as np
import pytest
from brian2 import ms
from helpers.drawn import bands_of, make_spikes, texts_of
from matplotlib import pyplot

from spikingfa import plots
from spikingfa.run_folder.spikes import Spikes

#: Spikes of each of four neurons in trials of the classes a, b and a.
COUNTS = np.array([[1, 4, 1], [3, 0, 3], [0, 0, 0], [0, 9, 0]])


def a_band(counts=COUNTS, pause=0.02):
    """One population that fires so often, in trials of 100 ms with pauses between."""
    onsets = np.arange(counts.shape[1]) * (0.1 + pause)
    trains = [
        (onsets[k] + np.linspace(0.01, 0.09, n), np.full(n, i))
        for (i, k), n in np.ndenumerate(counts)
    ]
    t, i = (np.concatenate(part) for part in zip(*trains))
    order = np.argsort(t)
    trials = {"onsets": onsets, "duration": 0.1}
    trials |= {"labels": ("a", "b", "a"), "predictions": ("a", "b", "b")}
    return Spikes.gather({"hidden": (t[order], i[order])}, {"hidden": len(counts)}, **trials)


def rows_of(fig):
    """Number of spikes in each row of the first band."""
    ax = bands_of(fig)[0]
    size = round(ax.get_ylim()[1] + 0.5)
    return np.bincount(ax.lines[0].get_ydata().astype(int), minlength=size).tolist()


def ticks_of(fig):
    return [label.get_text() for label in bands_of(fig)[0].get_yticklabels()]


@pytest.mark.parametrize(
    ("sort", "order", "note"),
    [
        (None, [0, 1, 2, 3], "n = 4"),
        ("rate", [2, 0, 1, 3], "n = 4\nby rate"),
        ("selectivity", [1, 0, 3, 2], "n = 4\nby class"),  # class a, then b, then the silent one
    ],
)
@pytest.mark.parametrize("trials", [None, [1]])
def test_neurons_are_ordered_by_all_recorded_trials(sort, order, note, trials):
    fig = plots.plot_raster(a_band(), sort=sort, trials=trials)
    shown = COUNTS if trials is None else COUNTS[:, trials]
    assert rows_of(fig) == shown.sum(axis=1)[order].tolist()
    assert ticks_of(fig) == [str(order[0]), str(order[-1])]
    assert f"hidden\n{note}" in texts_of(fig)


def test_some_neurons_are_drawn_in_the_given_order_with_their_own_rate():
    fig = plots.plot_raster(a_band(), neurons={"hidden": [3, 1]})
    assert rows_of(fig) == [9, 6]
    assert ticks_of(fig) == ["3", "1"]
    assert "hidden\n2 of 4" in texts_of(fig)
    time, rate = fig.axes[-1].lines[0].get_data()
    assert np.nansum(rate) * np.diff(time)[0] / 1e3 == pytest.approx(15 / 2)
    ordered = plots.plot_raster(a_band(), neurons={"hidden": slice(1, 3)}, sort="rate")
    assert rows_of(ordered) == [0, 6]


def test_hidden_stands_for_all_hidden_layers_in_neurons_too():
    fig = plots.plot_raster(make_spikes(), populations=["hidden"], neurons={"hidden": range(5)})
    assert texts_of(fig)[-2:] == ["hidden 0\n5 of 200", "hidden 1\n5 of 30"]


@pytest.mark.parametrize(
    "window", [(0.02, 0.06), (20 * ms, 60 * ms), [20, 60] * ms, ("20 ms", 0.06)]
)
def test_a_window_cuts_every_trial(window):
    spikes = make_spikes(pause=0.05, sizes={"output": 10})
    fig = plots.plot_raster(spikes, window=window, trials=[2, 0])
    inside = [(t >= o + 0.02) & (t < o + 0.06) for t in [spikes.t] for o in spikes.onsets]
    expected = [spikes.t[inside[2]] - spikes.onsets[2] - 0.02, spikes.t[inside[0]] + 0.02]
    drawn = bands_of(fig)[0].lines[0].get_xdata()
    np.testing.assert_allclose(drawn, 1e3 * np.concatenate(expected), atol=1e-6)
    assert fig.axes[0].get_xlim() == pytest.approx((0, 80))
    assert fig.axes[-1].get_xlabel() == "time (ms; 20 to 60 ms of each trial)"


def test_the_window_of_a_single_trial_keeps_its_times_and_its_rates():
    spikes = make_spikes(sizes={"output": 10})
    whole, part = (plots.plot_raster(spikes, trials=[1], window=w) for w in (None, (0.02, 0.06)))
    assert part.axes[0].get_xlim() == pytest.approx((20, 60))
    assert part.axes[-1].get_xlabel() == "time (ms)"
    time, rate = whole.axes[-1].lines[0].get_data()
    shown = (time > 20) & (time < 60)
    np.testing.assert_allclose(part.axes[-1].lines[0].get_xdata()[:-1], time[shown])
    np.testing.assert_allclose(part.axes[-1].lines[0].get_ydata()[:-1], rate[shown])


@pytest.mark.parametrize(
    ("what", "error", "says"),
    [
        ({"sort": "rates"}, ValueError, "no order 'rates'; did you mean 'rate'"),
        ({"neurons": {"hiden": [0]}}, ValueError, "did you mean 'hidden'"),
        ({"neurons": {"hidden": [4]}}, IndexError, "no such neurons of hidden.* 0 to 3"),
        ({"neurons": {"hidden": []}}, IndexError, "no such neurons of hidden"),
        ({"window": (0.06, 0.02)}, ValueError, "trial of 100 ms, got 60 ms to 20 ms"),
        ({"window": (0.0, 0.2)}, ValueError, "trial of 100 ms, got 0 ms to 200 ms"),
        ({"window": (0.0, float("nan"))}, ValueError, "got 0 ms to nan ms"),
        ({"window": 0.02}, ValueError, "needs two times, got 0.02"),
        ({"window": (0.02,)}, ValueError, "needs two times"),
        ({"window": (20 * brian2.mV, 60 * brian2.mV)}, ValueError, "not a time"),
    ],
)
def test_what_cannot_be_chosen_is_told_in_one_line(what, error, says):
    with pytest.raises(error, match=says) as caught:
        plots.plot_raster(a_band(), **what)
    assert "\n" not in str(caught.value)


def test_classes_are_needed_to_sort_by_them():
    nameless = replace(a_band(), labels=("",) * 3, predictions=("",) * 3)
    with pytest.raises(ValueError, match="needs classes, and these trials have none"):
        plots.plot_raster(nameless, sort="selectivity")


def test_spikes_and_settings_stay_as_they_were():
    spikes, before = a_band(), dict(matplotlib.rcParams)
    for array in (spikes.t, spikes.i, spikes.population, spikes.onsets):
        array.flags.writeable = False
    chosen = {"neurons": {"hidden": [2, 0]}, "window": (0.01, 0.03)}
    plots.plot_raster(spikes, sort="selectivity", **chosen)
    plots.plot_population_rates(spikes, by_class=True)
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == []
