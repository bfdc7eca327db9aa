"""Parts of a raster: which neurons, in which order, in which time window."""

from dataclasses import replace

import brian2
import matplotlib
import numpy as np
import pytest
from brian2 import ms
from helpers.drawn import bands_of, make_spikes, texts_of
from matplotlib import pyplot

import spikingfa
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
        ("rate", [2, 0, 1, 3], "n = 4\n1 silent\nby rate"),
        (
            "selectivity",
            [1, 0, 3, 2],
            "n = 4\n1 silent\nby class",
        ),  # class a, then b, then the silent one
    ],
)
@pytest.mark.parametrize("trials", [None, [1]])
def test_neurons_are_ordered_by_all_recorded_trials(sort, order, note, trials):
    fig = plots.plot_raster(a_band(), sort=sort, trials=trials)
    shown = COUNTS if trials is None else COUNTS[:, trials]
    assert rows_of(fig) == shown.sum(axis=1)[order].tolist()
    assert ticks_of(fig) == [str(neuron) for neuron in order]
    assert f"hidden\n{note}" in texts_of(fig)


INHIBITORY = {"hidden": np.array([False, True, False, True])}


@pytest.mark.parametrize(
    ("sort", "neurons", "order", "groups"),
    [
        (None, None, [0, 2, 1, 3], [("E", 2), ("I", 2)]),
        ("rate", None, [2, 0, 1, 3], [("E silent", 1), ("E", 1), ("I", 2)]),
        ("selectivity", None, [0, 2, 1, 3], [("E b", 1), ("E silent", 1), ("I a", 1), ("I b", 1)]),
        (None, [3, 0, 2], [3, 0, 2], [("I", 1), ("E", 2)]),
    ],
)
def test_inhibitory_neurons_are_told_apart(sort, neurons, order, groups):
    chosen = {} if neurons is None else {"neurons": neurons}
    fig = plots.plot_raster(a_band(), sort=sort, inhibitory=INHIBITORY, **chosen)
    assert ticks_of(fig) == [str(neuron) for neuron in order]
    (band,) = bands_of(fig)
    excites, inhibits = (set(line.get_ydata().astype(int).tolist()) for line in band.lines[:2])
    fires = COUNTS.any(axis=1)
    of = INHIBITORY["hidden"]
    assert excites == {row for row, k in enumerate(order) if fires[k] and not of[k]}
    assert inhibits == {row for row, k in enumerate(order) if fires[k] and of[k]}
    assert band.lines[0].get_color() != band.lines[1].get_color()
    edges = np.cumsum([n for _, n in groups])[:-1] - 0.5
    assert [line.get_ydata()[0] for line in band.lines[2:]] == edges.tolist()
    assert len(fig.axes[-1].lines) == 2
    assert set(texts_of(fig)) & {name for name, _ in groups}


def test_a_run_under_dales_law_knows_which_of_its_neurons_inhibit(tiny_model, tmp_path):
    model = tiny_model.but({"hidden.excitatory": 0.75})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    band = bands_of(plots.plot_raster(run, populations=["hidden"]))[0]
    inhibitory = np.flatnonzero(run.weights["hidden.polarity"] < 0)
    assert len(inhibitory) == 3
    _, i = run.spikes.of("hidden")
    assert len(band.lines[1].get_xdata()) == np.isin(i, inhibitory).sum()
    assert set(band.lines[1].get_ydata()) <= {9, 10, 11}  # above those that excite


def test_silent_neurons_are_counted_and_parted_from_the_others():
    fig = plots.plot_raster(a_band(), sort="rate")
    assert "hidden\nn = 4\n1 silent\nby rate" in texts_of(fig)
    assert "silent" in texts_of(fig)
    (band,) = bands_of(fig)
    assert band.lines[1].get_ydata()[0] == 0.5


def test_where_nothing_fires_axes_are_empty():
    spikes = a_band(0 * COUNTS)
    for sort in (None, "rate", "selectivity"):
        fig = plots.plot_raster(spikes, sort=sort)
        fig.draw_without_rendering()
        assert fig.axes[-1].get_ylim()[0] == 0


@pytest.mark.parametrize(("n", "widths"), [(2, {0.5}), (40, None), (400, set())])
def test_borders_become_thin_and_are_left_out_where_trials_are_many(n, widths):
    fig = plots.plot_raster(make_spikes(n, sizes={"output": 4}), width=3.5)
    drawn = {line.get_linewidth() for line in fig.axes[0].lines}
    assert drawn == widths if widths is not None else max(drawn) < 0.5
    unit = "time (s)" if n >= 100 else "time (ms)"
    assert fig.axes[-1].get_xlabel() == unit


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
    assert texts_of(fig)[-3:-1] == ["hidden 0\n5 of 200", "hidden 1\n5 of 30"]


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
