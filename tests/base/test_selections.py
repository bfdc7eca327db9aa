"""Selections of trials, neurons and stimuli: one reader for all of them."""

from fractions import Fraction

import numpy as np
import pandas
import pytest

import spikingfa
from spikingfa import ModelError, SelectionError
from spikingfa.base.indices import read_indices
from spikingfa.cli.main import main
from spikingfa.plots import (
    animate_trial,
    plot_population_rates,
    plot_raster,
    plot_traces,
)
from spikingfa.plots.selection import choose_neurons
from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.spikes import Spikes
from spikingfa.training.record import record

N = 5
MASK = [True, False, False, True, False]


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (None, [0, 1, 2, 3, 4]),
        (3, [3]),
        (-1, [4]),
        (np.int8(3), [3]),
        (np.array(3), [3]),
        ([4, 0, 0], [4, 0, 0]),
        ((1, -2), [1, 3]),
        (np.array([2, 1], np.uint8), [2, 1]),
        (np.array([2, 1], object), [2, 1]),
        ([np.int64(2), 1], [2, 1]),
        (pandas.Series([2, 1]), [2, 1]),
        (range(3), [0, 1, 2]),
        (range(-2, 0), [3, 4]),
        (slice(3), [0, 1, 2]),
        (slice(None, None, -2), [4, 2, 0]),
        (slice(3, 99), [3, 4]),
        (MASK, [0, 3]),
        (tuple(MASK), [0, 3]),
        (np.array(MASK), [0, 3]),
        (pandas.Series(MASK), [0, 3]),
        (np.arange(N) % 3 == 0, [0, 3]),
        ((k for k in (0, 3)), [0, 3]),
        ("4", [4]),
        ("0:3", [0, 1, 2]),
        (":", [0, 1, 2, 3, 4]),
        ("-2:", [3, 4]),
        ("::2", [0, 2, 4]),
        ("0,2,-1", [0, 2, 4]),
        (" 0:2 , 4 ", [0, 1, 4]),
    ],
)
def test_every_form_of_a_selection_is_read(chosen, numbers):
    found = read_indices(chosen, N, "trials")
    assert found.tolist() == numbers
    assert found.dtype.kind == "i"


WRONG_FORMS = [
    3.7,
    3.0,
    float("nan"),
    True,
    np.bool_(True),
    [True, 2],
    [0, 3.7],
    [float("nan")],
    np.array([0.0, 1.0]),
    np.array([[0, 1]]),
    np.array(True),
    Fraction(3),
    3j,
    "",
    "x",
    "3.7",
    "1,",
    "1:2:3:4",
    "0:3:0",
    "1_0",
    "\N{ARABIC-INDIC DIGIT THREE}",
    b"0:3",
    ["0", "1"],
    {0, 1},
    {0: 1},
    slice(0, 2.5),
    slice("a", "b"),
    slice(0, 3, 0),
    int,
    [None],
]


@pytest.mark.parametrize("chosen", WRONG_FORMS, ids=repr)
def test_what_is_no_selection_is_refused(chosen):
    with pytest.raises(SelectionError) as error:
        read_indices(chosen, N, "neurons of hidden")
    text = str(error.value)
    assert text.startswith("neurons of hidden: needs numbers, a slice, a mask, or text such as")
    assert text.endswith("there are 5: neurons of hidden 0 to 4")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        (5, "no such trials: 5; there are 5: trials 0 to 4"),
        (-6, "no such trials: -6; there are 5"),
        ([0, 10**30], f"no such trials: {10**30}; there are 5"),
        (range(10**15), "no such trials: 5; there are 5"),
        ("0,7", "no such trials: 7; there are 5"),
        ([], "no such trials: [] chooses none; there are 5"),
        (np.array([]), "no such trials: array([], dtype=float64) chooses none"),
        (slice(9, None), "no such trials: slice(9, None, None) chooses none"),
        ("3:3", "no such trials: '3:3' chooses none"),
        ([False] * N, "no such trials: [False, False, False, False, False] chooses none"),
        ([True] * 4, "trials: a mask needs a boolean for each of 5, got 4; there are 5"),
        (np.ones(360, bool), "trials: a mask needs a boolean for each of 5, got 360; there are 5"),
    ],
)
def test_a_selection_of_what_is_not_there_is_refused(chosen, reason):
    with pytest.raises(SelectionError) as error:
        read_indices(chosen, N, "trials")
    assert str(error.value).startswith(reason)
    assert isinstance(error.value, ModelError | IndexError)


def test_a_selection_among_nothing_is_refused():
    with pytest.raises(SelectionError, match="there are no trials"):
        read_indices(None, 0, "trials")


@pytest.fixture
def spikes():
    """Four trials of two classes; hidden neuron 2 fires in all, the others once a trial."""
    t = np.array([0.01, 0.02, 0.11, 0.12, 0.21, 0.22, 0.31, 0.32])
    return Spikes(
        t=t,
        i=np.array([0, 2, 1, 2, 2, 2, 1, 0]),
        population=np.array([0, 0, 0, 0, 0, 0, 1, 1]),
        populations=("hidden", "output"),
        sizes=(3, 2),
        onsets=np.arange(4) * 0.1,
        duration=0.1,
        labels=("a", "b", "a", "b"),
        predictions=("a", "a", "a", "b"),
    )


def _ticks(fig, population=0):
    """Neurons drawn, by the number of spikes in a band."""
    return len(fig.axes[1 + population].lines[0].get_xdata())


def test_a_raster_takes_every_selection(spikes):
    mask = np.array([label == "a" for label in spikes.labels])
    by_mask = plot_raster(spikes, trials=mask)
    by_number = plot_raster(spikes, trials=[0, 2])
    assert _ticks(by_mask) == _ticks(by_number) == 4
    assert _ticks(plot_raster(spikes, trials=3)) == 0
    assert _ticks(plot_raster(spikes, trials="0:2")) == 4
    assert _ticks(plot_raster(spikes, neurons={"hidden": [False, False, True]})) == 4
    assert _ticks(plot_raster(spikes, populations="hidden", neurons=2)) == 4
    with pytest.raises(SelectionError, match="a boolean for each of 4, got 3"):
        plot_raster(spikes, trials=[True, False, True])
    with pytest.raises(SelectionError, match=r"needs a mapping .* \(hidden, output\), got \["):
        plot_raster(spikes, neurons=[False, False, True])


def test_a_selection_draws_each_neuron_once(spikes):
    order = choose_neurons(spikes, ["hidden"], {"hidden": [2, 0, -1]})["hidden"]
    assert order.which.tolist() == [2, 0]


def test_rates_take_every_selection(spikes):
    def means(**chosen):
        return plot_population_rates(spikes, "hidden", **chosen).lines[0].get_ydata()

    np.testing.assert_array_equal(means(trials=[True, False, True, False]), means(trials="0,2"))
    assert not np.array_equal(means(trials=np.int64(1)), means())


def test_traces_take_every_selection():
    trace = Trace("hidden.v", "V", np.arange(3), 1e-3, np.arange(30.0).reshape(10, 3))

    def lines(chosen):
        (panel,) = plot_traces([trace], neurons=chosen).axes[1:]
        return [line.get_label() for line in panel.lines]

    assert lines({"hidden": [True, False, True]}) == ["0", "2"]
    assert lines("1:") == ["1", "2"]
    with pytest.raises(ValueError, match="did you mean 'hidden'"):
        lines({"hiden": 0})
    with pytest.raises(SelectionError, match=r"neurons of hidden\.v: needs .* got 0\.5"):
        lines(0.5)


def test_an_animation_is_of_one_trial(spikes, tmp_path):
    mask = [True, False, True, False]
    for wrong, reason in ((mask, "one trial, got 2"), (True, "got True"), (1.5, "got 1.5")):
        with pytest.raises(SelectionError, match=reason):
            animate_trial(spikes, tmp_path / "a.gif", trial=wrong)
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def run(tiny_model, tmp_path_factory):
    return spikingfa.train(tiny_model, out=tmp_path_factory.mktemp("run"), progress=False)


def test_a_recording_takes_every_selection_of_stimuli(run):
    names = [f"{k}" for k in spikingfa.tasks.load_data(run.model.task).y_test]
    mask = np.arange(len(names)) % 6 == 1
    for chosen in (mask, [1, 7], "1,7", range(1, 8, 6), np.array([1, 7])):
        assert record(run, stimuli=chosen, progress=False).spikes.labels == (names[1], names[7])
    assert record(run, stimuli=-1, progress=False).spikes.labels == (names[-1],)
    with pytest.raises(SelectionError, match=r"^stimuli: a mask needs a boolean for each of 12"):
        record(run, stimuli=mask[:5], progress=False)
    with pytest.raises(SelectionError, match=r"^no such training stimuli: 99; there are 48"):
        record(run, stimuli=99, training_set=True, progress=False)


def test_how_many_trials_is_a_number_and_no_selection(run):
    assert len(record(run, trials=np.int64(3), progress=False).spikes.onsets) == 3
    for wrong in (3.7, True, np.True_, "3", [0, 1], float("nan"), np.array([3, 4])):
        with pytest.raises(ModelError, match=r"^trials: needs how many stimuli are shown, from 1"):
            record(run, trials=wrong, progress=False)
    for wrong in (-1, 0, 13):
        with pytest.raises(ModelError, match=rf"^cannot record {wrong} trials: there are 12"):
            record(run, trials=wrong, progress=False)


def test_brackets_take_lists_of_ranges_as_the_command_line_does(run, tmp_path, capsys):
    values = record(run, "hidden.v[0:2, -1]", trials=1, progress=False).traces["hidden.v"]
    assert values.which.tolist() == [0, 1, 11]
    figure = tmp_path / "a.png"
    drawn = ["raster", str(run.folder), "--trials", "0,-1", "--neurons", "hidden=0:2,5"]
    assert main([*drawn, "-o", str(figure)]) == 0
    assert figure.stat().st_size
    assert main([*drawn[:3], "0:x", "-o", str(figure)]) == 2
    assert "--trials 0:x: needs a form such as 0:3, 4 or 0,2,5" in capsys.readouterr().err


def test_weights_of_chosen_epochs(run):
    def labels(epochs):
        ax = spikingfa.plot_weights(run, ["input_to_hidden.w"], epochs=epochs).axes[0]
        return ax.get_legend_handles_labels()[1]

    assert labels(1) == labels([1]) == labels("1") == labels(-1) == labels([False, True])
    assert len(labels(slice(None))) == 2
    for wrong in (1.5, [True], 7, []):
        with pytest.raises(SelectionError, match="epochs"):
            labels(wrong)
