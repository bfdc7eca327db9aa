"""What an electrophysiologist draws first: counts, tuning, CV, correlation, by closed forms."""

import sys
from dataclasses import replace

import matplotlib
import numpy as np
import pytest

import spikingfa
from spikingfa import ModelError, plots
from spikingfa.plots.correlation import correlations
from spikingfa.plots.isi import cvs, intervals_of
from spikingfa.plots.psth import histogram
from spikingfa.plots.selectivity import selectivity, shuffled, sparseness
from spikingfa.plots.tuning import tuning
from spikingfa.run_folder.spikes import Spikes

RATES = np.array([[10.0, 40.0], [20.0, 20.0], [60.0, 0.0]])  # Hz by class and neuron


def spikes_of(times, *, duration, labels, name="hidden", size=None, pause=0.0):
    """Spikes of neurons: `times` by trial and neuron, in seconds since the onset."""
    onsets = np.arange(len(times)) * (duration + pause)
    trains = [
        (onsets[k] + np.asarray(t), np.full(len(t), i))
        for k, trial in enumerate(times)
        for i, t in enumerate(trial)
    ]
    t, i = (np.concatenate(part) for part in zip(*trains))
    order = np.argsort(t, kind="stable")
    size = size or len(times[0])
    trials = {"onsets": onsets, "duration": duration, "labels": labels, "predictions": labels}
    return Spikes.gather({name: (t[order], i[order].astype(int))}, {name: size}, **trials)


def tuned(per_class=4):
    """Neurons that fire at the rates of RATES, evenly, in trials of a second."""
    labels = ("a", "b", "c") * per_class
    rates = np.tile(RATES, (per_class, 1))
    times = [[(np.arange(r) + 0.5) / max(r, 1) for r in trial] for trial in rates]
    return spikes_of(times, duration=1.0, labels=labels, pause=0.1)


def poisson(rate, n_neurons, duration, n_trials=1, seed=0):
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rate * duration, (n_trials, n_neurons))
    times = [[np.sort(rng.uniform(0, duration, n)) for n in trial] for trial in counts]
    return spikes_of(times, duration=duration, labels=("a",) * n_trials)


def names_in(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


# psth


def test_bins_hold_the_rate_of_every_trial():
    """n_b / (K N dt), by hand."""
    times = [[[0.01, 0.02, 0.09], [0.05]], [[0.049], []]]
    spikes = spikes_of(times, duration=0.1, labels=("a", "b"), pause=0.03)
    edges, rates = histogram(spikes, "hidden", np.arange(2), (0.0, 0.1), 0.05)
    np.testing.assert_allclose(edges, [0, 0.05, 0.1])
    np.testing.assert_allclose(rates, np.array([[2, 2], [1, 0]]) / (2 * 0.05))
    _, one = histogram(spikes, "hidden", np.array([0]), (0.0, 0.05), "25 ms")
    np.testing.assert_allclose(one, np.array([[2, 0], [0, 1]]) / 0.025)


@pytest.mark.needs("elephant")
@pytest.mark.long
def test_the_histogram_is_elephants():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from elephant.statistics import time_histogram
        from neo import SpikeTrain
        from quantities import ms

        spikes = poisson(40, 5, 0.1, n_trials=20)
        t, _ = spikes.of("hidden")
        trial = spikes.trial_of(t)
        trains = [SpikeTrain(t[trial == k] - 0.1 * k, units="s", t_stop=0.1) for k in range(20)]
        theirs = time_histogram(trains, bin_size=10 * ms, output="rate").rescale("Hz")
    _, ours = histogram(spikes, "hidden", np.arange(5), (0.0, 0.1), 0.01)
    np.testing.assert_allclose(5 * ours.mean(axis=0), theirs.magnitude.ravel())


def test_a_psth_has_steps_of_means_and_bands_of_sd():
    spikes = tuned()
    ax = plots.plot_psth(spikes, bin_width=0.25)
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose(x, [0, 250, 500, 750, 1000])
    assert y[:-1].mean() == pytest.approx(RATES.mean())
    _, rates = histogram(spikes, "hidden", np.arange(2), (0.0, 1.0), 0.25)
    sd = rates.std(axis=0, ddof=1)
    heights = ax.collections[0].get_paths()[0].vertices[:, 1]
    for value in (y[:-1] - sd, y[:-1] + sd):
        assert np.isclose(heights[:, None], value).any(axis=0).all()
    title = ax.get_legend().get_title().get_text().replace("\n", " ")
    assert title == "mean ± SD over 12 trials; bins of 250 ms"


@pytest.mark.parametrize("plot", [plots.plot_psth, plots.plot_population_rates])
@pytest.mark.parametrize("n", [12, 13])
def test_many_classes_are_not_named_one_by_one(plot, n):
    labels = tuple(f"class {k}" for k in range(n))
    spikes = spikes_of([[[0.05]]] * n, duration=0.1, labels=labels)
    ax = plot(spikes, by_class=True)
    assert len(ax.lines) == n
    named = {text.get_text() for text in ax.figure.findobj(matplotlib.text.Text)} & set(labels)
    assert named == (set(labels) if n == 12 else set())


def test_a_psth_by_class_has_a_line_a_class():
    ax = plots.plot_psth(tuned(), by_class=True, bin_width=1.0)
    assert names_in(ax) == ["a", "b", "c"]
    means = [line.get_ydata()[0] for line in ax.lines]
    np.testing.assert_allclose(means, RATES.mean(axis=1))


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ({"bin_width": 2.0}, "bin_width: needs a time within 1000 ms, got 2000 ms"),
        ({"bin_width": 0}, "bin_width: needs a time"),
        ({"populations": ["hiden"]}, "did you mean 'hidden'"),
    ],
)
def test_what_cannot_be_a_psth_is_said_in_one_line(what, says):
    with pytest.raises(ValueError, match=says):
        plots.plot_psth(tuned(), **what)


# tuning and selectivity


def test_tuning_curves_are_the_rates_of_each_class():
    ax = plots.plot_tuning(tuned(), neurons=[0, 1])
    for line, rates in zip(ax.lines[:1] + ax.lines[1:2], RATES.T):
        np.testing.assert_allclose(line.get_ydata(), rates)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c"]
    assert names_in(ax) == ["0", "1"]


def test_tuning_has_the_spread_over_trials():
    rates = np.array([[1.0], [5.0], [3.0], [3.0]])
    means, sds = tuning(rates, ["a", "b", "a", "b"])
    np.testing.assert_allclose(means[:, 0], [2, 4])
    np.testing.assert_allclose(sds[:, 0], [np.sqrt(2), np.sqrt(2)])
    assert np.isnan(tuning(rates[:2], ["a", "b"])[1]).all()


def test_by_default_the_neurons_that_prefer_a_class_are_drawn():
    ax = plots.plot_tuning(tuned())
    assert names_in(ax) == ["1", "0"]  # 1 prefers a; b is preferred by none, most by 1; 0 prefers c


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        ([5.0, 5.0, 5.0], 0.0),
        ([0.0, 9.0, 0.0], 1.0),
        ([1.0, 2.0, 3.0], (1 - 4 / (14 / 3)) / (2 / 3)),
        ([0.0, 0.0, 0.0], np.nan),
    ],
)
def test_sparseness_in_closed_form(means, expected):
    np.testing.assert_allclose(sparseness(np.array(means)[:, None]), [expected])


def test_selectivity_is_drawn_beside_that_of_shuffled_classes():
    spikes = tuned()
    ax = plots.plot_selectivity(spikes)
    expected = sparseness(RATES)
    share = ax.lines[0].get_ydata()[:-1]
    np.testing.assert_allclose(share, 50 * np.histogram(expected, np.linspace(0, 1, 21))[0])
    assert names_in(ax) == ["hidden, n = 2", "classes shuffled"]
    rates = np.tile(RATES, (4, 1))
    chance = shuffled(rates, spikes.labels)
    assert chance.mean() < expected.mean()
    np.testing.assert_allclose(selectivity(rates, spikes.labels), expected)


def test_classes_are_needed():
    nameless = replace(tuned(), labels=("",) * 12)
    for plot in (plots.plot_tuning, plots.plot_selectivity):
        with pytest.raises(ValueError, match="have no classes"):
            plot(nameless)
    with pytest.raises(ValueError, match="two classes or more, got one"):
        plots.plot_selectivity(replace(tuned(), labels=("a",) * 12))
    with pytest.raises(ValueError, match="needs up to 6 neurons of hidden, got 7"):
        plots.plot_tuning(poisson(20, 7, 1.0), neurons=range(7))


# intervals


def test_the_cv_of_a_poisson_process_is_one_and_of_a_clock_zero():
    values = cvs(*intervals_of(poisson(50, 40, 20.0), "hidden"))
    assert len(values) == 40
    assert values.mean() == pytest.approx(1, abs=3 * values.std() / np.sqrt(40))
    clock = spikes_of([[np.arange(0.005, 1, 0.01)]], duration=1.0, labels=("a",))
    np.testing.assert_allclose(cvs(*intervals_of(clock, "hidden")), [0], atol=1e-9)


def test_the_cv_of_a_gamma_process_is_that_of_its_shape():
    """1 / sqrt(k) of intervals that are gamma distributed with shape k."""
    rng = np.random.default_rng(1)
    times = [[np.cumsum(rng.gamma(4, 0.02 / 4, 900)) for _ in range(20)]]
    spikes = spikes_of(times, duration=40.0, labels=("a",))
    assert cvs(*intervals_of(spikes, "hidden")).mean() == pytest.approx(0.5, abs=0.02)


def test_intervals_lie_within_trials_and_neurons():
    times = [[[0.01, 0.03], [0.02]], [[0.005, 0.02, 0.06], []]]
    spikes = spikes_of(times, duration=0.1, labels=("a", "b"))
    length, neuron = intervals_of(spikes, "hidden")
    np.testing.assert_allclose(np.sort(length), [0.015, 0.02, 0.04])
    assert set(neuron.tolist()) == {0}


def test_the_figure_says_cv_and_its_interval_over_neurons():
    spikes = poisson(50, 30, 10.0)
    ax = plots.plot_isi(spikes)
    values = cvs(*intervals_of(spikes, "hidden"))
    (text,) = names_in(ax)
    assert text.startswith(f"hidden: CV {values.mean():.2f} [")
    assert text.endswith("], n = 30")
    share = ax.lines[0].get_ydata()[:-1]
    assert 99 <= share.sum() < 100
    step = np.diff(ax.lines[0].get_xdata())[0] / 1e3
    assert step == pytest.approx(0.002)
    # exponential: exp(-r t) of a step is left
    assert share[15] / share[5] == pytest.approx(np.exp(-50 * 10 * step), rel=0.15)


def test_where_there_are_no_intervals_axes_say_so():
    spikes = spikes_of([[[0.01], []]], duration=0.1, labels=("a",))
    assert [text.get_text() for text in plots.plot_isi(spikes).texts] == ["no intervals"]
    few = spikes_of([[[0.01, 0.02], []]], duration=0.1, labels=("a",))
    assert "less than 10" in names_in(plots.plot_isi(few))[0]


# correlation


@pytest.mark.needs("elephant")
@pytest.mark.long
def test_correlations_of_counts_in_closed_form():
    """Of independent neurons none; of two that share half of their spikes 1/2."""
    rng = np.random.default_rng(2)
    common, one, other, apart = (np.sort(rng.uniform(0, 200, 4000)) for _ in range(4))
    trains = [np.sort([*common, *one]), np.sort([*common, *other]), apart]
    spikes = spikes_of([trains], duration=200.0, labels=("a",))
    matrix, step = correlations(trains, spikes, 0.05)
    assert step == pytest.approx(0.05)
    np.testing.assert_allclose(np.diag(matrix), 1)
    assert matrix[0, 1] == pytest.approx(0.5, abs=0.05)
    assert abs(matrix[0, 2]) < 0.06
    counts = [np.histogram(t, np.linspace(0, 200, 4001))[0] for t in trains]
    np.testing.assert_allclose(matrix, np.corrcoef(counts), atol=1e-9)


@pytest.mark.needs("elephant")
@pytest.mark.long
def test_the_matrix_and_its_pairs_are_drawn_without_the_silent():
    spikes = poisson(40, 6, 0.1, n_trials=30)
    spikes = replace(spikes, sizes=(8,))
    fig = plots.plot_correlation(spikes, bin_width=0.03)
    matrix, pairs = fig.axes[:2]
    assert matrix.images[0].get_array().shape == (6, 6)
    assert matrix.get_title(loc="left") == "hidden, n = 6, 2 silent left out"
    values = pairs.patches[0].get_data().values
    assert values.sum() == pytest.approx(100)
    assert pairs.get_title(loc="left").endswith("bins of 33.3 ms")
    with pytest.raises(ValueError, match="two neurons of hidden that fire, got 1"):
        plots.plot_correlation(spikes, neurons=[0, 7])
    with pytest.raises(ValueError, match="bin_width: needs a time within 100 ms"):
        plots.plot_correlation(spikes, bin_width=1.0)


def test_without_elephant_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "elephant", None)
    with pytest.raises(ModelError, match=r"_correlation needs elephant.*spikingfa\[analysis\]$"):
        plots.plot_correlation(tuned())


def test_one_population_is_drawn_of_several():
    times = [[[0.01]], [[0.02]]]
    one = spikes_of(times, duration=0.1, labels=("a", "b"), name="hidden_0")
    two = replace(one, populations=("hidden_0", "hidden_1"), sizes=(1, 1))
    with pytest.raises(ValueError, match="population: needs one, got hidden_0, hidden_1"):
        plots.plot_tuning(two, "hidden")
    ax = plots.plot_tuning(two)
    assert ax.get_ylabel() == "hidden 0 rate (Hz)"


def test_names_are_public():
    for name in ("psth", "tuning", "selectivity", "isi", "correlation"):
        assert getattr(spikingfa, f"plot_{name}") is getattr(plots, f"plot_{name}")
