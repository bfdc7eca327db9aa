"""Figures: what is drawn, what is refused, and that nothing else is touched."""

from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from helpers.drawn import EPOCH, HISTORY, SIZES, bands_of, make_spikes, overlap, texts_of
from matplotlib import pyplot
from matplotlib.figure import Figure

from spikingfa import plots

CURVES = (plots.plot_learning_curve, plots.plot_alignment, plots.plot_rates)


@pytest.fixture(scope="module")
def spikes():
    return make_spikes()


@pytest.fixture(scope="module")
def output():
    """Spikes of one small population, which are quick to draw."""
    return make_spikes(sizes={"output": 10})


def drawn_times(fig):
    return np.sort(np.concatenate([ax.lines[0].get_xdata() for ax in bands_of(fig)]))


def test_raster_has_a_band_per_population_in_its_own_colour(spikes):
    fig = plots.plot_raster(spikes)
    drawn = [len(ax.lines[0].get_xdata()) for ax in bands_of(fig)]
    assert drawn == np.bincount(spikes.population).tolist()
    assert {"hidden 0\nn = 200", "error off\nn = 20"} <= set(texts_of(fig))
    bold = [note.get_text() for note in fig.axes[0].texts if note.get_weight() == "bold"]
    assert bold == ["2", "4"]  # the wrong predictions
    colours = [ax.lines[0].get_color() for ax in bands_of(fig)]
    assert len(set(colours)) == len(SIZES)
    assert [line.get_color() for line in fig.axes[-1].lines] == colours
    assert [line.get_color() for line in plots.plot_rates(HISTORY).lines] == colours


@pytest.mark.parametrize("width", [3.5, 7.0])
def test_no_text_is_clipped_or_overlaps(spikes, width):
    names = ("versicolor", "setosa", "0", "$0 or $9")
    spikes = replace(spikes, labels=names, predictions=names)
    fig = plots.plot_raster(spikes, trials=[0, 1, 2, 3] * 2, width=width, title="Very long " * 20)
    fig.draw_without_rendering()
    notes = [note for ax in fig.axes for note in ax.texts] + fig.texts
    notes += [label for ax in bands_of(fig) for label in ax.get_yticklabels()]
    notes += [fig.axes[-1].xaxis.label, fig.axes[-1].yaxis.label]
    boxes = [note.get_window_extent().padded(-0.01) for note in notes]
    assert all(fig.bbox.contains(*corner) for box in boxes for corner in box.get_points())
    assert not overlap(boxes)
    assert r"\$0 or \$9" in texts_of(fig)  # not mathematics


def test_very_many_trials_get_a_summary_instead_of_labels():
    fig = plots.plot_raster(make_spikes(60, sizes={"output": 10}), width=3.5, title="Title")
    fig.draw_without_rendering()
    noted = [note.get_text() for note in fig.axes[0].texts]
    assert noted[:3] == ["predicted", "true class", "60 trials, 30 predicted right"]
    true, predicted = (strip.get_facecolor() for strip in fig.axes[0].collections[::-1])
    same = [tuple(one) == tuple(other) for one, other in zip(true, predicted)]
    assert same == [k % 2 == 0 for k in range(60)]
    assert not overlap([note.get_window_extent() for note in (*fig.axes[0].texts, *fig.texts)])


@pytest.mark.parametrize("trials", [slice(1, 3), np.array([1, 2]), [-3, -2]])
def test_trials_are_chosen_by_slice_or_numbers(output, trials):
    fig = plots.plot_raster(output, trials=trials)
    inside = output.t[(output.t >= 0.1) & (output.t < 0.3)]
    np.testing.assert_allclose(drawn_times(fig), 1e3 * (inside - 0.1), atol=1e-6)
    assert fig.axes[-1].get_xlabel() == "time (ms)"


def test_trials_that_are_apart_are_joined_in_the_given_order_without_pauses():
    spikes = make_spikes(pause=0.05, sizes={"output": 10})
    fig = plots.plot_raster(spikes, trials=[3, 0])
    expected = np.concatenate([spikes.t[spikes.t < 0.1] + 0.1, spikes.t[spikes.t >= 0.45] - 0.45])
    np.testing.assert_allclose(drawn_times(fig), 1e3 * np.sort(expected), atol=1e-6)
    assert fig.axes[0].get_xlim() == (0, 200)
    assert "joined" in fig.axes[-1].get_xlabel()


def test_rounding_moves_no_spike_over_a_trial_border(output):
    none = np.zeros(4, dtype=int)
    before = np.nextafter(output.onsets, -1)  # a hair before each onset
    fig = plots.plot_raster(replace(output, t=before, i=none, population=none), trials=[3])
    np.testing.assert_allclose(drawn_times(fig), [0.0])


def test_rates_keep_the_number_of_spikes_and_stay_inside_their_trial(output):
    none = np.zeros(2, dtype=int)
    late = replace(output, t=np.array([0.0995, 0.0999]), i=none, population=none)
    time, rate = plots.plot_raster(late).axes[-1].lines[0].get_data()
    assert np.isnan(rate).sum() == 4  # the line breaks after each trial
    assert np.nanmax(rate[time > 101]) == 0
    assert np.nansum(rate) * np.diff(time)[0] / 1e3 == pytest.approx(2 / 10)


@pytest.mark.parametrize(("rate", "bitmap"), [(0.0, False), (2.0, False), (6000.0, True)])
def test_many_spikes_become_a_bitmap_in_vector_files(rate, bitmap):
    fig = plots.plot_raster(make_spikes(rate=rate, sizes={"output": 10}))
    assert [ax.lines[0].get_rasterized() for ax in bands_of(fig)] == [bitmap]


def test_given_figure_keeps_its_size_unless_a_width_is_given(output):
    fig = Figure(figsize=(5, 6))
    assert plots.plot_raster(output, figure=fig) is fig
    assert fig.get_size_inches().tolist() == [5, 6]
    wider = plots.plot_raster(output, figure=Figure(figsize=(5, 6)), width=7.0)
    assert wider.get_size_inches().tolist() == [7, 6]


def test_populations_are_chosen_by_name_or_as_all_hidden_layers(spikes):
    fig = plots.plot_raster(spikes, populations=["output", "hidden"])
    assert texts_of(fig)[-4:-1] == ["output\nn = 10", "hidden 0\nn = 200", "hidden 1\nn = 30"]
    with pytest.raises(ValueError, match=r"^no population 'hiden_0'.*did you mean 'hidden_0'\?$"):
        plots.plot_raster(spikes, populations=["input", "hiden_0"])


@pytest.mark.parametrize("trials", [[0, 4], [], slice(7, 9)])
def test_trials_that_do_not_exist_are_refused(output, trials):
    with pytest.raises(IndexError, match=r"^no such trials.*there are 4: trials 0 to 3$"):
        plots.plot_raster(output, trials=trials)


def test_learning_curve_in_percent_with_the_final_test_error():
    ax = plots.plot_learning_curve(HISTORY)
    assert [note.get_text() for note in ax.texts] == ["3.53 %"]
    assert ax.get_xticks().tolist() == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize(("lowest", "scale"), [(0.2, "linear"), (0.01, "log")])
def test_learning_curve_is_logarithmic_beyond_a_decade(lowest, scale):
    history = {"epoch": [0, 1], "train_error": [np.nan, lowest], "test_error": [0.9, 0.4]}
    ax = plots.plot_learning_curve(history)
    assert ax.get_yscale() == scale
    assert ax.get_ylim()[0] < 100 * lowest < 90 < ax.get_ylim()[1] < 100


def test_learning_curve_bears_gaps_zeros_and_a_single_epoch():
    gap = {"epoch": [1, 2, 3], "train_error": [0.5, 0.1, 0.0], "test_error": [0.4, 0.3, np.nan]}
    assert plots.plot_learning_curve(gap).texts[0].get_text() == "30 %"
    nothing = {"epoch": [0], "train_error": [np.nan], "test_error": [np.nan]}
    assert plots.plot_learning_curve(nothing).get_xticks().tolist() == [0]


def test_a_final_error_of_zero_is_written_within_the_axes():
    last = {"epoch": [0, 1], "train_error": [0.9, 0.01], "test_error": [0.9, 0.0]}
    ax = plots.plot_learning_curve(last)
    ax.figure.draw_without_rendering()
    (note,) = ax.texts
    assert note.get_text() == "0 %"
    assert ax.figure.bbox.contains(*note.get_window_extent().min)


def test_runs_in_one_axes_differ_in_colour_and_their_final_errors_lie_apart():
    ax = Figure(figsize=(3.5, 2.5)).add_subplot()
    ax.text(0, 0, "")  # not a final error
    assert plots.plot_learning_curve(HISTORY, ax=ax, label="one") is ax
    plots.plot_learning_curve(HISTORY, ax=ax, label="two")
    assert len({line.get_color() for line in ax.lines}) == 2
    entries = [text.get_text() for text in ax.get_legend().get_texts()]
    assert entries == ["training, while learning", "test", "one", "two"]
    ax.figure.draw_without_rendering()
    assert not overlap([note.get_window_extent().padded(-1) for note in ax.texts[1:]])


def test_alignment_has_a_line_per_layer_and_one_at_chance():
    ax = plots.plot_alignment(HISTORY)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["hidden 0", "hidden 1"]
    assert [line.get_ydata()[-1] for line in ax.lines] == [60, 70, 90]
    assert ax.get_ylim() == (0, 101)


def test_rates_lie_below_the_legend():
    ax = plots.plot_rates(HISTORY)
    ax.figure.draw_without_rendering()
    assert ax.transData.transform((0, 40))[1] < ax.get_legend().get_window_extent().y0


def seeds(n=3):
    """Histories of several runs that differ by a constant."""
    columns = [c for c in HISTORY if c != "epoch"]
    return [HISTORY | {c: np.array(HISTORY[c]) * (1 + k / 10) for c in columns} for k in range(n)]


@pytest.mark.parametrize(
    ("plot", "column", "line", "factor"),
    [
        (plots.plot_learning_curve, "train_error", 0, 100),
        (plots.plot_learning_curve, "test_error", 1, 100),
        (plots.plot_alignment, "angle_hidden_1_deg", 1, 1),
        (plots.plot_rates, "rate_teacher_hz", 4, 1),
    ],
)
def test_several_runs_are_drawn_as_mean_and_standard_deviation(plot, column, line, factor):
    ax = plot(iter(seeds()))
    values = factor * np.array([run[column] for run in seeds()])
    np.testing.assert_allclose(ax.lines[line].get_ydata(), values.mean(axis=0))
    known = np.isfinite(values[0])
    vertices = ax.collections[line].get_paths()[0].vertices
    for epoch, mean, sd in zip(EPOCH[known], values.mean(0)[known], values.std(0, ddof=1)[known]):
        band = np.unique(vertices[vertices[:, 0] == epoch, 1].round(9))
        np.testing.assert_allclose(band[[0, -1]], [mean - sd, mean + sd], rtol=1e-6)
    assert ax.get_legend().get_title().get_text() == "mean, 95 % interval of 3 runs"


def test_the_final_error_of_several_runs_has_a_spread_and_fits():
    ax = plots.plot_learning_curve(seeds())
    assert [note.get_text() for note in ax.texts] == ["3.89 ± 0.35 %"]
    ax.figure.draw_without_rendering()
    assert ax.texts[0].get_window_extent().x1 < ax.figure.bbox.x1
    assert plots.plot_learning_curve(seeds(1)).texts[0].get_text() == "3.53 %"


def test_runs_of_different_lengths_are_refused():
    short = {name: column[:5] for name, column in HISTORY.items()}
    for plot in CURVES:
        with pytest.raises(ValueError, match="different epochs"):
            plot([HISTORY, short])
        with pytest.raises(ValueError, match="no history"):
            plot([])


@pytest.mark.parametrize("plot", CURVES)
def test_missing_columns_and_epochs_are_named(plot):
    with pytest.raises(ValueError, match=r"^history has no (column|angle|rate).* it has: \w+$"):
        plot({"loss": [1.0]})
    with pytest.raises(ValueError, match="has no epochs"):
        plot({name: [] for name in HISTORY})


@pytest.mark.parametrize(
    ("kind", "has"), [("png", b"PNG"), ("SVG", b">true class</text>"), ("pdf", b"/CIDFontType2")]
)
def test_the_same_input_gives_the_same_bytes_and_text_stays_text(tmp_path, output, kind, has):
    for name in ("one", "two"):
        plots.save(plots.plot_raster(output), tmp_path / f"{name}.{kind}", dpi=80)
    one, two = (path.read_bytes() for path in tmp_path.iterdir())
    assert one == two
    assert has in one


def test_unknown_endings_and_folders_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\.png, .*\.eps or \.tiff"):
        plots.save(Figure(), tmp_path / "f.jpg")
    with pytest.raises(FileNotFoundError, match="no folder"):
        plots.save(Figure(), tmp_path / "nowhere" / "f.png")


def test_a_failed_save_keeps_the_old_file_and_leaves_no_part(tmp_path, monkeypatch):
    def fail(self, target, **_):
        target.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(Figure, "savefig", fail)
    (tmp_path / "f.png").write_bytes(b"old")
    with pytest.raises(OSError, match="disk full"):
        plots.save(Figure(), tmp_path / "f.png")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_input_settings_and_pyplot_stay_as_they_were(tmp_path):
    spikes, history = make_spikes(), str(HISTORY)
    for name in ("t", "i", "population", "onsets"):
        getattr(spikes, name).flags.writeable = False
    before = dict(matplotlib.rcParams)
    plots.save(plots.plot_raster(spikes, trials=[2, 0], populations=["output"]), tmp_path / "f.svg")
    for plot in CURVES:
        plots.save(plot(HISTORY).figure, tmp_path / "f.pdf")
    assert dict(matplotlib.rcParams) == before
    assert pyplot.get_fignums() == []
    assert str(HISTORY) == history


@pytest.mark.parametrize("metric", ["error", "NSE"])
def test_axes_say_what_the_errors_are(metric):
    durations, errors = np.array([0.01, 0.02]), np.array([0.5, 0.1])
    axes = [
        plots.plot_learning_curve(HISTORY, metric=metric),
        plots.plot_error_over_time(durations, errors, metric=metric),
        plots.plot_comparison(
            {"a": (np.array([[0.9, 0.1]]), np.array([[90.0, 50.0]]))}, metric=metric
        ).axes[1],
    ]
    assert [ax.get_ylabel() for ax in axes] == [
        f"{metric} (%)",
        f"{metric} (%)",
        f"test {metric} (%)",
    ]


def test_trials_without_classes_have_no_header(output):
    nameless = replace(output, labels=("",) * 4, predictions=("",) * 4)
    assert "true class" in texts_of(plots.plot_raster(output))
    assert not {"predicted", "true class"} & set(texts_of(plots.plot_raster(nameless)))
