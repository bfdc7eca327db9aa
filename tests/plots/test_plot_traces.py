"""Recorded variables over time: what is drawn, in which unit, and what is refused."""

import json

import matplotlib
import numpy as np
import pytest
from brian2 import ms
from helpers.drawn import make_spikes, overlap
from matplotlib.figure import Figure

from spikingfa import plots
from spikingfa.plots.colours import ink, muted
from spikingfa.plots.prefix import readable
from spikingfa.run_folder.recording import Recording, Trace

DT, N_TRIALS = 1e-3, 4
N_TIMES = 400  # of trials of 100 ms


def a_trace(name="output.v", unit="V", which=(0, 3), scale=1e-3):
    """Values that grow in time, apart from each other by 1 in units of `scale`."""
    values = scale * (np.arange(N_TIMES)[:, None] / 100 + np.arange(len(which)))
    values.flags.writeable = False
    return Trace(name, unit, np.array(which), DT, values)


@pytest.fixture(scope="module")
def spikes():
    return make_spikes(N_TRIALS, sizes={"output": 10})


@pytest.fixture
def recording(tmp_path, spikes):
    """A recording as its folder holds it."""
    traces = [a_trace(), a_trace("output.i_syn", "A", scale=1e-10)]
    traces.append(a_trace("input_to_output.w", "A", [[5, 0], [6, 0]], 1e-12))
    for trace in traces:
        np.save(tmp_path / f"{trace.name}.npy", trace.values)
    about = [{"name": t.name, "unit": t.unit, "which": t.which.tolist(), "dt": DT} for t in traces]
    (tmp_path / "traces.json").write_text(json.dumps(about))
    spikes.save(tmp_path / "spikes.npz")
    return Recording(tmp_path)


def panels_of(fig):
    return fig.axes[1:]


def texts_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


@pytest.mark.parametrize(
    ("largest", "unit", "factor", "label"),
    [
        (65e-3, "V", 1e3, "mV"),
        (150e-12, "A", 1e12, "pA"),
        (1e-9, "A", 1e9, "nA"),
        (3e-9, "S", 1e9, "nS"),
        (1e8, "ohm", 1e-6, "Mohm"),
        (2.0, "V", 1, "V"),
        (1e-20, "A", 1e15, "fA"),
        (0.0, "V", 1, "V"),
        (1e-3, "", 1, ""),
        (1e-3, "V/s", 1, "V/s"),
    ],
)
def test_units_get_the_prefix_that_makes_them_readable(largest, unit, factor, label):
    found = readable(np.array([-largest, 0, np.nan, largest / 2]), unit)
    assert found == (pytest.approx(factor), label)


def test_a_recording_has_a_panel_per_trace_in_readable_units(recording):
    fig = plots.plot_traces(recording)
    assert [ax.get_ylabel() for ax in panels_of(fig)] == [
        "output\nv (mV)",
        "output\ni_syn (pA)",
        "input to output\nw (pA)",
    ]
    time, values = panels_of(fig)[1].lines[1].get_data()
    known = np.isfinite(values)
    assert np.flatnonzero(~known).tolist() == [100, 201, 302, 403]  # breaks after each trial
    np.testing.assert_allclose(time[known], np.arange(N_TIMES), atol=1e-9)
    np.testing.assert_allclose(values[known], 100 * (np.arange(N_TIMES) / 100 + 1))
    assert texts_of(panels_of(fig)[0]) == ["0", "3"]
    assert panels_of(fig)[1].get_legend() is None  # the same neurons as above
    assert texts_of(panels_of(fig)[2]) == ["5 → 0", "6 → 0"]
    assert {"true class", "predicted"} <= {note.get_text() for note in fig.axes[0].texts}
    assert len(fig.axes[0].lines) == N_TRIALS - 1  # borders


def test_spikes_are_marked_above_the_potentials_of_their_neurons(recording, spikes):
    potential, current, _ = panels_of(plots.plot_traces(recording))
    t, i = spikes.of("output")
    marks = potential.lines[2:]
    assert len(current.lines) == 2
    for mark, line, neuron in zip(marks, potential.lines[:2], (0, 3), strict=True):
        np.testing.assert_allclose(mark.get_xdata(), 1e3 * t[i == neuron])
        assert mark.get_color() == line.get_color()
        y = mark.get_transform().transform(np.column_stack(mark.get_data()))[:, 1]
        assert y.min() > potential.transData.transform((0, 5))[1]  # the largest value


def test_trials_and_windows_are_cut_as_in_a_raster(recording):
    fig = plots.plot_traces(recording, ["v"], trials=[2, 0], window=(20 * ms, 60 * ms))
    time, values = panels_of(fig)[0].lines[0].get_data()
    known = np.isfinite(values)
    np.testing.assert_allclose(time[known], np.arange(80), atol=1e-9)
    expected = [*np.arange(220, 260), *np.arange(20, 60)]
    np.testing.assert_allclose(values[known], np.array(expected) / 100)
    assert panels_of(fig)[0].get_xlabel() == "time (ms; 20 to 60 ms of each trial)"


@pytest.mark.parametrize("n", [6, 7])
def test_many_lines_are_grey_with_their_mean(n):
    trace = a_trace(which=range(n))
    (ax,) = panels_of(plots.plot_traces([trace]))
    colours = {line.get_color() for line in ax.lines}
    if n == 6:
        assert len(colours) == 6
        return
    assert colours == {muted(0.3), ink()}
    assert texts_of(ax) == ["7 neurons", "mean"]
    mean = ax.lines[-1].get_ydata()[:-1]
    np.testing.assert_allclose(mean, 1e3 * trace.values.mean(axis=1))


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["i_syn", "output.v"], ["output\ni_syn (pA)", "output\nv (mV)"]),
        ("output", ["output\nv (mV)", "output\ni_syn (pA)"]),
        ("input_to_output", ["input to output\nw (pA)"]),
    ],
)
def test_traces_are_chosen_by_name_variable_or_population(recording, names, labels):
    fig = plots.plot_traces(recording.traces, names)
    assert [ax.get_ylabel() for ax in panels_of(fig)] == labels
    assert fig.axes[0].get_xlim() == pytest.approx((0, 400))


def test_neurons_are_chosen_among_those_that_were_recorded(recording):
    fig = plots.plot_traces(recording, neurons={"output": [1], "input_to_output": slice(1)})
    assert texts_of(panels_of(fig)[0]) == ["3"]
    assert texts_of(panels_of(fig)[2]) == ["5 → 0"]


@pytest.mark.parametrize(
    ("what", "error", "says"),
    [
        ({"names": ["output.u"]}, ValueError, r"no trace 'output.u' .* did you mean 'output.v'\?"),
        ({"names": []}, ValueError, "no trace was recorded"),
        ({"neurons": {"output": [2]}}, IndexError, "no such neurons of output.v"),
        ({"neurons": {"input_to_output": [7]}}, IndexError, "no such synapses of input_to_output"),
        ({"trials": [4]}, IndexError, "no such trials"),
        ({"window": (0, 1)}, ValueError, "window: needs"),
    ],
)
def test_what_cannot_be_chosen_is_told_in_one_line(recording, what, error, says):
    with pytest.raises(error, match=says) as caught:
        plots.plot_traces(recording, **what)
    assert "\n" not in str(caught.value)


def test_trials_need_spikes(recording):
    with pytest.raises(ValueError, match="only where spikes"):
        plots.plot_traces(recording.traces, trials=[0])
    assert plots.plot_traces(recording.traces, trials=[0], spikes=recording.spikes)


@pytest.mark.parametrize("width", [3.5, 7.0])
def test_no_text_is_clipped_or_overlaps(recording, width):
    fig = plots.plot_traces(recording, width=width, title="Title")
    fig.draw_without_rendering()
    notes = [*fig.axes[0].texts, *fig.texts, panels_of(fig)[-1].xaxis.label]
    notes += [ax.yaxis.label for ax in panels_of(fig)]
    notes += [text for ax in panels_of(fig)[::2] for text in ax.get_legend().get_texts()]
    boxes = [note.get_window_extent().padded(-0.01) for note in notes]
    assert all(fig.bbox.contains(*corner) for box in boxes for corner in box.get_points())
    assert not overlap(boxes)


@pytest.mark.parametrize("n", [1, 3, 6])
def test_long_names_of_synapses_take_as_many_rows_as_they_need(n):
    which = [[1000 + k, 200] for k in range(n)]
    traces = [a_trace(), a_trace("input_to_output.w", "A", which, 1e-12)]
    fig = plots.plot_traces(traces, width=3.5)
    fig.draw_without_rendering()
    above, ax = panels_of(fig)
    legend = ax.get_legend().get_window_extent()
    notes = [text.get_window_extent() for text in ax.texts]
    assert len(notes) == 1
    assert not overlap([legend.padded(-1), *notes, above.bbox, ax.bbox])
    assert legend.x1 <= ax.bbox.x1 + 1


def test_a_given_figure_keeps_its_size_and_settings_stay(recording):
    before, fig = dict(matplotlib.rcParams), Figure(figsize=(5, 6))
    assert plots.plot_traces(recording, figure=fig) is fig
    assert fig.get_size_inches().tolist() == [5, 6]
    assert dict(matplotlib.rcParams) == before
